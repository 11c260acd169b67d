//! Rosters on the wire.

use actix_web::web::Bytes;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::calendar::Interval;
use crate::domain::ids::AgentId;
use crate::domain::roster::{Notice, RosterScore, RuleCost};
use crate::http::words::{RosterStatusView, RotationUseView};
use crate::services::rosters::{GapExplanation, RosterContext, explanations};
use crate::store::Versioned;
use crate::store::assignments::PlacedAssignment;
use crate::store::rosters::Roster;

/// What one rule costs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleCostView {
    /// Which rule, in kebab-case.
    pub rule: String,
    /// In the unit of the team's cost weights.
    pub cost: f64,
}

impl From<&RuleCost> for RuleCostView {
    fn from(one: &RuleCost) -> Self {
        Self { rule: one.rule.as_str().to_owned(), cost: one.cost }
    }
}

/// How good a roster is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ScoreView {
    /// Total price of broken soft rules.
    pub cost: f64,
    /// No roster costs less than this.
    pub bound: f64,
    /// (cost − bound) / cost; 0 when proven optimal.
    pub gap: f64,
    /// The cost by rule, dearest first; only rules that cost something.
    pub by_rule: Vec<RuleCostView>,
    /// Seconds the build ran.
    pub seconds: f64,
}

impl From<&RosterScore> for ScoreView {
    fn from(score: &RosterScore) -> Self {
        let by_rule = score.by_rule.iter().map(Into::into).collect();
        Self { cost: score.cost, bound: score.bound, gap: score.gap, by_rule, seconds: score.seconds }
    }
}

/// A roster without its assignments.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000001",
    "week_start": "2026-11-30", "horizon_start": "2026-11-30", "horizon_weeks": 1, "zone": "Asia/Shanghai", "status": "draft",
    "revision": 2, "replaces_id": "01936d7e-0000-7000-8000-000000000002", "requirement_id": "01936d7e-0000-7000-8000-000000000003", "run_id": null,
    "least_change_from": null, "rotation_adoption_id": null, "rotation_usage": null,
    "score": { "cost": 41.5, "bound": 41.0, "gap": 0.012, "by_rule": [{ "rule": "coverage", "cost": 30.0 }, { "rule": "wish", "cost": 11.5 }],
        "seconds": 6.2 },
    "published_at": null, "publish_sequence": 0, "version": 3, "created_at": "2026-11-22T08:00:00Z",
    "updated_at": "2026-11-22T08:30:00Z", "archived_at": null }))]
