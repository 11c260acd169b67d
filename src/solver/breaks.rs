//! Breaks that may be moved: where each of a shift's is put, what it takes there, and where it hurts least.
//!
//! The windows of a shift's breaks do not overlap, so each break is put by itself: what a shift costs at its best is what
//! it costs without them and, for each, the least that any of its places adds.

use serde::{Deserialize, Serialize};

use super::problem::{BreakSpec, Seat, ShiftSpec};

/// The places of a shift's breaks as one number, a digit for each break: the first break counts units, the next what the
/// first has places, and so on. 0 puts every break at its first place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Placing(u32);

impl Placing {
    /// From the place of each break and how many places it has.
    pub(super) fn of(places: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut unit = 1;
        let digits = places.into_iter().map(|(place, count)| {
            let digit = unit * place as u32;
            unit *= count as u32;
            digit
        });
        Self(digits.sum())
    }

    /// The place of each break, of so many each.
    pub(super) fn places(self, counts: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        counts.map(move |count| {
            let place = rest % count as u32;
            rest /= count as u32;
            place as usize
        })
    }
}

impl ShiftSpec {
    fn counts(&self) -> impl Iterator<Item = usize> + '_ {
        self.breaks.iter().map(|rest| rest.places.len())
    }

    /// The place of each break, those that cannot be moved included.
    pub(super) fn places(&self, placing: Placing) -> impl Iterator<Item = usize> + '_ {
        placing.places(self.counts())
    }

    /// Breaks that may be moved, each with its number among all.
    pub(super) fn movable(&self) -> impl Iterator<Item = (usize, &BreakSpec)> {
        self.breaks.iter().enumerate().filter(|(_, rest)| rest.places.len() > 1)
    }

    /// Where the breaks are, in minutes from the start of the shift.
    pub(super) fn break_offsets(&self, placing: Placing) -> Vec<u32> {
        self.breaks.iter().zip(self.places(placing)).map(|(rest, place)| rest.places[place].offset).collect()
    }

    /// The placing with the breaks at those minutes; `None` where one of them is no place.
    pub(super) fn placing_at(&self, offsets: &[u32]) -> Option<Placing> {
        let place_of = |(rest, offset): (&BreakSpec, &u32)| {
            Some((rest.places.iter().position(|place| place.offset == *offset)?, rest.places.len()))
        };
        let places: Option<Vec<_>> = self.breaks.iter().zip(offsets).map(place_of).collect();
        places.filter(|places| places.len() == self.breaks.len() && places.len() == offsets.len()).map(Placing::of)
    }

    /// What movable breaks take from the seats.
    pub(super) fn taken(&self, placing: Placing) -> impl Iterator<Item = &Seat> {
        let put = self.breaks.iter().zip(self.places(placing)).filter(|(rest, _)| rest.places.len() > 1);
        put.flat_map(|(rest, place)| &rest.places[place].taken)
    }

    /// The part of an interval that an agent on the shift is there, on seat or on a break.
    fn present(&self, interval: usize) -> f64 {
        part(&self.seats, interval) + self.rested(interval)
    }

    /// The part of an interval that a break at a fixed place takes.
    fn rested(&self, interval: usize) -> f64 {
        let fixed = self.breaks.iter().filter(|rest| rest.places.len() == 1);
        fixed.map(|rest| part(&rest.places[0].taken, interval)).sum()
    }

    /// What the shift puts into the rows of `break-share`, wherever its movable breaks are: the part on a break less `share`
    /// of the part that the agent is there.
    pub(super) fn crowd(&self, share: f64) -> impl Iterator<Item = (usize, f64)> + '_ {
        let fixed = self.breaks.iter().filter(|rest| rest.places.len() == 1).flat_map(|rest| &rest.places[0].taken);
        let mut intervals: Vec<usize> = self.seats.iter().chain(fixed).map(|seat| seat.interval).collect();
        intervals.sort_unstable();
        intervals.dedup();
        intervals.into_iter().map(move |interval| (interval, self.rested(interval) - share * self.present(interval)))
    }
}

fn part(seats: &[Seat], interval: usize) -> f64 {
    seats.iter().find(|seat| seat.interval == interval).map_or(0.0, |seat| seat.share)
}

/// What a break at a place takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rest {
    /// Intervals taken whole from those filled whole: the first, and one past the last.
    pub whole: (usize, usize),
    /// What else it takes.
    pub parts: Vec<RestPart>,
}

/// An interval of which a break takes a part, or of which the shift fills a part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RestPart {
    pub interval: usize,
    /// The part on seat without the break.
    pub seated: f64,
    /// The part that the break takes of it.
    pub taken: f64,
    /// What the shift puts into the row of `break-share` without the break.
    pub crowd: f64,
}

impl Rest {
    /// By break that may be moved, by place.
    pub fn all_of(shift: &ShiftSpec, share: f64) -> Vec<Vec<Self>> {
        if shift.movable().next().is_none() {
            return Vec::new();
        }
        let crowd: Vec<(usize, f64)> = shift.crowd(share).collect();
        let of_break =
            |rest: &BreakSpec| rest.places.iter().map(|place| Self::of(shift, &place.taken, &crowd)).collect::<Vec<_>>();
        shift.movable().map(|(_, rest)| of_break(rest)).collect()
    }

