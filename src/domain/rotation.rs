//! Rotations that a team keeps (轮休, 轮班): weeks of shifts and days off that agents walk through, and who walks where.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::ids::{AgentId, RotationAdoptionId, RotationId, ShiftTemplateId, TeamId};

/// Days of a week, Monday first.
pub const WEEK_DAYS: usize = 7;

/// Shifts of the largest rotation.
pub const MOST_SHIFTS: usize = 8;

/// Agents, and weeks, of the largest rotation.
pub const MOST_AGENTS: u32 = 1000;

/// Days of the longest block that can be asked for.
pub const LONGEST_BLOCK: u32 = 28;

/// A week of a rotation, Monday first: the position of a shift, or `None` for a day off.
pub type RotationWeek = [Option<usize>; WEEK_DAYS];

/// How many days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockLength {
    /// Fewest, 1 or more.
    pub fewest: u32,
    /// Most, `fewest` or more.
    pub most: u32,
}

impl BlockLength {
    /// Fewest and most days in a row.
    pub const fn new(fewest: u32, most: u32) -> Self {
        Self { fewest, most }
    }

    /// The lengths allowed.
    pub fn range(&self) -> RangeInclusive<u32> {
        self.fewest..=self.most
    }

    /// Adds a fault unless it is a length of blocks.
    pub fn check(&self, faults: &mut Faults, pointer: &str) {
        let is_sound = 1 <= self.fewest && self.fewest <= self.most && self.most <= LONGEST_BLOCK;
        let detail = format!("must be 1 <= fewest <= most <= {LONGEST_BLOCK} days, got {} to {}", self.fewest, self.most);
        faults.expect(is_sound, pointer, detail);
    }
}

/// Two shifts that may not follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ForbiddenSuccession {
    /// Position of the earlier shift.
    pub before: usize,
    /// Position of the later shift.
    pub after: usize,
    /// With exactly one day off between them; else the next day.
    pub with_day_off: bool,
}

/// Where a rotation came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationSource {
    /// Designed to fit a demand.
    Designed,
    /// A named pattern.
    Library,
    /// Drawn by hand.
    Drawn,
}

/// A shift of a rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkedShift {
    /// How the weeks write it, for example `早`.
    pub mark: String,
    /// Which shift it is.
    pub shift_template_id: ShiftTemplateId,
    /// Days in a row on it; `None` where that is free.
    pub block: Option<BlockLength>,
}

/// Weeks that follow each other; the last is followed by the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationTrack {
    /// The weeks.
    pub weeks: Vec<RotationWeek>,
    /// How many agents begin on each of the weeks.
    pub agents: Vec<u32>,
}

/// What a rotation is to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRotationRules {
    /// Working days in a row, whatever the shift.
    pub work: BlockLength,
    /// Days off in a row.
    pub off: BlockLength,
    /// What may not follow.
    pub forbidden: Vec<ForbiddenSuccession>,
}

/// A rotation of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRotation {
    /// Identity.
    pub id: RotationId,
    /// Whose it is, with the teams below.
    pub team_id: TeamId,
    /// Display name.
    pub name: String,
    /// Where it came from.
    pub source: RotationSource,
    /// The named pattern, where it is one of the library.
    pub pattern_id: Option<String>,
    /// Its shifts.
    pub shifts: Vec<MarkedShift>,
    /// Its tracks: one, or several side by side.
    pub tracks: Vec<RotationTrack>,
    /// What it keeps; `None` where nobody has asked it to keep anything.
    pub rules: Option<TeamRotationRules>,
}

impl TeamRotation {
    /// Adds what is wrong with it, the rules that its weeks break aside.
    pub fn check(&self, faults: &mut Faults) {
        faults.name("/name", &self.name);
        let count = self.shifts.len();
        faults.expect((1..=MOST_SHIFTS).contains(&count), "/shifts", format!("must be 1 to {MOST_SHIFTS} shifts, got {count}"));
        for (place, shift) in self.shifts.iter().enumerate() {
            check_mark(faults, &format!("/shifts/{place}/mark"), &shift.mark);
            let is_new = self.shifts[..place].iter().all(|other| other.mark != shift.mark);
            faults.expect(is_new, format!("/shifts/{place}/mark"), "marks another shift too; give each its own mark");
            shift.block.iter().for_each(|block| block.check(faults, &format!("/shifts/{place}/block")));
        }
        if let Some(rules) = &self.rules {
            rules.work.check(faults, "/rules/work");
            rules.off.check(faults, "/rules/off");
        }
        let (weeks, agents): (usize, u64) = self.sizes();
        let fits = (1..=MOST_AGENTS as usize).contains(&weeks);
        faults.expect(fits, "/tracks", format!("must have 1 to {MOST_AGENTS} weeks in all, got {weeks}"));
        let fits = (1..=u64::from(MOST_AGENTS)).contains(&agents);
        faults.expect(fits, "/tracks", format!("must have room for 1 to {MOST_AGENTS} agents in all, got {agents}"));
        for (place, track) in self.tracks.iter().enumerate() {
            let (weeks, told) = (track.weeks.len(), track.agents.len());
            faults.expect(weeks > 0, format!("/tracks/{place}/weeks"), "must have 1 week or more");
            let detail = format!("must say of each of the {weeks} weeks how many agents begin on it, got {told}");
            faults.expect(weeks == told, format!("/tracks/{place}/agents"), detail);
        }
    }

