//! Whether quality allows a proficiency above 1.
//!
//! The others' share is taken over the agent's own parts of the week, so that a night's conversion is held against nights; what
//! is weak is decided as for causes.

use crate::domain::cause::Evidence;
use crate::domain::figure::{Figure, Tally};
use crate::domain::planning_proposal::QualityGate;
use crate::team::causes::evidence;
use crate::team::figures::STRATA;

/// The figures of quality. Speed figures are none: they would count the pace twice.
pub const FIGURES: [&str; 3] = ["order_conversion", "satisfaction_rate", "good_review_rate"];

/// A figure's sums by part of the week.
pub type Strata = [Tally; STRATA];

/// What the figures say of an agent against the others of the team; those of which too little was counted are left out.
pub fn against_others(figures: &[Figure], own: &[Strata], team: &[Strata]) -> Vec<Evidence> {
    let figures = figures.iter().zip(own.iter().zip(team));
    figures.filter_map(|(figure, (own, team))| against(figure, own, team)).collect()
}

fn against(figure: &Figure, own: &Strata, team: &Strata) -> Option<Evidence> {
    let (mut mine, mut expected, mut others_below) = (Tally::default(), 0.0, 0.0);
    for (own, team) in own.iter().zip(team) {
        let others = Tally { above: team.above - own.above, below: team.below - own.below };
        if own.below > 0.0 && others.below > 0.0 {
            mine += *own;
            expected += others.above / others.below * own.below;
            others_below += others.below;
        }
    }
    let others = Tally { above: expected / mine.below * others_below, below: others_below };
    if mine.below > 0.0 { evidence(figure, mine, others) } else { None }
}

/// What the evidence comes down to.
pub fn gate(evidence: &[Evidence]) -> QualityGate {
    match evidence {
        [] => QualityGate::Unproven,
        some if some.iter().any(|found| found.is_weak) => QualityGate::Weak,
        _ => QualityGate::Passed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::figures::shipped;

    fn strata(nights: (f64, f64), days: (f64, f64)) -> Strata {
        let mut strata = [Tally::default(); STRATA];
        strata[0] = Tally { above: nights.0, below: nights.1 };
        strata[1] = Tally { above: days.0, below: days.1 };
        strata
    }

    fn of(own: Strata, team: Strata) -> Vec<Evidence> {
        let figure = shipped().iter().find(|figure| figure.code() == FIGURES[0]).unwrap().clone();
        against_others(&[figure], &[own], &[team])
    }

    #[test]
    fn a_nights_conversion_is_held_against_nights() {
        // Nights convert 10 %, days 50 %: 10 of 100 at night is as good as the others, and by day it is not.
        let team = strata((110.0, 1100.0), (550.0, 1100.0));
        let night = of(strata((10.0, 100.0), (0.0, 0.0)), team);
        assert_eq!((night[0].others, night[0].is_weak), (0.1, false));
        assert_eq!(gate(&night), QualityGate::Passed);
        let day = of(strata((0.0, 0.0), (10.0, 100.0)), team);
        assert_eq!((day[0].others, gate(&day)), (0.54, QualityGate::Weak));
        assert_eq!(gate(&of(strata((0.0, 0.0), (10.0, 29.0)), team)), QualityGate::Unproven);
    }

    #[test]
    fn every_figure_of_quality_is_shipped_and_better_when_higher() {
        use crate::domain::figure::{Direction, FigureScale};
        for code in FIGURES {
            let figure = shipped().iter().find(|figure| figure.code() == code).unwrap();
            assert_eq!((figure.spec.scale, figure.spec.direction), (FigureScale::Share, Direction::Higher), "{code}");
        }
    }
}
