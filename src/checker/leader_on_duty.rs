//! `leader-on-duty`: a leader is on duty where asked. Breaks count as on duty: a leader at lunch can still be called.
//!
//! A window is judged in pieces, its cuts with the planning steps; a piece is held when one leader's shift holds all of it.

use chrono::Datelike;

use super::facts::{Facts, hours};
use crate::domain::calendar::{Interval, instant_at_minute};
use crate::domain::rules::{CostWeights, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let week = &facts.input.week;
    let gaps = gaps(facts);
    week.dates()
        .filter_map(|date| {
            let minutes: i64 = gaps.iter().filter(|(begins, _)| *begins == date).map(|(_, gap)| gap.minutes()).sum();
            (minutes > 0).then(|| Violation {
                rule: RuleId::LeaderOnDuty,
                severity: RuleId::LeaderOnDuty.severity(),
                agent_id: None,
                queue_id: None,
                date: Some(date),
                figure: minutes as f64,
                limit: 0.0,
                detail: format!("{date}: no leader is on duty for {} where one is asked for", hours(minutes as f64)),
            })
        })
        .collect()
}

/// The pieces without a leader, each with the date its window begins on.
fn gaps(facts: &Facts) -> Vec<(chrono::NaiveDate, Interval)> {
    let leaders: Vec<Interval> = facts
        .lines
        .iter()
        .filter(|line| line.agent.post.leads())
        .flat_map(|line| line.worked.iter().map(|worked| worked.shift.span))
        .collect();
    let mut pieces = pieces(facts);
    pieces.retain(|(_, piece)| !leaders.iter().any(|shift| shift.start <= piece.start && piece.end <= shift.end));
    pieces
}

/// The windows of the week cut by the planning steps; where windows overlap, the piece of the first stands.
fn pieces(facts: &Facts) -> Vec<(chrono::NaiveDate, Interval)> {
    let (week, grid) = (&facts.input.week, facts.coverage.grid);
    let mut pieces: Vec<(chrono::NaiveDate, Interval)> = Vec::new();
    for date in week.dates() {
        for window in facts.input.rules.leader_windows.iter().filter(|window| window.weekday == date.weekday()) {
            let start = instant_at_minute(week.zone(), date, window.start_minute);
            let span = Interval { start, end: instant_at_minute(week.zone(), date, window.end_minute) };
            for step in grid.overlapping(span).map(|index| grid.interval(index)) {
                let piece = Interval { start: step.start.max(span.start), end: step.end.min(span.end) };
                if !pieces.iter().any(|(_, other)| other.overlaps(&piece)) {
                    pieces.push((date, piece));
                }
            }
        }
    }
    pieces
}

/// The price of the hours without a leader.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    let minutes: i64 = gaps(facts).iter().map(|(_, gap)| gap.minutes()).sum();
    minutes as f64 / 60.0 * weights.leader_gap_hour
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::agent::Post;
    use crate::domain::organisation::WeeklyWindow;
    use crate::domain::rules::RuleId;

    #[test]
    fn hours_without_a_leader_are_named_and_priced() {
        let mut case = Case::new();
        case.input.agents[0].post = Post::TeamLeader;
        case.input.rules.leader_windows =
            vec![WeeklyWindow { weekday: chrono::Weekday::Mon, start_minute: 9 * 60, end_minute: 18 * 60 }];
        let passing = vec![case.assign(0, 0, 0, 0)];
        case.fitted_to(&passing).passes(&passing);
        case.input.rules.leader_windows[0].end_minute += 90;
        let case = case.fitted_to(&passing);
        let violation = case.breaks(&passing, RuleId::LeaderOnDuty);
        assert_eq!(violation.figure, 90.0);
        assert_eq!(price(&case.input, &passing).total, 22.5);
    }
}
