//! Several weeks of a team planned together.
//!
//! One graph of all weeks would be exact and too large: its loads alone make two hundred times as many nodes of four weeks as
//! of one. So every week is a problem of its own, at whose borders the others are facts: the days worked before and after it,
//! the rest until the next shift, the weekends and loads that are spent already. The weeks are built in order, then each
//! again between its neighbours. Without its neighbours no week can cost more: their bounds add up.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::bound::{Bound, HASTY};
use super::engine::solve;
use super::fault::{ProblemError, SolveError};
use super::line::Line;
use super::notices::set_aside;
use super::problem::RosterProblem;
use super::search::{Found, polish, settle};
use super::team::Team;
use super::{Solution, SolveOptions, SolveProgress, Watch};
use crate::domain::ids::AssignmentId;
use crate::domain::planning::{PastShift, PlanningInput};
use crate::domain::roster::{Assignment, Notice, RosterScore};
use crate::domain::rules::RuleId;
use crate::domain::run::Phase;

/// Until this share of the time the weeks are built one after the other.
const BUILD_SHARE: f64 = 0.6;
/// Until this share their bounds are raised.
const BOUND_SHARE: f64 = 0.75;
/// Rounds of a bound where iterations are counted.
const BOUND_ROUNDS: usize = 300;
/// How often each week is searched again between its neighbours.
const VISITS: usize = 2;

/// Why several weeks gave no rosters.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeeksError {
    /// A week's rules and pins cannot hold together.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// There is no roster of a week.
    #[error(transparent)]
    Solve(#[from] SolveError),
}

/// Takes out of every week what no roster can keep, [`set_aside`]; of pins that contradict each other across the weeks the
/// later go. Gives the notices by week.
pub fn set_aside_weeks(weeks: &mut [PlanningInput]) -> Vec<Vec<Notice>> {
    let mut notices = Vec::new();
    for at in 0..weeks.len() {
        let earlier = |other: usize| if other < at { known(&weeks[other]) } else { Vec::new() };
        let pins: Vec<_> = (0..weeks.len()).map(earlier).collect();
        link(weeks, at, &pins);
        notices.push(set_aside(&mut weeks[at]));
    }
    notices
}

/// Builds a roster for each of the weeks of a horizon, given in order. Afterwards the history of each week, and what is ahead
/// of it, hold the rosters of the others. One week alone is [`solve`]d.
///
/// The cost of a week counts loads over all weeks; its bound leaves the other weeks out, so that the bounds add up to one of
/// all weeks, of whose cost the spread counts once.
///
/// # Errors
/// [`WeeksError`]; none of [`WeeksError::Problem`] after [`set_aside_weeks`].
pub fn solve_weeks(weeks: &mut [PlanningInput], options: &SolveOptions, watch: &Watch) -> Result<Vec<Solution>, WeeksError> {
    if let [week] = weeks {
        return Ok(vec![solve(&RosterProblem::from_input(week)?, options, watch)?]);
    }
    let rosters = weeks.iter().map(known).collect();
    let bounds = vec![0.0; weeks.len()];
    let mut plan = Plan { weeks, rosters, bounds, options, watch, began: Instant::now() };
    plan.build()?;
    plan.prove()?;
    plan.improve()?;
    if (watch.is_cancelled)() {
        return Err(SolveError::Cancelled.into());
    }
    Ok(plan.solutions()?)
}

/// What weeks planned together cost, and the bound of that. Loads are spread over all weeks, and every week's cost has that: it
/// counts once.
pub fn of_all_weeks<'a>(scores: impl Iterator<Item = &'a RosterScore>) -> (f64, f64) {
    let is_spread = |rule| matches!(rule, RuleId::LateSpread | RuleId::WeekendSpread);
    let (mut cost, mut spread, mut bound) = (0.0, 0.0, 0.0);
    for score in scores {
        spread = score.by_rule.iter().filter(|one| is_spread(one.rule)).map(|one| one.cost).sum();
        cost += score.cost - spread;
        bound += score.bound;
    }
    (cost + spread, bound)
}

