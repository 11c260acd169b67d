//! How many agents one interval needs.

use super::service::ServiceModel;
use super::shrinkage::rostered;
use crate::domain::calendar::IntervalMinutes;
use crate::domain::demand::RequirementPoint;
use crate::domain::quantity::{Headcount, Shrinkage, Volume};
use crate::domain::service::BindingGoal;

/// Work above which an interval is taken for a mistake: no centre has a hundred thousand agents busy at once.
pub const MOST_ERLANGS: f64 = 100_000.0;

/// An interval of more work than any centre has.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{erlangs:.0} erlang of work, where the most that is sized is {MOST_ERLANGS:.0}")]
pub struct TooMuchWork {
    /// The work.
    pub erlangs: f64,
}

/// What one interval brings, and what is asked of it beside the queue's goals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntervalDemand {
    /// Inquiries expected.
    pub volume: Volume,
    /// Length of the interval.
    pub step: IntervalMinutes,
    /// Paid time away from the seat.
    pub shrinkage: Shrinkage,
    /// Heads on seat at least.
    pub min_agents: u32,
    /// Whether a peak window holds.
    pub is_peak: bool,
}

impl IntervalDemand {
    /// Inquiries per second.
    pub fn arrivals_per_sec(&self) -> f64 {
        self.volume.get() / (f64::from(self.step.get()) * 60.0)
    }
}

/// Sizes the intervals of one queue, one after the other, and keeps what it found: service falls with arrivals, so that one
/// answer settles many like intervals.
#[derive(Debug)]
pub struct Sizer<'a> {
    model: &'a ServiceModel,
    /// By number of agents: the most arrivals a second known to be served, and the fewest known to be too many.
    known: Vec<Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    served: f64,
    too_many: f64,
    goal: BindingGoal,
}

impl<'a> Sizer<'a> {
    /// Nothing found yet.
    pub fn new(model: &'a ServiceModel) -> Self {
        Self { model, known: Vec::new() }
    }

    /// The fewest agents, as [`ServiceModel::fewest_agents`] has them; of several goals that one fewer misses any is named.
    fn fewest_agents(&mut self, arrivals_per_sec: f64, least: u32) -> (u32, Option<BindingGoal>) {
        let (model, known) = (self.model, &mut self.known);
        model.search(arrivals_per_sec, least, |agents| {
            let index = agents as usize;
            if known.len() <= index {
                known.resize(index + 1, Known { served: 0.0, too_many: f64::INFINITY, goal: BindingGoal::ServiceGoal });
            }
            let known = &mut known[index];
            if arrivals_per_sec <= known.served {
                return None;
            }
            if arrivals_per_sec >= known.too_many {
                return Some(known.goal);
            }
            match model.missed(arrivals_per_sec, agents) {
                Some(goal) => (known.too_many, known.goal) = (arrivals_per_sec, goal),
                None => known.served = arrivals_per_sec,
            }
            (known.too_many <= arrivals_per_sec).then_some(known.goal)
        })
    }