    /// Weeks and agents of all tracks.
    fn sizes(&self) -> (usize, u64) {
        let agents = self.tracks.iter().flat_map(|track| &track.agents).map(|agents| u64::from(*agents));
        (self.tracks.iter().map(|track| track.weeks.len()).sum(), agents.sum())
    }

    /// What is done on a weekday by who began at `place` so many weeks ago. `None` where the rotation has no such place, inside
    /// `None` for a day off.
    pub fn duty(&self, place: RotationPlace, weeks_ago: usize, weekday: usize) -> Option<Option<ShiftTemplateId>> {
        let track = self.tracks.get(place.track)?;
        let week = track.weeks.get((place.week + weeks_ago) % track.weeks.len().max(1))?;
        Some(week[weekday].map(|shift| self.shifts[shift].shift_template_id))
    }

    /// Whether there is such a place.
    pub fn has(&self, place: RotationPlace) -> bool {
        self.tracks.get(place.track).is_some_and(|track| place.week < track.weeks.len())
    }

    /// Every place as often as agents are wanted on it, track by track.
    pub fn places(&self) -> Vec<RotationPlace> {
        let tracks = self.tracks.iter().enumerate();
        let of_track = |(track, weeks): (usize, &RotationTrack)| {
            let wanted = weeks.agents.iter().enumerate();
            let places = wanted.flat_map(move |(week, agents)| (0..*agents).map(move |_| RotationPlace { track, week }));
            places.collect::<Vec<_>>()
        };
        tracks.flat_map(of_track).collect()
    }

    /// A week as it is written: marks separated by blanks, `-` for a day off.
    pub fn written(&self, week: &RotationWeek) -> String {
        let mark = |duty: &Option<usize>| duty.map_or("-", |shift| self.shifts[shift].mark.as_str());
        week.iter().map(mark).collect::<Vec<_>>().join(" ")
    }
}

/// A week as it is written, read with the marks of the shifts.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read_week(text: &str, marks: &[&str]) -> Result<RotationWeek, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() != WEEK_DAYS {
        return Err(format!(
            "must be 7 marks separated by blanks, Monday to Sunday, `-` for a day off; got {} in “{text}”",
            words.len()
        ));
    }
    let mut week = [None; WEEK_DAYS];
    for (duty, word) in week.iter_mut().zip(words) {
        let known = marks.iter().position(|mark| *mark == word);
        if known.is_none() && word != "-" {
            return Err(format!("“{word}” is none of the marks {}, nor `-` for a day off", marks.join(", ")));
        }
        *duty = known;
    }
    Ok(week)
}

/// Adds a fault unless a week can be written with the mark.
pub fn check_mark(faults: &mut Faults, pointer: &str, mark: &str) {
    faults.name(pointer, mark);
    let is_mark = mark != "-" && !mark.contains(char::is_whitespace);
    faults.expect(is_mark, pointer, "must not contain blanks, nor be `-`, the sign of a day off");
}

/// A place in a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RotationPlace {
    /// Which track, from 0.
    pub track: usize,
    /// Which of its weeks, from 0.
    pub week: usize,
}

/// How a build uses a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationUse {
    /// Its shifts are worked; only what they leave open is planned.
    Frame,
    /// Each agent's day that is another than in the rotation has a price.
    Preference,
}

/// What a run says of the team's rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationChoice {
    /// It is not looked at.
    Ignore,
    /// As [`RotationUse::Frame`].
    Frame,
    /// As [`RotationUse::Preference`].
    Preference,
}

/// The adoption that a roster was built by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedRotation {
    /// Which.
    pub adoption_id: RotationAdoptionId,
    /// How it was used.
    pub usage: RotationUse,
}

/// An agent in a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedAgent {
    /// Who.
    pub agent_id: AgentId,
    /// Where, in the week that the adoption starts with.
    pub place: RotationPlace,
}

/// A team works by a rotation from a Monday on, until a later adoption of the same team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationAdoption {
    /// Identity.
    pub id: RotationAdoptionId,
    /// The team, with the teams below.
    pub team_id: TeamId,
    /// What it works by.
    pub rotation_id: RotationId,
    /// The Monday it starts on.
    pub starts_on: NaiveDate,
    /// How builds use it unless they say otherwise.
    pub usage: RotationUse,
    /// Whether holidays and days off in lieu are planned by demand alone.
    pub is_paused_on_holidays: bool,
    /// Who walks where. Who is not named is planned freely.
    pub places: Vec<PlacedAgent>,
}