pub struct RosterHeadView {
    /// Identity.
    pub id: Uuid,
    /// Whose.
    pub team_id: Uuid,
    /// The Monday that names the week.
    pub week_start: NaiveDate,
    /// The Monday that names the first of the weeks it was planned together with; its own if it was planned alone.
    pub horizon_start: NaiveDate,
    /// How many weeks these are, itself among them.
    pub horizon_weeks: u32,
    /// IANA time zone of the site when the roster was made.
    pub zone: String,
    /// How far it is.
    pub status: RosterStatusView,
    /// Counts the rosters of the team's week, from 1.
    pub revision: u32,
    /// The roster it was re-opened from.
    pub replaces_id: Option<Uuid>,
    /// What it was built for.
    pub requirement_id: Option<Uuid>,
    /// The run that built it; `null` when it was re-opened.
    pub run_id: Option<Uuid>,
    /// The roster that it was built to stay close to.
    pub least_change_from: Option<Uuid>,
    /// The rotation adoption that it was built by; `null` where it was built without a rotation.
    pub rotation_adoption_id: Option<Uuid>,
    /// How it was used; `null` where it was built without.
    pub rotation_usage: Option<RotationUseView>,
    /// How good it is.
    pub score: Option<ScoreView>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Counts the publications of the team's week, from 1; 0 until it is published.
    pub publish_sequence: u32,
    /// Counts changes; the `ETag`.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

impl From<&Versioned<Roster>> for RosterHeadView {
    fn from(row: &Versioned<Roster>) -> Self {
        let roster = &row.value;
        Self {
            id: roster.id.0,
            team_id: roster.team_id.0,
            week_start: roster.week.monday(),
            horizon_start: roster.horizon.first().monday(),
            horizon_weeks: roster.horizon.count(),
            zone: roster.week.zone().name().to_owned(),
            status: roster.status.into(),
            revision: roster.revision,
            replaces_id: roster.replaces_id.map(|id| id.0),
            requirement_id: roster.requirement_id.map(|id| id.0),
            run_id: roster.run_id.map(|id| id.0),
            least_change_from: roster.least_change_from.map(|id| id.0),
            rotation_adoption_id: roster.rotation.map(|used| used.adoption_id.0),
            rotation_usage: roster.rotation.map(|used| used.usage.into()),
            score: roster.score.as_ref().map(Into::into),
            published_at: roster.published_at,
            publish_sequence: roster.publish_sequence,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            archived_at: row.archived_at,
        }
    }
}

/// A roster.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RosterView {
    /// What it is.
    #[serde(flatten)]
    pub head: RosterHeadView,
    /// Display name of the team.
    pub team: String,
    /// Display name of the site.
    pub site: String,
    /// Why intervals are short, as of the last build, edit or publication.
    pub gaps: Vec<GapView>,
    /// What the inputs of the build asked for and no roster can give, pins set aside among it; the rest was planned without.
    pub notices: Vec<NoticeView>,
    /// How many days of agents are others than in the roster of `least_change_from`, forced ones included; `null` where there is
    /// none. Its `violations` name each.
    pub changed_agent_days: Option<usize>,
    /// Who works when, by start.
    pub assignments: Vec<AssignmentView>,
}

impl RosterView {
    /// Of a roster and what it is shown by.
    pub fn of(row: &Versioned<Roster>, context: &RosterContext) -> Self {
        Self {
            head: row.into(),
            team: context.plan.team.name.clone(),
            site: context.plan.site.name.clone(),
            gaps: explanations(&row.value).iter().map(|gap| GapView::of(gap, context)).collect(),
            notices: row.value.notices.iter().map(Into::into).collect(),
            changed_agent_days: context.changed_agent_days(),
            assignments: context.placed.iter().map(|placed| AssignmentView::of(placed, context)).collect(),
        }
    }

    /// As it is sent.
    pub fn into_body(self) -> Bytes {
        serde_json::to_vec(&self).expect("views are plain data").into()
    }
}

/// A stretch in which a queue is short, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GapView {
    /// The queue.
    pub queue_id: Uuid,
    /// Its display name.
    pub queue: Option<String>,
    /// From when, with the site's offset.
    pub starts_at: DateTime<FixedOffset>,
    /// Until when, with the site's offset.
    pub ends_at: DateTime<FixedOffset>,
    /// Whether any of it is in a peak window.
    pub is_peak: bool,
    /// Heads missing at worst.
    pub short: f64,
    /// The reason in words.
    pub text: String,
}

impl GapView {
    fn of(gap: &GapExplanation, context: &RosterContext) -> Self {
        let zone = context.input.week.zone();
        Self {
            queue_id: gap.queue_id.0,
            queue: context.queue_names.get(&gap.queue_id).cloned(),
            starts_at: at(zone, gap.span.start),
            ends_at: at(zone, gap.span.end),
            is_peak: gap.is_peak,
            short: gap.short,
            text: gap.text.clone(),
        }
    }
}

/// Something that the inputs of a build asked for and no roster can give.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "rule": "leave", "agent_id": "01936d7e-0000-7000-8000-000000000000", "queue_id": null,
    "date": "2026-12-01", "detail": "the pin is set aside: 王芳 on 2026-12-01: the pin overlaps leave; unpin it or change what forbids it" }))]
