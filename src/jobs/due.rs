//! What a team's policy makes due at an instant. Pure: the clock asks, the database decides who does it.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::{IntervalMinutes, PlanningWeek, instant_at_minute, local_of};
use crate::domain::ids::TeamId;
use crate::domain::run::RunKind;
use crate::store::team_policies::TeamPolicy;

/// One piece of work that a policy asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What to run.
    pub kind: RunKind,
    /// For which team.
    pub team_id: TeamId,
    /// For which week, by its Monday.
    pub week_start: NaiveDate,
    /// The date that makes it unique: a roster is built once for its week, a forecast refreshed once a day.
    pub due_on: NaiveDate,
    /// The step to plan in.
    pub interval_minutes: IntervalMinutes,
}

/// Everything that is due at `now`, whether or not it has been done; each policy comes with the zone of its team's site.
///
/// A week stays due from its build time until it begins, so that a service that was down then catches up; the forecast is
/// due from its time until the local day ends.
pub fn due(now: DateTime<Utc>, policies: &[(TeamPolicy, Tz)]) -> Vec<Due> {
    let of =
        |(policy, zone): &(TeamPolicy, Tz)| forecast_due(now, policy, *zone).into_iter().chain(weeks_due(now, policy, *zone));
    policies.iter().flat_map(of).collect()
}

fn forecast_due(now: DateTime<Utc>, policy: &TeamPolicy, zone: Tz) -> Option<Due> {
    let today = local_of(zone, now).date();
    let is_time = instant_at_minute(zone, today, policy.forecast_at_minute) <= now;
    is_time.then(|| asked_for(policy, RunKind::Forecast, PlanningWeek::next_after(now, zone).monday(), today))
}

fn weeks_due(now: DateTime<Utc>, policy: &TeamPolicy, zone: Tz) -> Vec<Due> {
    // A week that has begun is nobody's to build any more: the first candidate is the one after it.
    let mut monday = PlanningWeek::next_after(now, zone).monday();
    let mut weeks = Vec::new();
    while instant_at_minute(zone, monday - Days::new(policy.build_days_ahead.into()), policy.build_at_minute) <= now {
        weeks.push(asked_for(policy, RunKind::Roster, monday, monday));
        monday = monday + Days::new(7);
    }
    weeks
}

fn asked_for(policy: &TeamPolicy, kind: RunKind, week_start: NaiveDate, due_on: NaiveDate) -> Due {
    Due { kind, team_id: policy.team_id, week_start, due_on, interval_minutes: policy.interval_minutes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(zone: Tz, build_days_ahead: u32, build_at_minute: u32, forecast_at_minute: u32) -> (TeamPolicy, Tz) {
        let (team_id, interval_minutes) = (TeamId::generate(), IntervalMinutes::HALF_HOUR);
        let minutes = (build_at_minute, forecast_at_minute);
        (
            TeamPolicy {
                team_id,
                is_enabled: true,
                build_days_ahead,
                build_at_minute: minutes.0,
                forecast_at_minute: minutes.1,
                interval_minutes,
            },
            zone,
        )
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The weeks to build at each of the instants.
    fn weeks(policy: &(TeamPolicy, Tz), instants: &[&str]) -> Vec<Vec<NaiveDate>> {
        let built = |now| {
            due(now, std::slice::from_ref(policy)).into_iter().filter(|due| due.kind == RunKind::Roster).map(|due| due.week_start)
        };
        instants.iter().map(|now| built(at(now)).collect()).collect()
    }

    #[test]
    fn a_week_is_due_from_its_local_build_time_until_it_begins() {
        // Thursday 2026-11-19 09:00 in Shanghai is 01:00 UTC; the week begins on Sunday 16:00 UTC.
        let policy = policy(Tz::Asia__Shanghai, 4, 540, 120);
        let monday = date("2026-11-23");
        let found =
            weeks(&policy, &["2026-11-19T00:59:59Z", "2026-11-19T01:00:00Z", "2026-11-22T15:59:59Z", "2026-11-22T16:00:00Z"]);
        assert_eq!(found, [vec![], vec![monday], vec![monday], vec![]]);
    }

    #[test]
    fn weeks_are_built_further_ahead_than_one_when_the_policy_says_so() {
        let policy = policy(Tz::UTC, 10, 480, 120);
        let (next, after) = (date("2026-11-23"), date("2026-11-30"));
        assert_eq!(weeks(&policy, &["2026-11-20T07:59:00Z", "2026-11-20T08:00:00Z"]), [vec![next], vec![next, after]]);
    }

    #[test]
    fn a_build_time_that_the_clock_change_skips_is_the_first_moment_after_it() {
        // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC. The week of 2026-03-30 is built one day ahead at 02:30.
        let policy = policy(Tz::Europe__Berlin, 1, 150, 1439);
        let found = weeks(&policy, &["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"]);
        assert_eq!(found, [vec![], vec![date("2026-03-30")]]);
    }

    #[test]
    fn a_build_time_that_occurs_twice_is_due_at_the_earlier_and_only_once() {
        // Berlin, 2026-10-25: 02:30 is 00:30 UTC and again 01:30 UTC; either way it is one and the same week.
        let policy = policy(Tz::Europe__Berlin, 1, 150, 1439);
        let monday = date("2026-10-26");
        let found = weeks(&policy, &["2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]);
        assert_eq!(found, [vec![], vec![monday], vec![monday]]);
    }

    #[test]
    fn the_forecast_is_due_once_a_local_day_for_the_coming_week() {
        let policy = policy(Tz::Asia__Shanghai, 1, 1439, 120);
        let forecasts = |now| {
            let found = due(at(now), std::slice::from_ref(&policy)).into_iter().filter(|due| due.kind == RunKind::Forecast);
            found.map(|due| (due.due_on, due.week_start)).collect::<Vec<_>>()
        };
        assert_eq!(forecasts("2026-11-21T17:59:00Z"), []);
        assert_eq!(forecasts("2026-11-21T18:00:00Z"), [(date("2026-11-22"), date("2026-11-23"))]);
        assert_eq!(forecasts("2026-11-22T15:59:00Z"), [(date("2026-11-22"), date("2026-11-23"))]);
        // Monday has begun in Shanghai: nothing before 02:00, then the week after.
        assert_eq!(forecasts("2026-11-22T16:00:00Z"), []);
        assert_eq!(forecasts("2026-11-22T18:00:00Z"), [(date("2026-11-23"), date("2026-11-30"))]);
    }
}