impl RotationAdoption {
    /// Weeks from its start to the week of that Monday; `None` for a Monday before it.
    pub fn weeks_until(&self, monday: NaiveDate) -> Option<usize> {
        usize::try_from((monday - self.starts_on).num_days()).ok().map(|days| days / WEEK_DAYS)
    }

    /// Where the agent began.
    pub fn place_of(&self, agent_id: AgentId) -> Option<RotationPlace> {
        self.places.iter().find(|placed| placed.agent_id == agent_id).map(|placed| placed.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two weeks of 早, then 晚.
    fn rotation() -> TeamRotation {
        let shift = |mark: &str| MarkedShift { mark: mark.into(), shift_template_id: ShiftTemplateId::generate(), block: None };
        let weeks = ["早 早 早 早 早 - -", "- 晚 晚 晚 晚 晚 -"].map(|week| read_week(week, &["早", "晚"]).unwrap());
        TeamRotation {
            id: RotationId::generate(),
            team_id: TeamId::generate(),
            name: "早晚两周".into(),
            source: RotationSource::Drawn,
            pattern_id: None,
            shifts: vec![shift("早"), shift("晚")],
            tracks: vec![RotationTrack { weeks: weeks.to_vec(), agents: vec![2, 1] }],
            rules: None,
        }
    }

    fn pointers(rotation: &TeamRotation) -> Vec<String> {
        let mut faults = Faults::default();
        rotation.check(&mut faults);
        faults.into_list().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_week_is_written_as_it_is_read_and_a_wrong_one_is_told() {
        let rotation = rotation();
        let [early, late] = [0, 1].map(|week| rotation.written(&rotation.tracks[0].weeks[week]));
        assert_eq!((early.as_str(), late.as_str()), ("早 早 早 早 早 - -", "- 晚 晚 晚 晚 晚 -"));
        assert!(read_week("早 早", &["早"]).unwrap_err().contains("got 2 in “早 早”"));
        assert!(read_week("早 早 夜 - - - -", &["早", "晚"]).unwrap_err().starts_with("“夜” is none of the marks 早, 晚"));
    }

    #[test]
    fn a_place_goes_on_by_a_week_each_week_and_begins_again_after_the_last() {
        let rotation = rotation();
        let [early, late] = [0, 1].map(|shift| Some(rotation.shifts[shift].shift_template_id));
        let place = RotationPlace { track: 0, week: 1 };
        assert_eq!(rotation.duty(place, 0, 0), Some(None));
        assert_eq!(rotation.duty(place, 0, 1), Some(late));
        assert_eq!(rotation.duty(place, 1, 1), Some(early));
        assert_eq!(rotation.duty(place, 52, 5), Some(late), "an even number of weeks later");
        assert_eq!(rotation.duty(RotationPlace { track: 1, week: 0 }, 0, 0), None);
        assert_eq!(
            rotation.duty(RotationPlace { track: 0, week: 2 }, 0, 0),
            rotation.duty(RotationPlace { track: 0, week: 0 }, 0, 0)
        );
    }

    #[test]
    fn each_place_is_there_for_as_many_as_begin_on_it() {
        let weeks: Vec<usize> = rotation().places().iter().map(|place| place.week).collect();
        assert_eq!(weeks, [0, 0, 1]);
        let has = |track, week| rotation().has(RotationPlace { track, week });
        assert_eq!([has(0, 1), has(0, 2), has(1, 0)], [true, false, false]);
    }

    #[test]
    fn every_fault_of_a_rotation_is_told_at_once() {
        assert_eq!(pointers(&rotation()), [""; 0]);
        let mut bad = rotation();
        bad.name = String::new();
        bad.shifts[1].mark = "早".into();
        bad.shifts[1].block = Some(BlockLength::new(0, 2));
        bad.rules = Some(TeamRotationRules { work: BlockLength::new(3, 2), off: BlockLength::new(1, 29), forbidden: vec![] });
        bad.tracks[0].agents = vec![0];
        let told = ["name", "shifts/1/mark", "shifts/1/block", "rules/work", "rules/off", "tracks", "tracks/0/agents"];
        assert_eq!(pointers(&bad), told.map(|place| format!("#/{place}")));
        bad = rotation();
        bad.shifts[0].mark = "-".into();
        bad.tracks.clear();
        assert_eq!(pointers(&bad), ["#/shifts/0/mark", "#/tracks", "#/tracks"]);
    }

    #[test]
    fn weeks_count_from_the_start_and_not_before_it() {
        let adoption = RotationAdoption {
            id: RotationAdoptionId::generate(),
            team_id: TeamId::generate(),
            rotation_id: RotationId::generate(),
            starts_on: "2026-11-30".parse().unwrap(),
            usage: RotationUse::Frame,
            is_paused_on_holidays: true,
            places: vec![],
        };
        let until = |monday: &str| adoption.weeks_until(monday.parse().unwrap());
        assert_eq!([until("2026-11-30"), until("2027-01-11"), until("2026-11-23")], [Some(0), Some(6), None]);
    }
}
