//! What the bodies about rotations share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::fault::Faults;
use crate::domain::rotation::{
    BlockLength, ForbiddenSuccession, RotationTrack, RotationWeek, TeamRotation, WEEK_DAYS, read_week,
};

/// How many days in a row, 1-28.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "fewest": 2, "most": 5 }))]
pub struct BlockView {
    /// Fewest.
    #[schema(minimum = 1, maximum = 28)]
    pub fewest: u32,
    /// Most, `fewest` or more.
    #[schema(minimum = 1, maximum = 28)]
    pub most: u32,
}

impl From<BlockView> for BlockLength {
    fn from(view: BlockView) -> Self {
        Self::new(view.fewest, view.most)
    }
}

impl From<BlockLength> for BlockView {
    fn from(block: BlockLength) -> Self {
        Self { fewest: block.fewest, most: block.most }
    }
}

/// Two shifts that may not follow one another.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "before": "晚", "after": "早", "with_day_off": false }))]
pub struct SuccessionView {
    /// Mark of the earlier shift.
    pub before: String,
    /// Mark of the later shift.
    pub after: String,
    /// With exactly one day off between them; `false`, the next day, if absent.
    #[serde(default)]
    pub with_day_off: bool,
}

/// Weeks that follow each other; the last is followed by the first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "weeks": ["早 早 早 早 早 - -", "- - 晚 晚 晚 晚 晚"], "agents": [1, 1] }))]
pub struct TrackView {
    /// A line a week: seven marks separated by blanks, Monday to Sunday, `-` for a day off.
    pub weeks: Vec<String>,
    /// How many agents begin on each of the weeks; one on each if absent.
    pub agents: Option<Vec<u32>>,
}

impl TrackView {
    /// The track, with a fault for every week that cannot be read.
    pub(super) fn read(self, pointer: &str, marks: &[&str], faults: &mut Faults) -> RotationTrack {
        let read = |(place, text): (usize, &String)| {
            let week = faults.take(format!("{pointer}/weeks/{place}"), read_week(text, marks));
            week.unwrap_or([None; WEEK_DAYS])
        };
        let weeks: Vec<RotationWeek> = self.weeks.iter().enumerate().map(read).collect();
        RotationTrack { agents: self.agents.unwrap_or_else(|| vec![1; weeks.len()]), weeks }
    }

    /// As the weeks are written with those marks.
    pub(super) fn write(track: &RotationTrack, marks: &[&str]) -> Self {
        let mark = |duty: &Option<usize>| duty.map_or("-", |shift| marks[shift]);
        let week = |week: &RotationWeek| week.iter().map(mark).collect::<Vec<_>>().join(" ");
        Self { weeks: track.weeks.iter().map(week).collect(), agents: Some(track.agents.clone()) }
    }
}

/// The successions by position, with a fault for every unknown mark.
pub(super) fn read_forbidden(
    views: &[SuccessionView],
    pointer: &str,
    marks: &[&str],
    faults: &mut Faults,
) -> Vec<ForbiddenSuccession> {
    let mut position = |mark: &str, place: String| {
        let known = marks.iter().position(|known| *known == mark);
        let detail = format!("“{mark}” is none of the marks {}", marks.join(", "));
        faults.expect(known.is_some(), place, detail);
        known.unwrap_or(0)
    };
    let read = |(place, view): (usize, &SuccessionView)| ForbiddenSuccession {
        before: position(&view.before, format!("{pointer}/{place}/before")),
        after: position(&view.after, format!("{pointer}/{place}/after")),
        with_day_off: view.with_day_off,
    };
    views.iter().enumerate().map(read).collect()
}

/// The marks of a rotation's shifts.
pub(super) fn marks(rotation: &TeamRotation) -> Vec<&str> {
    rotation.shifts.iter().map(|shift| shift.mark.as_str()).collect()
}

/// The successions with their marks.
pub(super) fn write_forbidden(pairs: &[ForbiddenSuccession], marks: &[&str]) -> Vec<SuccessionView> {
    let view = |pair: &ForbiddenSuccession| SuccessionView {
        before: marks[pair.before].to_owned(),
        after: marks[pair.after].to_owned(),
        with_day_off: pair.with_day_off,
    };
    pairs.iter().map(view).collect()
}