/// What every roster of the week has: its pins, and the shifts that a rotation fixes, on whatever queue.
fn known(week: &PlanningInput) -> Vec<Assignment> {
    let fixed = week.rotation.iter().filter(|given| given.is_fixed).filter_map(|given| {
        let template = week.shift_template(given.shift_template_id?)?;
        Some(Assignment {
            id: AssignmentId::generate(),
            agent_id: given.agent_id,
            date: given.date,
            shift_template_id: template.id,
            queue_id: week.requirement.queues.first()?.queue_id,
            break_offsets: template.first_places(),
            is_pinned: false,
        })
    });
    week.pinned.iter().cloned().chain(fixed).collect()
}

/// Tells a week what the others hold.
fn link(weeks: &mut [PlanningInput], at: usize, rosters: &[Vec<Assignment>]) {
    let all: &[PlanningInput] = weeks;
    let placed = |other: usize| {
        let shift = move |one: &Assignment| {
            Some(PastShift { agent_id: one.agent_id, date: one.date, span: all[other].shift_of(one)?.span })
        };
        rosters[other].iter().filter_map(shift)
    };
    let before: Vec<PastShift> = (0..at).flat_map(placed).collect();
    let after: Vec<PastShift> = (at + 1..all.len()).flat_map(placed).collect();
    let week = &mut weeks[at];
    let horizon = week.horizon;
    week.history.retain(|past| past.date < horizon.first().monday());
    week.history.extend(before);
    week.ahead.retain(|coming| coming.date >= horizon.end());
    week.ahead.extend(after);
}

/// Weeks under way.
struct Plan<'a> {
    weeks: &'a mut [PlanningInput],
    /// What is known of each: at first its pins and what a rotation fixes.
    rosters: Vec<Vec<Assignment>>,
    bounds: Vec<f64>,
    options: &'a SolveOptions,
    watch: &'a Watch<'a>,
    began: Instant,
}