    /// The fewest heads on seat that meet every goal, the occupancy cap and minimum cover, and the heads to roster for them.
    ///
    /// # Errors
    /// [`TooMuchWork`] above [`MOST_ERLANGS`].
    pub fn size_interval(&mut self, demand: &IntervalDemand) -> Result<RequirementPoint, TooMuchWork> {
        let arrivals = demand.arrivals_per_sec();
        let erlangs = self.model.load(arrivals);
        if erlangs > MOST_ERLANGS {
            return Err(TooMuchWork { erlangs });
        }
        let (on_seat, goal) = self.fewest_agents(arrivals, demand.min_agents);
        let service = if arrivals > 0.0 { self.model.level_and_occupancy(arrivals, on_seat) } else { None };
        Ok(RequirementPoint {
            on_seat,
            required: rostered(Headcount(on_seat), demand.shrinkage).0,
            service_level: service.map(|(level, _)| level),
            occupancy: (on_seat > 0).then(|| service.map_or(0.0, |(_, occupancy)| occupancy)),
            is_peak: demand.is_peak,
            binding: goal.or((on_seat > 0).then_some(BindingGoal::MinAgents)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::organisation::Queue;
    use crate::domain::quantity::{Concurrency, Occupancy};
    use crate::staffing::test_queue::queue;

    fn demand(volume: f64) -> IntervalDemand {
        IntervalDemand {
            volume: Volume::new(volume).unwrap(),
            step: IntervalMinutes::HALF_HOUR,
            shrinkage: Shrinkage::new(0.3).unwrap(),
            min_agents: 0,
            is_peak: false,
        }
    }

    fn capped(max_occupancy: f64) -> ServiceModel {
        ServiceModel::new(&Queue { max_occupancy: Occupancy::new(max_occupancy).unwrap(), ..queue() }).unwrap()
    }

    /// 100 contacts in half an hour of 180 s each, 0.8 in 20 s: the example of pyworkforce's README.
    #[test]
    fn the_published_example_needs_fourteen_on_seat_and_twenty_rostered() {
        let point = Sizer::new(&capped(0.85)).size_interval(&demand(100.0)).unwrap();
        assert_eq!((point.on_seat, point.required, point.binding), (14, 20, Some(BindingGoal::ServiceGoal)));
        assert!((point.service_level.unwrap() - 0.888_350).abs() < 1e-6);
        assert!((point.occupancy.unwrap() - 0.714_286).abs() < 1e-6);
    }

    /// 1,000 in half an hour are 100 erlang: 107 agents meet the goal, 100 / 0.85 = 117.6 keep the occupancy.
    #[test]
    fn in_a_large_queue_the_occupancy_cap_binds() {
        let point = Sizer::new(&capped(0.85)).size_interval(&demand(1000.0)).unwrap();
        assert_eq!((point.on_seat, point.binding), (118, Some(BindingGoal::MaxOccupancy)));
        let uncapped = Sizer::new(&capped(1.0)).size_interval(&demand(1000.0)).unwrap();
        assert_eq!((uncapped.on_seat, uncapped.binding), (107, Some(BindingGoal::ServiceGoal)));
    }

    #[test]
    fn without_inquiries_minimum_cover_alone_remains() {
        let model = capped(0.85);
        let empty = Sizer::new(&model).size_interval(&demand(0.0)).unwrap();
        assert_eq!(
            (empty.on_seat, empty.required, empty.service_level, empty.occupancy, empty.binding),
            (0, 0, None, None, None)
        );
        let covered = Sizer::new(&model).size_interval(&IntervalDemand { min_agents: 2, ..demand(0.0) }).unwrap();
        assert_eq!((covered.on_seat, covered.required, covered.occupancy), (2, 3, Some(0.0)));
        assert_eq!(covered.binding, Some(BindingGoal::MinAgents));
    }

    #[test]
    fn more_work_than_any_centre_has_is_refused() {
        assert_eq!(Sizer::new(&capped(0.85)).size_interval(&demand(2e6)), Err(TooMuchWork { erlangs: 200_000.0 }));
    }

    /// What earlier intervals taught changes nothing, in whatever order they come.
    #[test]
    fn a_sizer_gives_what_each_interval_by_itself_needs() {
        for chats in [1, 4] {
            let queue = Queue { max_concurrent_chats: Concurrency::new(chats).unwrap(), ..queue() };
            let model = ServiceModel::new(&queue).unwrap();
            let mut sizer = Sizer::new(&model);
            for index in 0..400_u32 {
                let demand = demand(f64::from(index * 7919 % 400) * 0.73);
                let found = sizer.size_interval(&demand).unwrap();
                assert_eq!(found.on_seat, model.fewest_agents(demand.arrivals_per_sec(), 0).0, "{demand:?}");
            }
        }
    }
}
