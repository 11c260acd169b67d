//! How many agents one interval needs.

use super::erlang;
use super::shrinkage::{rostered, whole_heads};
use crate::domain::calendar::IntervalMinutes;
use crate::domain::demand::RequirementPoint;
use crate::domain::quantity::{Headcount, Occupancy, ServiceGoal, Shrinkage, Volume};

/// Work above which an interval is taken for a mistake: no centre has a hundred thousand agents busy at once.
pub const MOST_ERLANGS: f64 = 100_000.0;

/// An interval of more work than any centre has.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{erlangs:.0} erlang of work, where the most that is sized is {MOST_ERLANGS:.0}")]
pub struct TooMuchWork {
    /// The work.
    pub erlangs: f64,
}

/// What one interval brings, and how it is to be served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntervalDemand {
    /// Inquiries expected.
    pub volume: Volume,
    /// Length of the interval.
    pub step: IntervalMinutes,
    /// Seconds of an agent's time that one inquiry takes, concurrency counted in; above 0.
    pub handling_secs: f64,
    /// How fast inquiries are to be answered.
    pub goal: ServiceGoal,
    /// The most of on-seat time that may be busy.
    pub max_occupancy: Occupancy,
    /// Paid time away from the seat.
    pub shrinkage: Shrinkage,
    /// Heads on seat at least.
    pub min_agents: u32,
    /// Whether a peak window holds.
    pub is_peak: bool,
}

impl IntervalDemand {
    /// Work in erlang: agents that would be busy throughout.
    pub fn erlangs(&self) -> f64 {
        self.volume.get() * self.handling_secs / (f64::from(self.step.get()) * 60.0)
    }
}

/// The fewest heads on seat that meet the goal, the occupancy cap and minimum cover, and the heads to roster for them.
///
/// # Errors
/// [`TooMuchWork`] above [`MOST_ERLANGS`].
pub fn size_interval(demand: &IntervalDemand) -> Result<RequirementPoint, TooMuchWork> {
    let load = demand.erlangs();
    if load > MOST_ERLANGS {
        return Err(TooMuchWork { erlangs: load });
    }
    let for_goal = erlang::fewest_agents(load, demand.handling_secs, demand.goal.target.get(), demand.goal.threshold_secs);
    let for_occupancy = whole_heads(load / demand.max_occupancy.get());
    let on_seat = for_goal.max(for_occupancy).max(demand.min_agents);
    let service = erlang::service(load, demand.handling_secs, on_seat, demand.goal.threshold_secs);
    Ok(RequirementPoint {
        on_seat,
        required: rostered(Headcount(on_seat), demand.shrinkage).0,
        service_level: (load > 0.0).then_some(service.service_level),
        occupancy: (on_seat > 0).then_some(service.occupancy),
        is_peak: demand.is_peak,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quantity::ServiceLevel;

    fn demand(volume: f64) -> IntervalDemand {
        IntervalDemand {
            volume: Volume::new(volume).unwrap(),
            step: IntervalMinutes::HALF_HOUR,
            handling_secs: 180.0,
            goal: ServiceGoal { target: ServiceLevel::new(0.8).unwrap(), threshold_secs: 20 },
            max_occupancy: Occupancy::new(0.85).unwrap(),
            shrinkage: Shrinkage::new(0.3).unwrap(),
            min_agents: 0,
            is_peak: false,
        }
    }

    #[test]
    fn the_published_example_needs_fourteen_on_seat_and_twenty_rostered() {
        let point = size_interval(&demand(100.0)).unwrap();
        assert_eq!((point.on_seat, point.required), (14, 20));
        assert!((point.service_level.unwrap() - 0.888_350).abs() < 1e-6);
        assert!((point.occupancy.unwrap() - 0.714_286).abs() < 1e-6);
    }

    /// 1,000 in half an hour are 100 erlang: 107 agents meet the goal, 100 / 0.85 = 117.6 keep the occupancy.
    #[test]
    fn in_a_large_queue_the_occupancy_cap_binds() {
        let point = size_interval(&demand(1000.0)).unwrap();
        assert_eq!(point.on_seat, 118);
        let uncapped = IntervalDemand { max_occupancy: Occupancy::new(1.0).unwrap(), ..demand(1000.0) };
        assert_eq!(size_interval(&uncapped).unwrap().on_seat, 107);
    }

    #[test]
    fn without_inquiries_minimum_cover_alone_remains() {
        let empty = size_interval(&demand(0.0)).unwrap();
        assert_eq!((empty.on_seat, empty.required, empty.service_level, empty.occupancy), (0, 0, None, None));
        let covered = size_interval(&IntervalDemand { min_agents: 2, ..demand(0.0) }).unwrap();
        assert_eq!((covered.on_seat, covered.required, covered.occupancy), (2, 3, Some(0.0)));
    }

    #[test]
    fn more_work_than_any_centre_has_is_refused() {
        assert_eq!(size_interval(&demand(2e6)), Err(TooMuchWork { erlangs: 200_000.0 }));
    }
}