impl Plan<'_> {
    /// The week between the others as they are.
    fn problem(&mut self, at: usize) -> Result<RosterProblem, ProblemError> {
        link(self.weeks, at, &self.rosters);
        RosterProblem::from_input(&self.weeks[at])
    }

    /// The part of the time up to a share of it that falls to one of so many.
    fn slice(&self, until: f64, parts: usize) -> Duration {
        let left = self.options.time_limit.mul_f64(until).saturating_sub(self.began.elapsed());
        left.max(Duration::from_millis(1)) / parts.max(1) as u32
    }

    /// Week after week, with those before and the pins of those to come.
    fn build(&mut self) -> Result<(), WeeksError> {
        if self.options.time_limit.is_zero() {
            return Err(SolveError::NoRosterInTime { limit: self.options.time_limit }.into());
        }
        for at in 0..self.weeks.len() {
            let problem = self.problem(at)?;
            let time_limit = self.slice(BUILD_SHARE, self.weeks.len() - at);
            let (began, tell) = (self.began, self.watch.progress);
            // What one week costs says nothing about the cost of all.
            let progress = |of_week: SolveProgress| {
                let seconds = began.elapsed().as_secs_f64();
                tell(SolveProgress { phase: of_week.phase, best_cost: None, bound: None, seconds });
            };
            let watch = Watch { progress: &progress, is_cancelled: self.watch.is_cancelled };
            let options = SolveOptions { time_limit, ..*self.options };
            self.rosters[at] = solve(&problem, &options, &watch)?.assignments;
        }
        Ok(())
    }

    /// A bound of each week without the others, on all threads.
    fn prove(&mut self) -> Result<(), ProblemError> {
        let pins: Vec<_> = self.weeks.iter().map(known).collect();
        let mut alone = Vec::new();
        for at in 0..self.weeks.len() {
            link(self.weeks, at, &pins);
            let mut week = self.weeks[at].clone();
            week.rules.weights.spread = 0.0;
            let problem = RosterProblem::from_input(&week)?;
            let lines = problem.lines(&self.rosters[at]);
            alone.push((problem, lines));
        }
        let rounds = if self.options.iterations.is_some() { BOUND_ROUNDS } else { usize::MAX };
        let bound_of = |at: usize, length: Duration, is_stopped: &mut dyn FnMut() -> bool| {
            let (began, (problem, lines)) = (Instant::now(), &alone[at]);
            let is_counted = rounds < usize::MAX;
            bound(problem, lines, rounds, &mut || !is_counted && began.elapsed() >= length || is_stopped())
        };
        // Each thread has its weeks one after the other.
        let in_turn = self.weeks.len().div_ceil(self.options.threads.max(1));
        let length = self.slice(BOUND_SHARE, in_turn);
        self.bounds = on_threads(self.weeks.len(), self.options.threads, self.watch, |at, stop| bound_of(at, length, stop));
        Ok(())
    }

    /// Each week again, between its neighbours.
    fn improve(&mut self) -> Result<(), ProblemError> {
        let weeks = self.weeks.len();
        for visit in 0..VISITS * weeks {
            let at = visit % weeks;
            let (cost, bound) = of_all_weeks(self.solutions()?.iter().map(|solution| &solution.score));
            let seconds = self.began.elapsed().as_secs_f64();
            (self.watch.progress)(SolveProgress { phase: Phase::Solving, best_cost: Some(cost), bound: Some(bound), seconds });
            let is_late = self.began.elapsed() >= self.options.time_limit && self.options.iterations.is_none();
            if (self.watch.is_cancelled)() || is_late || cost - bound <= self.options.gap * cost {
                return Ok(());
            }
            let problem = self.problem(at)?;
            let length = self.slice(1.0, VISITS * weeks - visit);
            let before = problem.lines(&self.rosters[at]);
            let found = self.searched(&problem, before, visit as u64, length);
            self.rosters[at] = problem.assignments(&found);
        }
        Ok(())
    }

    /// The best of what the threads find near the roster of a week.
    fn searched(&self, problem: &RosterProblem, lines: Vec<Line>, visit: u64, length: Duration) -> Vec<Line> {
        let team = Team::of(problem);
        let from = Found { cost: problem.cost(&lines), lines };
        if self.options.iterations.is_some() {
            return settle(&team, &from, self.options.seed, &mut |_| (self.watch.is_cancelled)()).lines;
        }
        let threads = self.options.threads.max(1);
        let seed = |thread: usize| self.options.seed.wrapping_mul(7919).wrapping_add(1000 * visit + thread as u64);
        let found = on_threads(threads, threads, self.watch, |thread, stop| polish(&team, &from, seed(thread), length, stop));
        let best = found.into_iter().min_by(|left, right| left.cost.total_cmp(&right.cost));
        best.map_or(from.lines, |best| best.lines)
    }

    fn solutions(&mut self) -> Result<Vec<Solution>, ProblemError> {
        let mut solutions = Vec::new();
        for at in 0..self.weeks.len() {
            let problem = self.problem(at)?;
            let lines = problem.lines(&self.rosters[at]);
            let cost = problem.cost(&lines);
            // A bound a rounding above the cost is the cost.
            let bound = self.bounds[at].min(cost);
            let gap = if cost > 0.0 { (cost - bound) / cost } else { 0.0 };
            let seconds = self.began.elapsed().as_secs_f64();
            let score = RosterScore { cost, bound, gap, by_rule: problem.cost_by_rule(&lines), seconds };
            solutions.push(Solution { assignments: self.rosters[at].clone(), score });
        }
        Ok(solutions)
    }
}

