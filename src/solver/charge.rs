//! Everything that a roster pays for, each with the agent, queue and time it is paid for.

use super::line::Line;
use super::problem::RosterProblem;
use super::rows::price_of;
use super::rules::break_share;
use crate::domain::coverage::COVERAGE_TOLERANCE;
use crate::domain::rules::RuleId;

/// What a rule costs in one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Charge {
    /// Which rule.
    pub rule: RuleId,
    /// For what.
    pub of: Payer,
    /// Above 0, in the unit of the weights.
    pub cost: f64,
}

/// What is paid for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Payer {
    /// Heads of a queue in an interval.
    Heads { queue: usize, interval: usize },
    /// What leaders or a group are asked for on a day; `None` where no shift of the week could answer it.
    Together { day: Option<usize> },
    /// An agent, on a day where it concerns one.
    Agent { agent: usize, day: Option<usize> },
}

impl RosterProblem {
    /// What a roster pays for; the charges add up to its cost.
    pub(super) fn charges(&self, lines: &[Line]) -> Vec<Charge> {
        let mut charges = self.heads_charges(lines);
        charges.extend(break_share::charges(self, lines));
        charges.extend(self.leader_charges(lines));
        charges.extend(self.group_charges(lines));
        charges.extend(self.hours_charges(lines));
        charges.extend(self.spread_charges(lines, RuleId::LateSpread));
        charges.extend(self.spread_charges(lines, RuleId::WeekendSpread));
        charges.extend(self.premium_charges(lines));
        charges.extend(self.given_day_charges(lines));
        charges.extend(self.wish_charges(lines));
        charges.retain(|charge| charge.cost > 0.0);
        charges
    }

    /// Heads missing in peaks, missing elsewhere, and too many.
    fn heads_charges(&self, lines: &[Line]) -> Vec<Charge> {
        let mut charges = Vec::new();
        for (queue, covered) in self.covered(lines).into_iter().enumerate() {
            let spec = &self.queues[queue];
            for (interval, covered) in covered.into_iter().enumerate() {
                let missing = f64::from(spec.demand[interval]) - covered;
                let (rule, price) = match missing > 0.0 {
                    true if spec.is_peak[interval] => (RuleId::PeakCoverage, spec.gap_price[interval]),
                    true => (RuleId::Coverage, spec.gap_price[interval]),
                    false => (RuleId::Overcover, spec.surplus_price[interval]),
                };
                if missing.abs() > COVERAGE_TOLERANCE {
                    charges.push(Charge { rule, of: Payer::Heads { queue, interval }, cost: missing.abs() * price });
                }
            }
        }
        charges
    }

    fn leader_charges(&self, lines: &[Line]) -> impl Iterator<Item = Charge> {
        let pieces = self.leader_pieces.iter().filter(|piece| !self.is_led(lines, piece));
        pieces.map(|piece| Charge {
            rule: RuleId::LeaderOnDuty,
            of: Payer::Together { day: piece.shifts.first().map(|shift| self.shifts[*shift].day) },
            cost: f64::from(piece.minutes) / 60.0 * self.weights.leader_gap_hour,
        })
    }

    fn group_charges(&self, lines: &[Line]) -> impl Iterator<Item = Charge> {
        self.group_rows.iter().map(|row| {
            let count = |(agent, heads): &(usize, f64)| {
                let worked = lines[*agent].iter().flatten().filter(|duty| row.shifts.contains(&duty.shift));
                worked.count() as f64 * heads
            };
            let missing = row.demand - row.agents.iter().map(count).sum::<f64>();
            Charge {
                rule: row.rule,
                of: Payer::Together { day: row.shifts.first().map(|shift| self.shifts[*shift].day) },
                cost: price_of(missing, row.gap_price, row.surplus_price),
            }
        })
    }

    fn hours_charges(&self, lines: &[Line]) -> impl Iterator<Item = Charge> {
        self.agents.iter().zip(lines).enumerate().map(|(agent, (spec, line))| Charge {
            rule: RuleId::MinimumHours,
            of: Payer::Agent { agent, day: None },
            cost: f64::from(spec.owed_minutes.saturating_sub(self.paid(line))) / 60.0 * self.weights.missing_hour,
        })
    }

    /// The distance between the most and the least loaded, in equal parts by those with the most.
    fn spread_charges(&self, lines: &[Line], rule: RuleId) -> Vec<Charge> {
        let shares = |agent: usize| match rule {
            RuleId::LateSpread => self.agents[agent].shares_late,
            _ => self.agents[agent].shares_weekend,
        };
        let sharing = (0..lines.len()).filter(|agent| shares(*agent));
        let loads: Vec<(usize, u32)> = sharing.map(|agent| (agent, self.load(agent, &lines[agent], rule))).collect();
        let extremes = loads.iter().map(|(_, load)| *load).max().zip(loads.iter().map(|(_, load)| *load).min());
        let Some((most, least)) = extremes else { return Vec::new() };
        let loaded: Vec<usize> = loads.iter().filter(|(_, load)| *load == most).map(|(agent, _)| *agent).collect();
        let cost = f64::from(most - least) * self.weights.spread / loaded.len() as f64;
        loaded.into_iter().map(|agent| Charge { rule, of: Payer::Agent { agent, day: None }, cost }).collect()
    }

    /// Shifts with hours at a premium, and what is beyond the normal minutes.
    fn premium_charges(&self, lines: &[Line]) -> Vec<Charge> {
        let mut charges = Vec::new();
        for (agent, line) in lines.iter().enumerate() {
            let mut charge = |day, cost| charges.push(Charge { rule: RuleId::Premium, of: Payer::Agent { agent, day }, cost });
            line.iter().flatten().for_each(|duty| charge(Some(self.shifts[duty.shift].day), self.premium(agent, *duty)));
            charge(None, self.beyond_price(agent, line));
        }
        charges
    }

    fn given_day_charges(&self, lines: &[Line]) -> impl Iterator<Item = Charge> {
        let given = self.agents.iter().enumerate().flat_map(|(agent, spec)| spec.given.iter().map(move |given| (agent, given)));
        let changed = given.filter(|(agent, given)| !self.is_kept(&lines[*agent], given));
        changed.map(|(agent, given)| Charge {
            rule: given.rule,
            of: Payer::Agent { agent, day: Some(given.day) },
            cost: self.weights.of_given_day(given.rule),
        })
    }

    fn wish_charges(&self, lines: &[Line]) -> impl Iterator<Item = Charge> {
        let refused = self.wishes.iter().filter(|wish| self.is_refused(&lines[wish.agent], wish));
        refused.map(|wish| Charge {
            rule: RuleId::Wish,
            of: Payer::Agent { agent: wish.agent, day: wish.shifts.first().map(|shift| self.shifts[*shift].day) },
            cost: self.wish_price(wish),
        })
    }
}
