//! The rules of a rotation one by one: named, loosened, given up.

use super::problem::{BlockLength, ForbiddenSuccession, NO_LIMIT, RotationProblem, RotationRules};

/// One rule that could be given up. The demand and the number of agents are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RotationRule {
    /// Fewest working days in a row.
    FewestWorkingDays,
    /// Most working days in a row.
    MostWorkingDays,
    /// Fewest days off in a row.
    FewestDaysOff,
    /// Most days off in a row.
    MostDaysOff,
    /// Fewest days in a row on the shift of this position.
    FewestOfShift(usize),
    /// Most days in a row on the shift of this position.
    MostOfShift(usize),
    /// A succession.
    Forbidden(ForbiddenSuccession),
}

/// A rule with another figure, or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Loosening {
    /// Which rule.
    pub rule: RotationRule,
    /// Its new figure; `None` where it is given up.
    pub to: Option<u32>,
}

impl RotationRule {
    /// All rules of a problem that forbid anything.
    pub(super) fn all(problem: &RotationProblem) -> Vec<Self> {
        let rules = problem.rules();
        let mut all: Vec<Self> = rules.forbidden.iter().map(|pair| Self::Forbidden(*pair)).collect();
        all.extend((0..rules.shifts.len()).flat_map(|shift| [Self::FewestOfShift(shift), Self::MostOfShift(shift)]));
        all.extend([Self::FewestWorkingDays, Self::MostWorkingDays, Self::FewestDaysOff, Self::MostDaysOff]);
        all.dedup();
        let is_given_up = |rule: &Self| rule.figure(rules) == Some(if rule.is_floor() { 1 } else { NO_LIMIT });
        all.retain(|rule| !is_given_up(rule));
        all
    }

    /// Whether its figure is a fewest.
    pub(super) fn is_floor(self) -> bool {
        matches!(self, Self::FewestWorkingDays | Self::FewestDaysOff | Self::FewestOfShift(_))
    }

    /// The shift whose blocks it is about.
    pub(super) fn shift(self) -> Option<usize> {
        match self {
            Self::FewestOfShift(shift) | Self::MostOfShift(shift) => Some(shift),
            _ => None,
        }
    }

    /// Its figure; a succession has none.
    pub(super) fn figure(self, rules: &RotationRules) -> Option<u32> {
        match self {
            Self::FewestWorkingDays => Some(rules.work.fewest),
            Self::MostWorkingDays => Some(rules.work.most),
            Self::FewestDaysOff => Some(rules.off.fewest),
            Self::MostDaysOff => Some(rules.off.most),
            Self::FewestOfShift(shift) => Some(rules.shifts[shift].block.fewest),
            Self::MostOfShift(shift) => Some(rules.shifts[shift].block.most),
            Self::Forbidden(_) => None,
        }
    }

    /// The rule as a sentence.
    pub fn sentence(self, problem: &RotationProblem) -> String {
        let figure = self.figure(problem.rules()).unwrap_or_default();
        let side = if self.is_floor() { "at least" } else { "at most" };
        match self {
            Self::Forbidden(pair) => format!("no {}", succession(problem, &pair)),
            _ => format!("{side} {figure} {} in a row", self.what(problem)),
        }
    }

    fn what(self, problem: &RotationProblem) -> String {
        match self {
            Self::FewestDaysOff | Self::MostDaysOff => "days off".to_owned(),
            Self::FewestOfShift(shift) | Self::MostOfShift(shift) => format!("days of {}", problem.shifts()[shift].name),
            _ => "working days".to_owned(),
        }
    }
}

impl Loosening {
    pub(super) fn give_up(rule: RotationRule) -> Self {
        Self { rule, to: None }
    }

    /// What to do, as a sentence.
    pub fn sentence(self, problem: &RotationProblem) -> String {
        let (figure, what) = (self.rule.figure(problem.rules()).unwrap_or_default(), self.rule.what(problem));
        match (self.rule, self.to) {
            (RotationRule::Forbidden(pair), _) => format!("allow {}", succession(problem, &pair)),
            (rule, Some(to)) if rule.is_floor() => format!("allow blocks of {to} {what}; {figure} is the fewest now"),
            (_, Some(to)) => format!("allow blocks of {to} {what}; {figure} is the most now"),
            (_, None) => format!("give up the limit of {figure} {what} in a row"),
        }
    }

    /// Changes the rules.
    pub(super) fn apply(self, rules: &mut RotationRules) {
        let set = |block: &mut BlockLength, is_floor: bool| {
            let (side, none) = if is_floor { (&mut block.fewest, 1) } else { (&mut block.most, NO_LIMIT) };
            *side = self.to.unwrap_or(none);
        };
        let is_floor = self.rule.is_floor();
        match self.rule {
            RotationRule::FewestWorkingDays | RotationRule::MostWorkingDays => set(&mut rules.work, is_floor),
            RotationRule::FewestDaysOff | RotationRule::MostDaysOff => set(&mut rules.off, is_floor),
            RotationRule::FewestOfShift(shift) | RotationRule::MostOfShift(shift) => {
                set(&mut rules.shifts[shift].block, is_floor);
            }
            RotationRule::Forbidden(pair) => rules.forbidden.retain(|other| *other != pair),
        }
    }
}

fn succession(problem: &RotationProblem, pair: &ForbiddenSuccession) -> String {
    let name = |shift: usize| &problem.shifts()[shift].name;
    let between = if pair.with_day_off { "then one day off and" } else { "and the next day" };
    format!("{} {between} {}", name(pair.before), name(pair.after))
}

#[cfg(test)]
mod tests {
    use super::super::test_case::around_the_clock;
    use super::*;

    #[test]
    fn a_rule_that_forbids_nothing_is_none() {
        // Seven successions, six limits of shifts, and of work and rest all but "at least 1 day off".
        assert_eq!(RotationRule::all(&around_the_clock()).len(), 7 + 6 + 3);
    }

    #[test]
    fn rules_and_loosenings_are_told_with_their_figures() {
        let problem = around_the_clock();
        let told = |rule: RotationRule| rule.sentence(&problem);
        assert_eq!(told(RotationRule::MostWorkingDays), "at most 7 working days in a row");
        assert_eq!(told(RotationRule::FewestOfShift(1)), "at least 3 days of A in a row");
        assert_eq!(told(RotationRule::all(&problem)[3]), "no N then one day off and N");
        let loosened = |rule, to| Loosening { rule, to }.sentence(&problem);
        assert_eq!(loosened(RotationRule::MostDaysOff, Some(5)), "allow blocks of 5 days off; 4 is the most now");
        assert_eq!(loosened(RotationRule::FewestOfShift(2), Some(2)), "allow blocks of 2 days of N; 3 is the fewest now");
        assert_eq!(loosened(RotationRule::all(&problem)[0], None), "allow N and the next day D");
    }

    #[test]
    fn a_loosening_changes_its_rule_alone() {
        let problem = around_the_clock();
        for rule in RotationRule::all(&problem) {
            let mut rules = problem.rules().clone();
            Loosening { rule, to: None }.apply(&mut rules);
            let left = RotationRule::all(&RotationProblem::with(rules));
            let expected: Vec<RotationRule> = RotationRule::all(&problem).into_iter().filter(|other| *other != rule).collect();
            assert_eq!(left, expected, "{rule:?}");
        }
    }
}
