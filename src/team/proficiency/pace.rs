//! Each agent's pace against the team's, and how sure it is.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::workload::Workload;
use crate::team::figures::STRATA;

/// Groups of days that are left out in turn.
const GROUPS: usize = 10;
/// Fewest days whose spread says something.
const FEWEST_DAYS: usize = 3;

/// What an agent did on a queue in one part of one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The local date.
    pub date: NaiveDate,
    /// The part of the week.
    pub stratum: usize,
    /// The sums.
    pub work: Workload,
}

/// An agent's pace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Days with any of it.
    pub days: usize,
    /// Everything the agent did.
    pub work: Workload,
    /// Seconds of work on a reply.
    pub work_secs: f64,
    /// Seconds of the team's work on a reply, in the same parts of the week.
    pub team_work_secs: f64,
    /// Logarithm of the team's work by the agent's.
    pub speed_ln: f64,
    /// Variance of that.
    pub variance: f64,
}

type Strata = [Workload; STRATA];

/// The pace of every agent of a team; `None` for one of too few days, or whose sums say nothing. `work_secs` reads the
/// seconds of work on a reply from sums.
pub fn paces(agents: &[Vec<Part>], work_secs: impl Fn(&Workload) -> Option<f64>) -> Vec<Option<Pace>> {
    let own: Vec<[Option<f64>; STRATA]> = agents.iter().map(|parts| summed(parts.iter()).map(|work| work_secs(&work))).collect();
    let mut team = [(0.0, 0.0); STRATA];
    for (parts, secs) in agents.iter().zip(&own) {
        for (sum, (work, secs)) in team.iter_mut().zip(summed(parts.iter()).iter().zip(secs)) {
            if let Some(secs) = secs {
                *sum = (sum.0 + work.answers * secs, sum.1 + work.answers);
            }
        }
    }
    let team = team.map(|(secs, answers)| (answers > 0.0).then(|| secs / answers));
    agents.iter().map(|parts| pace(parts, &team, &work_secs)).collect()
}

fn pace(parts: &[Part], team: &[Option<f64>; STRATA], work_secs: impl Fn(&Workload) -> Option<f64>) -> Option<Pace> {
    let mut days: BTreeMap<NaiveDate, usize> = parts.iter().map(|part| (part.date, 0)).collect();
    if days.len() < FEWEST_DAYS {
        return None;
    }
    let groups = days.len().min(GROUPS);
    days.values_mut().enumerate().for_each(|(at, group)| *group = at % groups);
    let (work_all, team_all) = against(&summed(parts.iter()), team, &work_secs)?;
    let left: Vec<f64> = (0..groups)
        .filter_map(|group| against(&summed(parts.iter().filter(|part| days[&part.date] != group)), team, &work_secs))
        .map(|(own, team)| (team / own).ln())
        .collect();
    if left.len() < FEWEST_DAYS {
        return None;
    }
    let work = parts.iter().fold(Workload::default(), |mut sum, part| {
        sum += part.work;
        sum
    });
    let (count, mean) = (left.len() as f64, left.iter().sum::<f64>() / left.len() as f64);
    let spread = (count - 1.0) / count * left.iter().map(|speed| (speed - mean).powi(2)).sum::<f64>();
    Some(Pace {
        days: days.len(),
        work,
        work_secs: work_all,
        team_work_secs: team_all,
        speed_ln: (team_all / work_all).ln(),
        // Never surer than so many exponential times allow.
        variance: spread.max(1.0 / work.answers),
    })
}

/// Seconds of the agent's work and of the team's on a reply, over the parts of the week that both have, each weighted with the
/// agent's replies.
fn against(own: &Strata, team: &[Option<f64>; STRATA], work_secs: impl Fn(&Workload) -> Option<f64>) -> Option<(f64, f64)> {
    let (mut own_secs, mut team_secs, mut answers) = (0.0, 0.0, 0.0);
    for (work, team) in own.iter().zip(team) {
        if let (Some(own), Some(team)) = (work_secs(work), team) {
            own_secs += own * work.answers;
            team_secs += team * work.answers;
            answers += work.answers;
        }
    }
    (answers > 0.0).then(|| (own_secs / answers, team_secs / answers))
}

fn summed<'a>(parts: impl Iterator<Item = &'a Part>) -> Strata {
    parts.fold(Strata::default(), |mut sums, part| {
        sums[part.stratum] += part.work;
        sums
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replies at so many seconds each, whose reply time is the work.
    fn part(day: u32, stratum: usize, answers: f64, secs: f64) -> Part {
        let work = Workload { answers, reply_secs: answers * secs, ..Workload::default() };
        Part { date: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(), stratum, work }
    }

    fn of(agents: &[Vec<Part>]) -> Vec<Option<Pace>> {
        paces(agents, |work| work.has_replies().then(|| work.reply_secs / work.answers))
    }

    #[test]
    fn whoever_works_nights_is_compared_with_nights() {
        // By day everybody takes 20 s, by night 40 s. One works nights alone, one days alone, one both.
        let days = |stratum, secs| (1..=5).map(move |day| part(day, stratum, 100.0, secs));
        let agents = [days(1, 20.0).collect(), days(0, 40.0).collect(), days(1, 20.0).chain(days(0, 40.0)).collect::<Vec<_>>()];
        for pace in of(&agents) {
            assert!(pace.unwrap().speed_ln.abs() < 1e-12, "{pace:?}");
        }
        // Days of 20, 20 and 10 s with equal replies: the team takes 50/3 s.
        let agents = [days(1, 20.0).collect(), days(1, 20.0).collect(), days(1, 10.0).collect::<Vec<_>>()];
        let fast = of(&agents)[2].unwrap();
        assert!((fast.speed_ln.exp() - 5.0 / 3.0).abs() < 1e-12, "{fast:?}");
        assert_eq!((fast.days, fast.work_secs, fast.work.answers), (5, 10.0, 500.0));
        // Days all alike are no surer than 500 replies.
        assert_eq!(fast.variance, 1.0 / 500.0);
    }

    #[test]
    fn the_variance_is_that_of_days_left_out_in_turn() {
        // Of 10, 20 and 30 s with equal replies, without each: 25, 20 and 15 s.
        let swinging = vec![part(1, 1, 100.0, 10.0), part(2, 1, 100.0, 20.0), part(3, 1, 100.0, 30.0)];
        let found = of(&[swinging])[0].unwrap();
        let left = [25.0_f64, 20.0, 15.0].map(|secs| -secs.ln());
        let mean = left.iter().sum::<f64>() / 3.0;
        let spread: f64 = left.iter().map(|left| (left - mean).powi(2)).sum();
        assert!((found.variance - 2.0 / 3.0 * spread).abs() < 1e-12, "{found:?}");
        assert_eq!(of(&[vec![part(1, 1, 100.0, 10.0), part(2, 1, 100.0, 20.0)]]), [None], "two days say nothing");
    }
}
