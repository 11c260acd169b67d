//! A demand → the best rotation for it, or why there is none; and what each named pattern would take.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono_tz::Tz;

use crate::domain::access::Actor;
use crate::domain::demand::StaffingRequirement;
use crate::domain::fault::Faults;
use crate::domain::ids::{RequirementId, ShiftTemplateId, TeamId};
use crate::domain::organisation::Team;
use crate::domain::shift::ShiftTemplate;
use crate::rotation::{
    BlockLength, DesignError, DesignOptions, Designed, Explanation, ForbiddenSuccession, MOST_AGENTS, PatternStaffing,
    RotationProblem, RotationRules, RotationShift, RotationWeights, ShiftHours, WEEK_DAYS, demand_by_shift, design, explain,
    least_headcount, library, staff_pattern,
};
use crate::services::ServiceError;
use crate::services::editing;
use crate::services::sites::site_of;
use crate::store::{Db, Store, requirements, shift_templates};

pub use crate::rotation::{Pattern, RotationMerits};

/// A shift to be given out.
#[derive(Debug, Clone)]
pub struct DemandShift {
    /// How the weeks write it; the template's code if absent.
    pub mark: Option<String>,
    /// Which shift.
    pub shift_template_id: ShiftTemplateId,
    /// Days in a row on it.
    pub block: BlockLength,
    /// Agents needed on each weekday; taken from the requirement if absent.
    pub agents: Option<[u32; WEEK_DAYS]>,
}

/// What is to be covered.
#[derive(Debug, Clone)]
pub struct Demand {
    /// Whose rotation it will be.
    pub team_id: TeamId,
    /// The shifts.
    pub shifts: Vec<DemandShift>,
    /// Where the agents needed are taken from.
    pub requirement_id: Option<RequirementId>,
    /// Wall-clock time for all of it.
    pub time_limit: Duration,
}

/// What to design.
#[derive(Debug, Clone)]
pub struct DesignRequest {
    /// What is to be covered.
    pub demand: Demand,
    /// How many walk through it; as few as can if absent.
    pub agents: Option<u32>,
    /// Working days in a row.
    pub work: BlockLength,
    /// Days off in a row.
    pub off: BlockLength,
    /// What may not follow.
    pub forbidden: Vec<ForbiddenSuccession>,
    /// What makes one better than another.
    pub weights: RotationWeights,
}

/// How a design ended.
#[derive(Debug, Clone)]
pub enum DesignOutcome {
    /// With a rotation.
    Designed {
        /// The rotation.
        designed: Designed,
        /// Whether fewer agents are proven to be too few; `None` where their number was given.
        is_least: Option<bool>,
    },
    /// With the proof that there is none, and why; `None` where not even more agents would help.
    Impossible(Option<Explanation>),
    /// Without either in the time given.
    Undecided,
}

/// A design.
#[derive(Debug, Clone)]
pub struct DesignAnswer {
    /// What was to be kept, with the agents needed. Where as few agents as can were asked for, what these give.
    pub problem: RotationProblem,
    /// How it ended.
    pub outcome: DesignOutcome,
    /// Weekdays and minutes that the requirement asks for and no shift reaches.
    pub unreached: Vec<(usize, u32)>,
}

/// What the named patterns take.
#[derive(Debug, Clone)]
pub struct PatternComparison {
    /// The shifts with the agents needed.
    pub problem: RotationProblem,
    /// By pattern: `None` if it does not fit the shifts, an error if time ran out.
    pub patterns: Vec<(&'static Pattern, Result<Option<PatternStaffing>, DesignError>)>,
    /// Weekdays and minutes that the requirement asks for and no shift reaches.
    pub unreached: Vec<(usize, u32)>,
}

/// The named patterns.
pub fn patterns() -> &'static [Pattern] {
    library()
}

/// Designs a rotation, on a thread that may take its time. Whoever stops waiting stops it.
///
/// # Errors
/// [`ServiceError::NotFound`] for the team; [`ServiceError::Invalid`] with every fault.
pub async fn design_rotation(store: &Store, actor: &Actor, request: DesignRequest) -> Result<DesignAnswer, ServiceError> {
    let basis = Basis::load(store, actor, &request.demand).await?;
    computed(move |is_cancelled| designed(&basis, &request, is_cancelled)).await
}

