//! The staffing requirement of a whole forecast.

use chrono::{Datelike, Days, NaiveDate};

use super::error::{Overload, StaffingError};
use super::service::ServiceModel;
use super::shrinkage;
use super::size::{IntervalDemand, Sizer};
use crate::domain::calendar::{Interval, IntervalGrid, PlanningWeek, instant_at_minute, local_of};
use crate::domain::demand::{
    DemandForecast, ForecastPoint, QueueForecast, QueueRequirement, RequirementPoint, StaffingRequirement,
};
use crate::domain::organisation::{Queue, WeeklyWindow};
use crate::domain::peak::PeakWindow;
use crate::domain::quantity::Volume;

/// How one queue is to be served.
#[derive(Debug, Clone, Copy)]
pub struct QueueService<'a> {
    /// The queue with its goals.
    pub queue: &'a Queue,
    /// Peak windows of its team and the teams above it; the caller knows the tree. Those of other queues are passed over.
    pub peaks: &'a [PeakWindow],
    /// Share of its team's working time on leave that is booked in the week: the roster knows of it.
    pub booked_leave: f64,
}

/// Sizes every interval of a forecast of `week`.
///
/// Nobody is needed outside the opening hours (empty: always open), except inside a peak window with minimum cover, which
/// says that the queue is served. Minimum cover of queue and windows: the highest counts.
///
/// # Errors
/// [`StaffingError::UnknownQueues`] and [`StaffingError::Overloaded`], each with all that is at fault;
/// [`StaffingError::Queue`] for one whose settings contradict.
pub fn size_forecast(
    forecast: &DemandForecast,
    week: &PlanningWeek,
    queues: &[QueueService<'_>],
    opening_hours: &[WeeklyWindow],
) -> Result<StaffingRequirement, StaffingError> {
    let service_of = |queue: &QueueForecast| queues.iter().find(|service| service.queue.id == queue.queue_id);
    let unknown: Vec<_> =
        forecast.queues.iter().filter(|queue| service_of(queue).is_none()).map(|queue| queue.queue_id).collect();
    if !unknown.is_empty() {
        return Err(StaffingError::UnknownQueues(unknown));
    }
    let is_open = open_steps(&forecast.grid, week, opening_hours);
    let mut overloads = Vec::new();
    let mut sized = Vec::with_capacity(forecast.queues.len());
    for (queue, service) in forecast.queues.iter().filter_map(|queue| Some((queue, service_of(queue)?))) {
        let cover = Cover::of(service, &forecast.grid, week, &is_open);
        let model = ServiceModel::new(service.queue).map_err(|fault| fault.of_queue(queue.queue_id))?;
        let points = size_queue(queue, service, &model, &cover, &forecast.grid, &mut overloads);
        sized.push(QueueRequirement { queue_id: queue.queue_id, points });
    }
    if overloads.is_empty() {
        Ok(StaffingRequirement { grid: forecast.grid, queues: sized })
    } else {
        Err(StaffingError::Overloaded(overloads))
    }
}

/// What is asked of each step before any inquiry is counted.
struct Cover {
    is_served: Vec<bool>,
    is_peak: Vec<bool>,
    min_agents: Vec<u32>,
}

impl Cover {
    fn of(service: &QueueService<'_>, grid: &IntervalGrid, week: &PlanningWeek, is_open: &[bool]) -> Self {
        let mut cover = Self {
            is_served: is_open.to_vec(),
            is_peak: vec![false; grid.len()],
            min_agents: is_open.iter().map(|open| if *open { service.queue.min_agents } else { 0 }).collect(),
        };
        for window in service.peaks.iter().filter(|window| window.concerns(service.queue.id)) {
            for span in spans(grid, week, window.start_minute, window.end_minute, |date| window.days.hold_on(date)) {
                for step in grid.overlapping(span) {
                    cover.is_peak[step] = true;
                    cover.is_served[step] |= window.min_agents > 0;
                    cover.min_agents[step] = cover.min_agents[step].max(window.min_agents);
                }
            }
        }
        cover
    }
}

fn size_queue(
    forecast: &QueueForecast,
    service: &QueueService<'_>,
    model: &ServiceModel,
    cover: &Cover,
    grid: &IntervalGrid,
    overloads: &mut Vec<Overload>,
) -> Vec<RequirementPoint> {
    let queue = service.queue;
    let shrinkage = shrinkage::of_roster(queue.shrinkage, &queue.service.absences, service.booked_leave);
    let mut sizer = Sizer::new(model);
    let size = |(step, point): (usize, &ForecastPoint)| {
        let expected = if cover.is_served[step] { point.expected } else { 0.0 };
        let demand = IntervalDemand {
            volume: Volume::new(expected).expect("a forecast is finite and not negative"),
            step: grid.step(),
            shrinkage,
            min_agents: cover.min_agents[step],
            is_peak: cover.is_peak[step],
        };
        let starts_at = grid.interval(step).start;
        sizer.size_interval(&demand).map_err(|work| overloads.push(Overload { queue_id: queue.id, starts_at, work })).ok()
    };
    forecast.points.iter().enumerate().filter_map(size).collect()
}

/// Which steps share time with the opening hours.
fn open_steps(grid: &IntervalGrid, week: &PlanningWeek, opening_hours: &[WeeklyWindow]) -> Vec<bool> {
    let mut is_open = vec![opening_hours.is_empty(); grid.len()];
    for window in opening_hours {
        for span in spans(grid, week, window.start_minute, window.end_minute, |date| date.weekday() == window.weekday) {
            is_open[grid.overlapping(span)].fill(true);
        }
    }
    is_open
}

/// The stretches of a window on its dates, from the day before the week, whose evening may run into it, to the end of the
/// grid's tail.
fn spans<'a>(
    grid: &IntervalGrid,
    week: &'a PlanningWeek,
    start_minute: u32,
    end_minute: u32,
    holds: impl Fn(NaiveDate) -> bool + 'a,
) -> impl Iterator<Item = Interval> + 'a {
    let last = grid.len().checked_sub(1).map_or(week.monday(), |last| local_of(week.zone(), grid.interval(last).start).date());
    let dates = (week.monday() - Days::new(1)).iter_days().take_while(move |date| *date <= last);
    dates.filter(move |date| holds(*date)).map(move |date| Interval {
        start: instant_at_minute(week.zone(), date, start_minute),
        end: instant_at_minute(week.zone(), date, end_minute),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{Duration, Weekday};
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::calendar::IntervalMinutes;
    use crate::domain::ids::{PeakWindowId, TeamId};
    use crate::domain::peak::PeakDays;
    use crate::domain::quantity::Concurrency;
    use crate::staffing::test_queue::queue;

    fn week() -> PlanningWeek {
        PlanningWeek::new("2026-11-23".parse().unwrap(), Tz::Asia__Shanghai).unwrap()
    }

    fn forecast(expected: f64) -> DemandForecast {
        let grid = week().grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
        let points = vec![ForecastPoint::certain(expected); grid.len()];
        DemandForecast { grid, queues: vec![QueueForecast::bare(queue().id, points)], totals: vec![] }
    }

    fn daily(start_minute: u32, end_minute: u32) -> Vec<WeeklyWindow> {
        let days = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        days.map(|weekday| WeeklyWindow { weekday, start_minute, end_minute }).to_vec()
    }

    fn peak(start_minute: u32, end_minute: u32, min_agents: u32) -> PeakWindow {
        let nil = uuid::Uuid::nil();
        PeakWindow {
            id: PeakWindowId(nil),
            team_id: TeamId(nil),
            queue_id: None,
            name: "直播".to_owned(),
            days: PeakDays::Weekly { weekdays: vec![Weekday::Mon] },
            start_minute,
            end_minute,
            uplift: None,
            min_agents,
        }
    }

    fn size(expected: f64, peaks: &[PeakWindow], hours: &[WeeklyWindow]) -> Vec<RequirementPoint> {
        let queue = queue();
        let services = [QueueService { queue: &queue, peaks, booked_leave: 0.0 }];
        size_forecast(&forecast(expected), &week(), &services, hours).unwrap().queues.remove(0).points
    }

    #[test]
    fn open_hours_past_midnight_hold_from_the_sunday_before_into_the_tail() {
        let points = size(100.0, &[], &daily(8 * 60, 25 * 60));
        let heads = |step: usize| points[step].on_seat;
        assert_eq!([heads(1), heads(2), heads(15), heads(16)], [14, 0, 0, 14]);
        assert_eq!([heads(337), heads(338)], [14, 0], "Sunday's last hour is in the tail");
        assert_eq!(points.len(), 340);
    }

    #[test]
    fn a_peak_window_lifts_minimum_cover_and_opens_the_queue() {
        let points = size(0.0, &[peak(7 * 60, 9 * 60, 3)], &daily(8 * 60, 24 * 60));
        let heads = |step: usize| (points[step].on_seat, points[step].is_peak);
        assert_eq!([heads(13), heads(14), heads(17), heads(18)], [(0, false), (3, true), (3, true), (1, false)]);
        assert_eq!(points[14 + 48].on_seat, 0, "the window is Monday's");
        assert_eq!(points[14].required, 5);
    }

    /// 237 of 180 s over f(3) = 2.368 are 10 agents busy with three chats each; without patience 12 answer 0.8 in 20 s.
    #[test]
    fn chats_held_at_once_save_agents() {
        let queue = Queue { max_concurrent_chats: Concurrency::new(3).unwrap(), ..queue() };
        let services = [QueueService { queue: &queue, peaks: &[], booked_leave: 0.0 }];
        let sized = size_forecast(&forecast(236.8), &week(), &services, &[]).unwrap();
        assert_eq!(sized.queues[0].points[0].on_seat, 12);
    }

    #[test]
    fn every_queue_without_a_goal_and_every_overload_is_named() {
        let unknown = size_forecast(&forecast(1.0), &week(), &[], &[]);
        assert_eq!(unknown, Err(StaffingError::UnknownQueues(vec![queue().id])));
        let queue = queue();
        let services = [QueueService { queue: &queue, peaks: &[], booked_leave: 0.0 }];
        let Err(StaffingError::Overloaded(overloads)) = size_forecast(&forecast(2e6), &week(), &services, &[]) else {
            panic!("200,000 erlang were sized")
        };
        assert_eq!(overloads.len(), 340);
        assert!(overloads[0].to_string().ends_with("has 200000 erlang of work, where the most that is sized is 100000"));
    }
}
