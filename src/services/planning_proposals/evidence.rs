//! From days of figures to what each agent and queue is measured at.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::agent::Agent;
use crate::domain::calendar::local_of;
use crate::domain::figure::Figure;
use crate::domain::figure_day::FigureDay;
use crate::domain::ids::{AgentId, QueueId, TeamId};
use crate::domain::organisation::Queue;
use crate::domain::workload::Workload;
use crate::team::figures::{stratum, tally_day};
use crate::team::proficiency::{Part, quality};

/// What was counted of a team's queues, with what is known of the people and queues.
pub(super) struct Record {
    /// First local date.
    pub from: NaiveDate,
    /// Last one.
    pub until: NaiveDate,
    /// The zone of the team's site.
    pub zone: Tz,
    /// Days of figures of the team and those below it.
    pub days: Vec<FigureDay>,
    /// Every agent that is not archived.
    pub agents: BTreeMap<AgentId, Agent>,
    /// Every queue that is not archived.
    pub queues: BTreeMap<QueueId, Queue>,
    /// The figures of quality.
    pub quality: Vec<Figure>,
}

/// What one agent did on one queue.
pub(super) struct OnQueue {
    /// The team then, by the day.
    pub team_ids: BTreeSet<TeamId>,
    /// By register.
    pub parts: Vec<Part>,
    /// Minutes of each register.
    pub minutes: Vec<u32>,
    /// Figures of quality by part of the week.
    pub quality: Vec<quality::Strata>,
}

type Span = (AgentId, DateTime<Utc>, u32);

impl Record {
    /// What every agent did on every queue. Days of a shop whose queue was not recorded are of the one queue of the shop that
    /// the agent serves, and of none where there are several.
    pub(super) fn on_queues(&self) -> BTreeMap<(QueueId, AgentId), OnQueue> {
        let together = self.held_together();
        let nothing = || OnQueue {
            team_ids: BTreeSet::new(),
            parts: Vec::new(),
            minutes: Vec::new(),
            quality: vec![quality::Strata::default(); self.quality.len()],
        };
        let mut found = BTreeMap::new();
        for day in &self.days {
            let agent_id = day.key.agent_id;
            let Some(queue_id) = self.queue_of(day) else { continue };
            let on = found.entry((queue_id, agent_id)).or_insert_with(nothing);
            on.team_ids.insert(day.team_id);
            let strata: Vec<usize> = day.registers.spans.iter().map(|span| self.stratum(day.key.date, *span)).collect();
            for (place, (starts_at, minutes)) in day.registers.spans.iter().enumerate() {
                let mut work = Workload::of(&day.registers, place);
                if let Some((held_secs, online_secs)) = together.get(&(agent_id, *starts_at, *minutes)) {
                    (work.held_secs, work.online_secs) = (*held_secs, *online_secs);
                }
                on.parts.push(Part { date: day.key.date, stratum: strata[place], work });
                on.minutes.push(*minutes);
            }
            tally_day(&self.quality, &day.registers, |figure, place, tally| on.quality[figure][strata[place]] += tally);
        }
        found
    }

    /// Chats held and time on seat of registers of one time: whoever serves two queues at once holds the chats of both, and
    /// each register says how long they were on seat.
    fn held_together(&self) -> BTreeMap<Span, (f64, f64)> {
        let mut together: BTreeMap<Span, (f64, f64)> = BTreeMap::new();
        for day in &self.days {
            for (place, (starts_at, minutes)) in day.registers.spans.iter().enumerate() {
                let work = Workload::of(&day.registers, place);
                let (held, online) = together.entry((day.key.agent_id, *starts_at, *minutes)).or_default();
                *held += work.held_secs;
                *online = work.online_secs.max(*online);
            }
        }
        together
    }

    fn queue_of(&self, day: &FigureDay) -> Option<QueueId> {
        if let Some(queue_id) = day.key.place.queue_id {
            return self.queues.contains_key(&queue_id).then_some(queue_id);
        }
        let skills = &self.agents.get(&day.key.agent_id)?.skills;
        let of_shop = |id: &QueueId| self.queues.get(id).is_some_and(|queue| queue.shop_id == day.key.place.shop_id);
        let mut served = skills.iter().map(|skill| skill.queue_id).filter(of_shop);
        served.next().filter(|_| served.next().is_none())
    }

    fn stratum(&self, date: NaiveDate, (starts_at, minutes): (DateTime<Utc>, u32)) -> usize {
        stratum(date, local_of(self.zone, starts_at), minutes)
    }
}