    fn of(shift: &ShiftSpec, taken: &[Seat], crowd: &[(usize, f64)]) -> Self {
        let mut rest = Self { whole: (0, 0), parts: Vec::new() };
        for seat in taken {
            let seated = part(&shift.seats, seat.interval);
            match &mut rest.whole {
                _ if seat.share < 1.0 || seated < 1.0 => {
                    let crowd = crowd.iter().find(|(interval, _)| *interval == seat.interval).map_or(0.0, |(_, heads)| *heads);
                    rest.parts.push(RestPart { interval: seat.interval, seated, taken: seat.share, crowd });
                }
                (from, until) if from == until => rest.whole = (seat.interval, seat.interval + 1),
                (_, until) => *until = seat.interval + 1,
            }
        }
        rest
    }

    /// What it takes, as stretches of neighbouring rows from `first` on: the first row, how many, and with how many heads.
    pub fn stretches(&self, first: usize, heads: f64) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let (from, until) = self.whole;
        let whole = (from < until).then_some((first + from, until - from, heads));
        whole.into_iter().chain(self.parts.iter().map(move |part| (first + part.interval, 1, heads * part.taken)))
    }
}

/// The cheapest places of breaks, and what they add; `fixed` where they are put already.
pub(super) fn cheapest_places(breaks: &[Vec<Rest>], fixed: Option<Placing>, price: impl Fn(&Rest) -> f64) -> (f64, Placing) {
    if breaks.is_empty() {
        return (0.0, fixed.unwrap_or_default());
    }
    let mut digits = fixed.map(|placing| placing.places(breaks.iter().map(Vec::len)));
    let mut sum = 0.0;
    let places = breaks.iter().map(|places| {
        let fixed = digits.as_mut().and_then(Iterator::next);
        let open = fixed.map_or(0..places.len(), |place| place..place + 1);
        let priced = open.map(|place| (price(&places[place]), place));
        let (least, place) = priced.min_by(|left, right| left.0.total_cmp(&right.0)).expect("a break has a place");
        sum += least;
        (place, places.len())
    });
    let placing = Placing::of(places);
    (sum, placing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::problem::RosterProblem;
    use crate::solver::test_team::{chat_team, with_windows};

    #[test]
    fn a_placing_gives_back_the_places_it_was_made_from() {
        let problem = RosterProblem::from_input(&with_windows(chat_team(2, 1.0, 1))).unwrap();
        let shift = &problem.shifts[0];
        let counts: Vec<usize> = shift.breaks.iter().map(|rest| rest.places.len()).collect();
        assert_eq!(counts, [5, 7]);
        for lunch in 0..5 {
            for rest in 0..7 {
                let placing = Placing::of([(lunch, 5), (rest, 7)]);
                assert_eq!(shift.places(placing).collect::<Vec<_>>(), [lunch, rest]);
                let offsets = shift.break_offsets(placing);
                assert_eq!(offsets, [120 + 30 * lunch as u32, 390 + 15 * rest as u32]);
                assert_eq!(shift.placing_at(&offsets), Some(placing));
            }
        }
        let wrong: [&[u32]; 4] = [&[], &[120], &[121, 390], &[120, 390, 500]];
        wrong.iter().for_each(|offsets| assert_eq!(shift.placing_at(offsets), None, "{offsets:?}"));
    }

    /// 09:00-18:00 with the window of lunch from 11:00 to 13:00: a quarter of an hour from 15:45 on is half of an interval.
    #[test]
    fn movable_breaks_take_what_a_seat_has_without_them() {
        let problem = RosterProblem::from_input(&with_windows(chat_team(2, 1.0, 1))).unwrap();
        let shift = &problem.shifts[0];
        assert!(shift.seats.len() == 18 && shift.seats.iter().all(|seat| seat.share == 1.0));
        let taken: Vec<(usize, f64)> =
            shift.taken(Placing::of([(1, 5), (1, 7)])).map(|seat| (seat.interval, seat.share)).collect();
        assert_eq!(taken, [(23, 1.0), (24, 1.0), (31, 0.5)]);
        let rests = Rest::all_of(shift, 0.25);
        assert_eq!((rests[0][1].whole, &rests[0][1].parts[..]), ((23, 25), &[][..]));
        let part = RestPart { interval: 31, seated: 1.0, taken: 0.5, crowd: -0.25 };
        assert_eq!((rests[1][1].whole, &rests[1][1].parts[..]), ((0, 0), &[part][..]));
    }

    #[test]
    fn each_break_is_put_at_its_cheapest_place_or_stays_where_it_was_put() {
        let rest = |interval| Rest { whole: (interval, interval + 1), parts: Vec::new() };
        let breaks = [vec![rest(0), rest(1), rest(2)], vec![rest(3), rest(4)]];
        let prices = [5.0, 2.0, 3.0, 1.0, -1.0];
        let price = |rest: &Rest| prices[rest.whole.0];
        assert_eq!(cheapest_places(&breaks, None, price), (1.0, Placing::of([(1, 3), (1, 2)])));
        let fixed = Placing::of([(2, 3), (0, 2)]);
        assert_eq!(cheapest_places(&breaks, Some(fixed), price), (4.0, fixed));
    }
}