pub struct NoticeView {
    /// The rule that stands in the way, in kebab-case.
    pub rule: String,
    /// Whose, where it concerns one agent.
    pub agent_id: Option<Uuid>,
    /// On which queue, where it concerns one queue.
    pub queue_id: Option<Uuid>,
    /// When, where it concerns one date.
    pub date: Option<NaiveDate>,
    /// What is wrong and what to do, in words.
    pub detail: String,
}

impl From<&Notice> for NoticeView {
    fn from(notice: &Notice) -> Self {
        Self {
            rule: notice.rule.as_str().to_owned(),
            agent_id: notice.agent_id.map(|id| id.0),
            queue_id: notice.queue_id.map(|id| id.0),
            date: notice.date,
            detail: notice.detail.clone(),
        }
    }
}

/// A stretch of time.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SpanView {
    /// First instant inside, with the site's offset.
    pub starts_at: DateTime<FixedOffset>,
    /// First instant after, with the site's offset.
    pub ends_at: DateTime<FixedOffset>,
}

impl SpanView {
    fn of(span: &Interval, zone: Tz) -> Self {
        Self { starts_at: at(zone, span.start), ends_at: at(zone, span.end) }
    }
}

/// An agent by name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentNameView {
    /// Who.
    pub agent_id: Uuid,
    /// Display name.
    pub agent: Option<String>,
}

impl AgentNameView {
    /// Of an agent that the roster is shown by.
    pub fn of(id: AgentId, context: &RosterContext) -> Self {
        Self { agent_id: id.0, agent: context.agents.get(&id).map(|agent| agent.name.clone()) }
    }
}

/// One agent on one shift, on one queue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AssignmentView {
    /// Identity; stays through edits and re-opened drafts.
    pub id: Uuid,
    /// Who.
    pub agent_id: Uuid,
    /// Display name of the agent.
    pub agent: Option<String>,
    /// Staff number of the agent.
    pub staff_number: Option<String>,
    /// The local date the shift begins on.
    pub date: NaiveDate,
    /// Which shift.
    pub shift_template_id: Uuid,
    /// Short mark of the shift.
    pub shift_code: Option<String>,
    /// Display name of the shift.
    pub shift: Option<String>,
    /// Start, with the site's offset.
    pub starts_at: DateTime<FixedOffset>,
    /// End, with the site's offset.
    pub ends_at: DateTime<FixedOffset>,
    /// When the agent is on a break.
    pub breaks: Vec<SpanView>,
    /// Minutes that count as work.
    pub paid_minutes: u32,
    /// On which queue.
    pub queue_id: Uuid,
    /// Display name of the queue.
    pub queue: Option<String>,
    /// Whether a new build must keep it, and an edit may not change it.
    pub is_pinned: bool,
}

impl AssignmentView {
    /// Of an assignment, with the names that the roster is shown by.
    pub fn of(placed: &PlacedAssignment, context: &RosterContext) -> Self {
        let PlacedAssignment { assignment, shift, .. } = placed;
        let zone = context.input.week.zone();
        let agent = context.agents.get(&assignment.agent_id);
        let template = context.input.shift_template(assignment.shift_template_id);
        Self {
            id: assignment.id.0,
            agent_id: assignment.agent_id.0,
            agent: agent.map(|agent| agent.name.clone()),
            staff_number: agent.map(|agent| agent.staff_number.clone()),
            date: assignment.date,
            shift_template_id: assignment.shift_template_id.0,
            shift_code: template.map(|template| template.code.clone()),
            shift: template.map(|template| template.name.clone()),
            starts_at: at(zone, shift.span.start),
            ends_at: at(zone, shift.span.end),
            breaks: shift.breaks.iter().map(|rest| SpanView::of(rest, zone)).collect(),
            paid_minutes: shift.paid_minutes,
            queue_id: assignment.queue_id.0,
            queue: context.queue_names.get(&assignment.queue_id).cloned(),
            is_pinned: assignment.is_pinned,
        }
    }
}

fn at(zone: Tz, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.with_timezone(&zone).fixed_offset()
}
