//! Patterns as tracks of weeks: what teams keep and agents walk through.

use super::problem::WEEK_DAYS;
use super::staffing::Phase;
use crate::domain::rotation::{RotationTrack, RotationWeek};

/// The phases of a pattern as tracks, each with the agents who begin on each of its weeks. A cycle that is no whole number of
/// weeks is gone through seven times; of one that is, each weekday that somebody begins on makes a track of its own.
pub(super) fn tracks(phases: &[Phase]) -> Vec<RotationTrack> {
    let mut tracks: Vec<RotationTrack> = Vec::new();
    for phase in phases {
        let (weeks, begun) = walk(phase);
        let known = tracks.iter().position(|track| track.weeks == weeks);
        let at = known.unwrap_or_else(|| {
            tracks.push(RotationTrack { agents: vec![0; weeks.len()], weeks });
            tracks.len() - 1
        });
        tracks[at].agents[begun] += phase.agents;
    }
    tracks
}

/// The weeks of a phase, and the one it begins on.
fn walk(phase: &Phase) -> (Vec<RotationWeek>, usize) {
    let length = phase.cycle.len();
    let is_whole = length.is_multiple_of(WEEK_DAYS);
    let (weeks, first) = if is_whole { (length / WEEK_DAYS, phase.day % WEEK_DAYS) } else { (length, 0) };
    let day = |place: usize| phase.cycle[(first + place) % length];
    let week = |week: usize| std::array::from_fn(|weekday| day(week * WEEK_DAYS + weekday));
    let begins = |week: &usize| (first + week * WEEK_DAYS) % length == phase.day;
    let begun = (0..weeks).find(begins).expect("7 is a prime: some week begins on each day of the cycle");
    ((0..weeks).map(week).collect(), begun)
}

#[cfg(test)]
mod tests {
    use super::super::test_case::days;
    use super::*;

    fn phase(cycle: &str, day: usize, agents: u32) -> Phase {
        Phase { cycle: days(cycle), day, agents }
    }

    /// What agents who begin there do on each day.
    fn walked(track: &RotationTrack, week: usize, count: usize) -> Vec<Option<usize>> {
        let weeks = track.weeks.iter().cycle().skip(week).flatten();
        weeks.take(count).copied().collect()
    }

    #[test]
    fn each_day_off_of_a_week_makes_a_track_and_the_same_one_is_shared() {
        let tracks = tracks(&[phase("00000--", 0, 2), phase("00000--", 3, 1), phase("11111--", 3, 1)]);
        let agents: Vec<&[u32]> = tracks.iter().map(|track| track.agents.as_slice()).collect();
        assert_eq!(agents, [&[2], &[1], &[1]]);
        assert_eq!(tracks[1].weeks, [*days("00--000").first_chunk::<7>().unwrap()]);
    }

    #[test]
    fn eight_days_go_around_in_eight_weeks_and_every_phase_has_its_week() {
        let cycle = "001122--";
        let phases: Vec<Phase> = (0..8).map(|day| phase(cycle, day, day as u32)).collect();
        let tracks = tracks(&phases);
        assert_eq!((tracks.len(), tracks[0].weeks.len()), (1, 8));
        for phase in &phases {
            let week = tracks[0].agents.iter().position(|agents| *agents == phase.agents).expect("it begins somewhere");
            let done: Vec<Option<usize>> = (0..56).map(|day| phase.cycle[(phase.day + day) % 8]).collect();
            assert_eq!(walked(&tracks[0], week, 56), done);
        }
    }

    #[test]
    fn two_weeks_begun_in_the_middle_are_two_weeks_from_that_weekday_on() {
        let tracks = tracks(&[phase("00000--000000-", 9, 3)]);
        assert_eq!((tracks[0].weeks.len(), tracks[0].agents.as_slice()), (2, &[0, 3][..]));
        assert_eq!(walked(&tracks[0], 1, 14), days("0000-00000--00"));
    }
}