/// What no roster of a problem costs less than.
fn bound(problem: &RosterProblem, lines: &[Line], rounds: usize, is_over: &mut dyn FnMut() -> bool) -> f64 {
    let team = Team::of(problem);
    let mut bound = Bound::new(&team, lines, HASTY);
    let target = problem.cost(lines);
    for _ in 0..rounds {
        if bound.has_settled() || is_over() {
            break;
        }
        bound.improve(target);
    }
    bound.value().max(0.0)
}

/// Does pieces of work on threads, the calling one among them: it alone asks whether to stop. Gives the results in order.
fn on_threads<T: Send>(
    pieces: usize,
    threads: usize,
    watch: &Watch,
    work: impl Fn(usize, &mut dyn FnMut() -> bool) -> T + Sync,
) -> Vec<T> {
    let (next, is_stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let run = |stop: &mut dyn FnMut() -> bool| -> Vec<(usize, T)> {
        let mut done = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces {
                return done;
            }
            done.push((piece, work(piece, stop)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> =
            (1..threads.min(pieces)).map(|_| scope.spawn(|| run(&mut || is_stopped.load(Ordering::Relaxed)))).collect();
        let mut all = run(&mut || {
            let is_cancelled = (watch.is_cancelled)();
            is_stopped.fetch_or(is_cancelled, Ordering::Relaxed) || is_cancelled
        });
        // Nothing more is to be asked for by this thread: a cancel still has to reach the others.
        while others.iter().any(|other| !other.is_finished()) {
            is_stopped.fetch_or((watch.is_cancelled)(), Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(2));
        }
        all.extend(others.into_iter().flat_map(|other| other.join().expect("a search does not panic")));
        all
    });
    all.sort_by_key(|(piece, _)| *piece);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};

    use super::*;
    use crate::checker::{check, price};
    use crate::domain::absence::{Wish, WishKind};
    use crate::domain::calendar::monday_of;
    use crate::domain::ids::{AgentId, ShiftTemplateId, WishId};
    use crate::domain::rules::Severity;
    use crate::solver::test_team::chat_weeks;

    /// The same rosters every time, and soon.
    fn counted(lines: u64) -> SolveOptions {
        SolveOptions { time_limit: Duration::from_secs(60), iterations: Some(lines), gap: 1e-6, ..SolveOptions::default() }
    }

    /// Solves and lets the checker judge every week beside the others.
    #[track_caller]
    fn solved(weeks: &mut [PlanningInput], options: &SolveOptions) -> Vec<Solution> {
        let solutions = solve_weeks(weeks, options, &Watch::SILENT).unwrap();
        for (week, solution) in weeks.iter().zip(&solutions) {
            let hard: Vec<_> = check(week, &solution.assignments);
            let hard: Vec<_> = hard.iter().filter(|violation| violation.severity == Severity::Hard).collect();
            assert!(hard.is_empty(), "{hard:?}");
            let total = price(week, &solution.assignments).total;
            assert!((total - solution.score.cost).abs() < 1e-6, "{total} against {:?}", solution.score);
            assert!(solution.score.bound <= solution.score.cost);
        }
        solutions
    }

    /// A shift worked: its date, from and until.
    type Worked = (NaiveDate, DateTime<Utc>, DateTime<Utc>);

    /// Every agent's shifts of all weeks, by start.
    fn lines(weeks: &[PlanningInput], solutions: &[Solution]) -> Vec<Vec<Worked>> {
        let shift = |week: &PlanningInput, one: &Assignment| {
            let span = week.shift_of(one).unwrap().span;
            (one.date, span.start, span.end)
        };
        let of = |id: AgentId| {
            let pairs = weeks.iter().zip(solutions);
            let own = pairs.flat_map(|(week, solution)| {
                solution.assignments.iter().filter(|one| one.agent_id == id).map(|one| shift(week, one)).collect::<Vec<_>>()
            });
            let mut own: Vec<_> = own.collect();
            own.sort();
            own
        };
        weeks[0].agents.iter().map(|agent| of(agent.id)).collect()
    }

    /// Counted by hand over all weeks, borders or not.
    #[test]
    fn rest_and_days_in_a_row_are_kept_across_the_borders_of_weeks() {
        let mut weeks = chat_weeks(6, 1.3, 2, 4);
        weeks.iter_mut().for_each(|week| (week.rules.max_consecutive_days, week.history) = (4, vec![]));
        let solutions = solved(&mut weeks, &counted(300));
        let mut across = 0;
        for line in lines(&weeks, &solutions) {
            let rested = |pair: &[Worked]| (pair[1].1 - pair[0].2).num_minutes() >= 660;
            assert!(line.windows(2).all(rested), "{line:?}");
            let dates: Vec<NaiveDate> = line.iter().map(|shift| shift.0).collect();
            for row in dates.chunk_by(|day, next| *next == *day + Days::new(1)) {
                assert!(row.len() <= 4, "{row:?}");
                across += usize::from(row.len() == 4 && monday_of(row[0]) != monday_of(row[3]));
            }
        }
        assert!(across > 0, "some rows of four reach into the next week");
    }

    #[test]
    fn weekends_are_limited_over_all_weeks_and_only_where_that_is_asked() {
        let worked = |most: Option<u32>| -> usize {
            let mut weeks = chat_weeks(6, 1.2, 4, 3);
            weeks.iter_mut().for_each(|week| week.rules.max_weekends = most);
            let solutions = solved(&mut weeks, &counted(200));
            let of_line = |line: &Vec<Worked>| {
                let weekend = line.iter().filter(|shift| matches!(shift.0.weekday(), Weekday::Sat | Weekday::Sun));
                weekend.map(|shift| monday_of(shift.0)).collect::<BTreeSet<_>>().len()
            };
            lines(&weeks, &solutions).iter().map(of_line).max().unwrap()
        };
        assert_eq!([worked(None), worked(Some(2)), worked(Some(1)), worked(Some(0))], [3, 2, 1, 0]);
    }

    /// One shift a day is late, and nobody wants it: five agents have seven of them a week.
    #[test]
    fn loads_are_spread_over_all_weeks() {
        let mut weeks = chat_weeks(5, 0.3, 5, 3);
        for week in &mut weeks {
            (week.leave, week.wishes, week.history) = (vec![], vec![], vec![]);
            week.rules.weights.spread = 500.0;
        }
        let solutions = solved(&mut weeks, &counted(400));
        // After 22:00 in Shanghai: 14 hours after midnight by UTC.
        let is_late = |shift: &&Worked| shift.2 - shift.0.and_hms_opt(0, 0, 0).unwrap().and_utc() > chrono::Duration::hours(14);
        let late = lines(&weeks, &solutions).iter().map(|line| line.iter().filter(is_late).count()).collect::<Vec<_>>();
        let (most, least) = (late.iter().max().unwrap(), late.iter().min().unwrap());
        assert!(*least > 0 && most - least <= 1, "{late:?}");
        let of_rule = |solution: &Solution| {
            solution.score.by_rule.iter().find(|one| one.rule == RuleId::LateSpread).map_or(0.0, |one| one.cost)
        };
        assert!(solutions.iter().all(|solution| of_rule(solution) == 500.0 * (most - least) as f64), "{late:?}");
    }

    #[test]
    fn what_all_weeks_cost_has_the_spread_once() {
        let cost = |rule, cost| crate::domain::roster::RuleCost { rule, cost };
        let score = |gaps: f64, bound| RosterScore {
            cost: gaps + 18.0,
            bound,
            gap: 0.0,
            by_rule: vec![cost(RuleId::Coverage, gaps), cost(RuleId::LateSpread, 12.0), cost(RuleId::WeekendSpread, 6.0)],
            seconds: 1.0,
        };
        assert_eq!(of_all_weeks([score(40.0, 39.0), score(60.0, 55.5)].iter()), (118.0, 94.5));
    }

    #[test]
    fn bounds_of_the_weeks_add_up_to_no_more_than_all_weeks_cost() {
        for seed in 1..3 {
            let mut weeks = chat_weeks(5, 1.0, seed, 2);
            let solutions = solved(&mut weeks, &counted(2000));
            let (cost, bound) = of_all_weeks(solutions.iter().map(|solution| &solution.score));
            let (first, second) = (&solutions[0].score, &solutions[1].score);
            assert!(cost <= first.cost + second.cost && bound == first.bound + second.bound);
            assert!(bound <= cost && bound > 0.7 * cost, "seed {seed}: {bound} of {cost}");
        }
    }

    /// Sunday's late shift and Monday's early one in the next week, pinned both: the later pin goes. One pinned for Monday keeps
    /// Sunday's late shifts away from the agent.
    #[test]
    fn pins_of_later_weeks_are_kept_by_the_weeks_before() {
        let mut weeks = chat_weeks(5, 1.5, 3, 2);
        weeks.iter_mut().for_each(|week| (week.leave, week.history, week.wishes) = (vec![], vec![], vec![]));
        // Everybody would like Sunday's last shift.
        weeks[0].rules.weights.wish = 1000.0;
        let (sunday, last) = (weeks[0].week.monday() + Days::new(6), weeks[0].shift_templates[7].id);
        weeks[0].wishes = weeks[0].agents.iter().map(|agent| wish(agent.id, sunday, last)).collect();
        let pin = |week: &PlanningInput, agent: usize, day: u64, template: usize| Assignment {
            id: AssignmentId::generate(),
            agent_id: week.agents[agent].id,
            date: week.week.monday() + Days::new(day),
            shift_template_id: week.shift_templates[template].id,
            queue_id: week.agents[agent].skills[0].queue_id,
            break_offsets: week.shift_templates[template].first_places(),
            is_pinned: true,
        };
        weeks[0].pinned = vec![pin(&weeks[0], 0, 6, 7)];
        weeks[1].pinned = (0..5).map(|agent| pin(&weeks[1], agent, 0, 0)).collect();
        let told = set_aside_weeks(&mut weeks);
        assert_eq!((told[0].len(), told[1].len()), (0, 1));
        assert_eq!((told[1][0].rule, told[1][0].agent_id), (RuleId::MinimumRest, Some(weeks[0].agents[0].id)));
        let solutions = solved(&mut weeks, &counted(200));
        for pin in weeks.iter().flat_map(|week| &week.pinned) {
            assert!(solutions.iter().flat_map(|solution| &solution.assignments).any(|one| one == pin), "{pin:?}");
        }
    }

    fn wish(agent_id: AgentId, date: NaiveDate, template: ShiftTemplateId) -> Wish {
        let (id, kind) = (WishId::generate(), WishKind::WantShift);
        Wish { id, agent_id, date, kind, shift_template_id: Some(template), weight: 10 }
    }

    #[test]
    fn the_same_seed_gives_the_same_rosters() {
        let keys = |seed| {
            let mut weeks = chat_weeks(9, 1.1, 9, 2);
            let solutions = solved(&mut weeks, &SolveOptions { seed, ..counted(100) });
            let key = |one: &Assignment| (one.agent_id, one.date, one.shift_template_id, one.queue_id);
            solutions.iter().flat_map(|solution| solution.assignments.iter().map(key).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert_eq!(keys(1), keys(1));
        assert_ne!(keys(1), keys(2), "another seed");
    }

    #[test]
    fn a_cancel_between_two_weeks_leaves_no_roster() {
        let mut weeks = chat_weeks(5, 1.1, 9, 3);
        let told = std::cell::Cell::new(0);
        let watch = Watch { progress: &|_| told.set(told.get() + 1), is_cancelled: &|| told.get() > 1 };
        let options = SolveOptions { time_limit: Duration::from_secs(3), ..SolveOptions::default() };
        let ended = solve_weeks(&mut weeks, &options, &watch);
        assert_eq!(ended, Err(WeeksError::Solve(SolveError::Cancelled)));
    }
}