/// Tells what every named pattern takes for a demand.
///
/// # Errors
/// As [`design_rotation`].
pub async fn compare_patterns(store: &Store, actor: &Actor, demand: Demand) -> Result<PatternComparison, ServiceError> {
    let basis = Basis::load(store, actor, &demand).await?;
    computed(move |is_cancelled| {
        let clock = Clock::start(demand.time_limit);
        let (shifts, unreached) = basis.shifts(&demand, &clock, is_cancelled)?;
        let any = BlockLength::new(1, crate::rotation::LONGEST_BLOCK);
        let rules = RotationRules { agents: 1, shifts, work: any, off: any, forbidden: Vec::new() };
        let problem = RotationProblem::new(rules)?;
        let staffed = |pattern| (pattern, staff_pattern(pattern, &problem, &clock.options(), is_cancelled));
        let patterns = library().iter().map(staffed).collect();
        Ok(PatternComparison { problem, patterns, unreached })
    })
    .await
}

/// Computes where it may take its time, until it is done or nobody waits for it any more.
async fn computed<T: Send + 'static>(
    compute: impl FnOnce(&dyn Fn() -> bool) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, ServiceError> {
    /// Set as soon as the future that waits is dropped, as it is when its client hangs up.
    struct Waiting(Arc<AtomicBool>);
    impl Drop for Waiting {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let is_cancelled = Arc::new(AtomicBool::new(false));
    let waiting = Waiting(is_cancelled.clone());
    let task = tokio::task::spawn_blocking(move || compute(&|| is_cancelled.load(Ordering::Relaxed)));
    let found = task.await.expect("a design does not panic");
    drop(waiting);
    found
}

/// The time there is.
struct Clock {
    began: Instant,
    limit: Duration,
}

impl Clock {
    fn start(limit: Duration) -> Self {
        Self { began: Instant::now(), limit }
    }

    /// What is left of it.
    fn options(&self) -> DesignOptions {
        DesignOptions { time_limit: self.limit.saturating_sub(self.began.elapsed()), seed: 0 }
    }
}

fn designed(basis: &Basis, request: &DesignRequest, is_cancelled: &dyn Fn() -> bool) -> Result<DesignAnswer, ServiceError> {
    let clock = Clock::start(request.demand.time_limit);
    let (shifts, unreached) = basis.shifts(&request.demand, &clock, is_cancelled)?;
    let agents = request.agents.unwrap_or(1);
    let rules = RotationRules { agents, shifts, work: request.work, off: request.off, forbidden: request.forbidden.clone() };
    let mut problem = RotationProblem::new(rules)?;
    let mut is_least = None;
    if request.agents.is_none() {
        match least_headcount(&problem, &clock.options(), is_cancelled) {
            Ok(least) => (problem, is_least) = (least.problem, Some(least.is_proven)),
            Err(DesignError::Infeasible) => {
                return Ok(DesignAnswer { problem, outcome: DesignOutcome::Impossible(None), unreached });
            }
            Err(DesignError::NotInTime { .. } | DesignError::Cancelled) => {
                return Ok(DesignAnswer { problem, outcome: DesignOutcome::Undecided, unreached });
            }
            Err(fault @ DesignError::Failed(_)) => return Err(failed(&fault)),
        }
    }
    let outcome = match design(&problem, &request.weights, &clock.options(), is_cancelled) {
        Ok(designed) => DesignOutcome::Designed { designed, is_least },
        Err(DesignError::Infeasible) => {
            // The proof may have taken most of the time; the reasons have as much again.
            let options = DesignOptions { time_limit: clock.limit, ..clock.options() };
            let explained = explain(&problem, &options, is_cancelled).map_err(|fault| failed(&fault))?;
            DesignOutcome::Impossible(Some(explained))
        }
        Err(DesignError::NotInTime { .. } | DesignError::Cancelled) => DesignOutcome::Undecided,
        Err(fault @ DesignError::Failed(_)) => return Err(failed(&fault)),
    };
    Ok(DesignAnswer { problem, outcome, unreached })
}

/// The problems are sound by construction: there is nothing that a caller could mend but ask for less.
fn failed(fault: &DesignError) -> ServiceError {
    ServiceError::field("", format!("{fault}; ask for fewer shifts or agents, or for another time limit"))
}

/// Weekdays and minutes that a requirement asks for and no shift reaches.
type Unreached = Vec<(usize, u32)>;

/// What a demand names, read.
struct Basis {
    templates: BTreeMap<ShiftTemplateId, ShiftTemplate>,
    requirement: Option<StaffingRequirement>,
    zone: Tz,
}

impl Basis {
    async fn load(db: &impl Db, actor: &Actor, demand: &Demand) -> Result<Self, ServiceError> {
        let team = editing::get::<Team>(db, actor, demand.team_id).await?.value;
        let zone = site_of(db, &team).await?.zone;
        let mut faults = Faults::default();
        let mut templates = BTreeMap::new();
        for (place, shift) in demand.shifts.iter().enumerate() {
            let found = shift_templates::get(db, shift.shift_template_id).await?.map(|row| row.value);
            let found = found.filter(|template| template.site_id == team.site_id);
            let detail = format!("there is no shift template {} of the team's site; correct the id", shift.shift_template_id);
            faults.expect(found.is_some(), format!("/shifts/{place}/shift_template_id"), detail);
            let is_known = shift.agents.is_some() || demand.requirement_id.is_some();
            faults.expect(
                is_known,
                format!("/shifts/{place}/agents"),
                "say how many are needed by weekday, or give requirement_id",
            );
            templates.extend(found.map(|template| (template.id, template)));
        }
        let requirement = match demand.requirement_id {
            Some(id) => requirements::get(db, id).await?.filter(|(head, _)| actor.scope.reaches(head.team_id)),
            None => None,
        };
        let is_known = requirement.is_some() == demand.requirement_id.is_some();
        faults.expect(is_known, "/requirement_id", "there is no such requirement within your reach");
        let requirement = requirement.map(|(_, requirement)| requirement);
        Ok(faults.into_result(Some(Self { templates, requirement, zone }))?)
    }

    /// The shifts with the agents needed, and the hours of the requirement that none of them reaches.
    fn shifts(
        &self,
        demand: &Demand,
        clock: &Clock,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<(Vec<RotationShift>, Unreached), ServiceError> {
        let hours = |shift: &DemandShift| {
            let template = &self.templates[&shift.shift_template_id];
            ShiftHours { start_minute: template.start_minute, length_minutes: template.length_minutes }
        };
        let asked = demand.shifts.iter().any(|shift| shift.agents.is_none());
        let needed = match self.requirement.as_ref().filter(|_| asked) {
            Some(requirement) => {
                let hours: Vec<ShiftHours> = demand.shifts.iter().map(hours).collect();
                let found = demand_by_shift(requirement, self.zone, &hours, &clock.options(), is_cancelled);
                let more = format!("no {MOST_AGENTS} agents on a shift meet this requirement; add shifts that reach its peaks");
                Some(found.map_err(|fault| match fault {
                    DesignError::Infeasible => ServiceError::field("/requirement_id", more),
                    DesignError::NotInTime { .. } | DesignError::Cancelled | DesignError::Failed(_) => failed(&fault),
                })?)
            }
            None => None,
        };
        let shift = |(index, shift): (usize, &DemandShift)| {
            let template = &self.templates[&shift.shift_template_id];
            let taken = needed.as_ref().map(|demand| demand.agents[index]);
            RotationShift {
                name: shift.mark.clone().unwrap_or_else(|| template.code.clone()),
                start_minute: template.start_minute,
                length_minutes: template.length_minutes,
                block: shift.block,
                agents: shift.agents.or(taken).unwrap_or_default(),
            }
        };
        let shifts = demand.shifts.iter().enumerate().map(shift).collect();
        Ok((shifts, needed.map(|demand| demand.unreached).unwrap_or_default()))
    }
}
