//! Figures: what the trade reads off measures.

use serde::{Deserialize, Serialize};

use super::ids::FigureId;
use super::measure::Measure;

/// What a figure counts in its denominator. Platforms differ, and the same name by another unit is another figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureUnit {
    /// From a customer's first unanswered message to the reply.
    Turn,
    /// A message.
    Message,
    /// A customer.
    Person,
    /// A chat.
    Session,
    /// An order.
    Order,
    /// A customer's review or rating.
    Review,
    /// An hour.
    Hour,
}

/// When the clock of a speed figure starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// At the customer's first unanswered message.
    FirstMessage,
    /// When the chat enters the agent's list.
    EntersAgentList,
    /// When the chat starts.
    SessionStart,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither: it describes the work, not its quality.
    Neither,
}

/// How a figure's value is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureScale {
    /// A share, 0-1.
    Share,
    /// So much for each one counted.
    Ratio,
    /// Seconds.
    Seconds,
    /// The shop's currency, in whole units.
    Money,
    /// A plain count.
    Count,
}

/// The daily stretch that a figure looks at, `[start_minute, end_minute)` after local midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyWindow {
    /// 0-1439.
    pub start_minute: u32,
    /// 1-1440.
    pub end_minute: u32,
}

/// A sum of measures, each times a factor: what adds up over agents, shops and days.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinearSum {
    /// Measures and their factors, by measure, none twice and no factor nought.
    pub terms: Vec<(Measure, f64)>,
    /// Where there is no measure at all: 1 for a figure that is a plain count.
    pub constant: f64,
}

impl LinearSum {
    /// One measure.
    pub fn of(measure: Measure) -> Self {
        Self { terms: vec![(measure, 1.0)], constant: 0.0 }
    }

    /// Its value; `None` where one of the measures was not recorded.
    pub fn value(&self, count: impl Fn(Measure) -> Option<i64>) -> Option<f64> {
        self.terms.iter().try_fold(self.constant, |sum, (measure, factor)| Some(sum + factor * count(*measure)? as f64))
    }
}

/// A figure as written: in the data file, in a request, in the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureSpec {
    /// Short name in answers and addresses, unique: `order_conversion`.
    pub code: String,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// Numerator: an expression over measures.
    pub numerator: String,
    /// Denominator: an expression over measures; absent for a plain sum.
    #[serde(default)]
    pub denominator: Option<String>,
    /// What the denominator counts.
    pub unit: FigureUnit,
    /// When its clock starts, for speed.
    #[serde(default)]
    pub clock_start: Option<ClockStart>,
    /// The daily stretch it looks at; absent for all day.
    #[serde(default)]
    pub window: Option<DailyWindow>,
    /// Which way is better.
    pub direction: Direction,
    /// How a value is to be read.
    pub scale: FigureScale,
    /// Edges between bands, ascending.
    #[serde(default)]
    pub bands: Vec<f64>,
    /// What it means, and where the definition comes from.
    #[serde(default)]
    pub note: String,
}

/// A figure of the users' own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnFigure {
    /// Identity.
    pub id: FigureId,
    /// As written; its expressions are read when it is used.
    pub spec: FigureSpec,
}

/// A figure: a numerator over a denominator.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Identity; `None` for one that is shipped.
    pub id: Option<FigureId>,
    /// As written.
    pub spec: FigureSpec,
    /// The numerator.
    pub above: LinearSum,
    /// The denominator; a constant 1 for a plain sum.
    pub below: LinearSum,
}

impl Figure {
    /// Its short name.
    pub fn code(&self) -> &str {
        &self.spec.code
    }

    /// Whether it is a plain sum, without denominator.
    pub fn is_sum(&self) -> bool {
        self.below.terms.is_empty()
    }

    /// Whether `value` is better than `other`; `None` where neither way is.
    pub fn is_better(&self, value: f64, other: f64) -> Option<bool> {
        match self.spec.direction {
            Direction::Higher => Some(value > other),
            Direction::Lower => Some(value < other),
            Direction::Neither => None,
        }
    }

    /// The measures it needs, without repetition.
    pub fn measures(&self) -> Vec<Measure> {
        let mut measures: Vec<Measure> = self.above.terms.iter().chain(&self.below.terms).map(|(measure, _)| *measure).collect();
        measures.sort_unstable();
        measures.dedup();
        measures
    }
}

/// Sums of a figure: what is added up, never averaged.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Numerator.
    pub above: f64,
    /// Denominator; for a plain sum the number of records.
    pub below: f64,
}

impl Tally {
    /// The figure's value; `None` where nothing was counted.
    pub fn value(&self, figure: &Figure) -> Option<f64> {
        match figure.is_sum() {
            true => (self.below > 0.0).then_some(self.above),
            false => (self.below > 0.0).then(|| self.above / self.below),
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.above += other.above;
        self.below += other.below;
    }
}
