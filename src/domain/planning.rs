//! Everything that decides a roster, in the trade's words: what the solver plans from and the checker checks against.

use chrono::{Datelike, NaiveDate, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use super::absence::{Leave, Wish};
use super::agent::Agent;
use super::calendar::{Horizon, Interval, PlanningWeek, local_of};
use super::demand::StaffingRequirement;
use super::ids::{AgentId, QueueId, ShiftTemplateId};
use super::labour::{AgentTerms, LabourInput};
use super::load_memory::LoadMemory;
use super::roster::Assignment;
use super::rules::RosterRules;
use super::shift::{Shift, ShiftTemplate};
use super::wish_memory::WishMemory;

/// A shift worked or planned outside the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastShift {
    /// Who.
    pub agent_id: AgentId,
    /// The local date it began on.
    pub date: NaiveDate,
    /// From start to end.
    pub span: Interval,
}

/// What the team's rotation gives an agent on a day. Of days that it says nothing of, leave and holidays among them, there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationDay {
    /// Who.
    pub agent_id: AgentId,
    /// The local date.
    pub date: NaiveDate,
    /// The shift; `None` for a day off.
    pub shift_template_id: Option<ShiftTemplateId>,
    /// Whether the shift must be worked.
    pub is_fixed: bool,
}

/// The inputs of one team's week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanningInput {
    /// The week.
    pub week: PlanningWeek,
    /// The weeks planned together, of which it is one: late shifts and weekends are counted over all of them.
    pub horizon: Horizon,
    /// Who may be rostered.
    pub agents: Vec<Agent>,
    /// What they may be rostered on.
    pub shift_templates: Vec<ShiftTemplate>,
    /// How many are needed. Its grid starts with the week and runs on through the tail of Sunday's late shifts.
    pub requirement: StaffingRequirement,
    /// Who is away.
    pub leave: Vec<Leave>,
    /// Who would like what.
    pub wishes: Vec<Wish>,
    /// What published rosters made of earlier wishes.
    pub wish_memory: WishMemory,
    /// Shifts of the 14 days before the horizon, and of its weeks before this one.
    pub history: Vec<PastShift>,
    /// Shifts that are planned already for the days after the week.
    pub ahead: Vec<PastShift>,
    /// Assignments that must stay as they are.
    pub pinned: Vec<Assignment>,
    /// The roster of the same week to stay close to; `None` where there is none.
    pub least_change_from: Option<Vec<Assignment>>,
    /// What the team's rotation gives; empty without one.
    #[serde(default)]
    pub rotation: Vec<RotationDay>,
    /// The team's rules.
    pub rules: RosterRules,
    /// What labour law asks; `None` where the site has adopted no rules of it.
    #[serde(default)]
    pub labour: Option<LabourInput>,
    /// Late shifts and weekend or holiday days that agents bring from the weeks before.
    #[serde(default)]
    pub load_memory: LoadMemory,
}

impl PlanningInput {
    /// The agent of that id.
    pub fn agent(&self, id: AgentId) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == id)
    }

    /// The template of that id.
    pub fn shift_template(&self, id: ShiftTemplateId) -> Option<&ShiftTemplate> {
        self.shift_templates.iter().find(|template| template.id == id)
    }

    /// Whether the requirement covers the queue.
    pub fn covers(&self, id: QueueId) -> bool {
        self.requirement.queues.iter().any(|queue| queue.queue_id == id)
    }

    /// The shift of an assignment; `None` when its template is unknown.
    pub fn shift_of(&self, assignment: &Assignment) -> Option<Shift> {
        let template = self.shift_template(assignment.shift_template_id)?;
        Some(template.with_breaks(&assignment.break_offsets, assignment.date, self.week.zone()))
    }

    /// Puts the breaks of the pins where their templates have places now: a template may have been edited since it was pinned.
    pub fn settle_pins(&mut self) {
        for pin in &mut self.pinned {
            let template = self.shift_templates.iter().find(|template| template.id == pin.shift_template_id);
            pin.break_offsets = template.map_or_else(Vec::new, |template| template.nearest_places(&pin.break_offsets));
        }
    }

    /// What a wish weighs: its own weight, times what the agent's past makes of it.
    pub fn wish_weight(&self, wish: &Wish) -> f64 {
        f64::from(wish.weight) * self.wish_memory.factor(wish.agent_id)
    }

    /// Whether a template is a late shift under the team's rules.
    pub fn is_late(&self, template: &ShiftTemplate) -> bool {
        template.end_minute() > self.rules.late_after_minute
    }

    /// The same of a shift outside the week, by the clock at its start and by its length.
    pub fn was_late(&self, past: &PastShift) -> bool {
        let start = i64::from(local_of(self.week.zone(), past.span.start).num_seconds_from_midnight() / 60);
        start + past.span.minutes() > i64::from(self.rules.late_after_minute)
    }

    /// What labour law asks of the agent.
    pub fn terms(&self, id: AgentId) -> Option<(&LabourInput, &AgentTerms)> {
        let labour = self.labour.as_ref()?;
        Some((labour, labour.of(id)?))
    }

    /// Whether a date counts in the even spread of weekends: Saturdays and Sundays, and statutory holidays.
    pub fn is_spread_as_weekend(&self, date: NaiveDate) -> bool {
        let is_holiday = self.labour.as_ref().is_some_and(|labour| labour.dates.is_statutory(date));
        is_holiday || matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// What the agent works in the other weeks of the horizon.
    pub fn beside(&self, id: AgentId) -> impl Iterator<Item = &PastShift> {
        let outside = self.history.iter().chain(&self.ahead);
        outside.filter(move |past| past.agent_id == id && self.horizon.holds(past.date))
    }
}
