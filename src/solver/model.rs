//! The direct model, assembled from the rules. MODEL.md is its text.

use std::ops::{Deref, DerefMut};

use good_lp::{Expression, Variable, variable};

use super::breaks::Placing;
use super::line::{Duty, Line};
use super::problem::{RosterProblem, ShiftSpec};
use super::program::Program;
use super::rules::RULES;
use super::rules::coverage::Counts;

/// An agent on a shift and queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct DutyVariable {
    pub agent: usize,
    pub duty: Duty,
    pub variable: Variable,
}

/// A mixed-integer model of a roster problem.
pub(super) struct Model<'a> {
    pub problem: &'a RosterProblem,
    lines: &'a [Line],
    pub program: Program,
    works_day: Vec<Vec<Option<Variable>>>,
    works_shift: Vec<Vec<Option<Variable>>>,
    duties: Vec<DutyVariable>,
    /// Where the duties of each agent begin.
    duties_from: Vec<usize>,
    /// Duties by queue and shift.
    duties_at: Vec<Vec<usize>>,
    /// Counts of agents whose breaks may be moved.
    counts: Vec<Counts>,
}

/// What the rules add to it is a program's.
impl Deref for Model<'_> {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.program
    }
}

impl DerefMut for Model<'_> {
    fn deref_mut(&mut self) -> &mut Program {
        &mut self.program
    }
}

impl<'a> Model<'a> {
    /// The model of the problem, started from the lines.
    pub fn assemble(problem: &'a RosterProblem, lines: &'a [Line]) -> Self {
        let mut model = Self {
            problem,
            lines,
            program: Program::default(),
            works_day: vec![vec![None; problem.days]; problem.agents.len()],
            works_shift: vec![vec![None; problem.shifts.len()]; problem.agents.len()],
            duties: Vec::new(),
            duties_from: vec![0],
            duties_at: vec![Vec::new(); problem.queues.len() * problem.shifts.len()],
            counts: Vec::new(),
        };
        for agent in 0..problem.agents.len() {
            model.add_agent(agent);
        }
        RULES.iter().for_each(|add| add(&mut model));
        model
    }

    fn add_agent(&mut self, agent: usize) {
        let spec = &self.problem.agents[agent];
        let line = &self.lines[agent];
        for (shift, worked) in self.problem.shifts.iter().enumerate() {
            if spec.blocked[shift].is_some() || spec.skills.is_empty() {
                continue;
            }
            let starts = line[worked.day].filter(|duty| duty.shift == shift);
            for skill in &spec.skills {
                let duty = Duty::new(shift, skill.queue);
                let is_start = starts.is_some_and(|start| start.is_same_work(duty));
                let variable = self.add(variable().binary(), 0.0, f64::from(u8::from(is_start)));
                self.duties_at[skill.queue * self.problem.shifts.len() + shift].push(self.duties.len());
                self.duties.push(DutyVariable { agent, duty, variable });
            }
            let worked_from_start = f64::from(u8::from(starts.is_some()));
            self.works_shift[agent][shift] = Some(match spec.skills.as_slice() {
                [_] => self.duties.last().expect("one duty was just made").variable,
                _ => self.add(variable().binary(), 0.0, worked_from_start),
            });
            if self.works_day[agent][worked.day].is_none() {
                let starts_day = f64::from(u8::from(line[worked.day].is_some()));
                self.works_day[agent][worked.day] = Some(self.add(variable().binary(), 0.0, starts_day));
            }
        }
        self.duties_from.push(self.duties.len());
    }

    /// What the agent does on the day in the start roster.
    pub fn start_duty(&self, agent: usize, day: usize) -> Option<Duty> {
        self.lines[agent][day]
    }

    /// Takes counts whose breaks are to be read from a solution.
    pub fn keep_breaks(&mut self, counts: Counts) {
        self.counts.push(counts);
    }

    /// Whether the agent works on the day; `None` where nothing is allowed.
    pub fn works_day(&self, agent: usize, day: usize) -> Option<Variable> {
        self.works_day[agent][day]
    }

    /// Whether the agent works the shift; `None` where it is not allowed.
    pub fn works_shift(&self, agent: usize, shift: usize) -> Option<Variable> {
        self.works_shift[agent][shift]
    }

    /// The shifts of a day, by start.
    pub fn shifts_on(&self, day: usize) -> impl Iterator<Item = usize> + use<'a> {
        let shifts = &self.problem.shifts;
        shifts.iter().enumerate().filter(move |(_, shift)| shift.day == day).map(|(index, _)| index)
    }

    /// The agent's duties on a shift, one per queue.
    pub fn duties_on(&self, agent: usize, shift: usize) -> impl Iterator<Item = &DutyVariable> {
        let of_agent = &self.duties[self.duties_from[agent]..self.duties_from[agent + 1]];
        of_agent.iter().filter(move |duty| duty.duty.shift == shift)
    }

    /// All agents' duties on a shift and queue.
    pub fn duties_of(&self, queue: usize, shift: usize) -> impl Iterator<Item = &DutyVariable> {
        self.duties_at[queue * self.problem.shifts.len() + shift].iter().map(|duty| &self.duties[*duty])
    }

    /// Paid hours of the agent. In hours, so that the rows' factors stay near 1.
    pub fn paid_hours(&self, agent: usize) -> Expression {
        self.sum_of_shifts(agent, |shift| f64::from(self.problem.shifts[shift].paid) / 60.0)
    }

    /// How many of the shifts picked out the agent works.
    pub fn shifts_where(&self, agent: usize, is_counted: impl Fn(&ShiftSpec) -> bool) -> Expression {
        self.sum_of_shifts(agent, |shift| f64::from(u8::from(is_counted(&self.problem.shifts[shift]))))
    }

    fn sum_of_shifts(&self, agent: usize, factor: impl Fn(usize) -> f64) -> Expression {
        let mut sum = Expression::default();
        for (shift, works) in self.works_shift[agent].iter().enumerate() {
            if let Some(works) = works.filter(|_| factor(shift) != 0.0) {
                sum.add_mul(factor(shift), works);
            }
        }
        sum
    }
}

/// Which column stands for which duty: what is needed to read a solution once the model has gone to the backend.
pub(super) struct DutyColumns {
    duties: Vec<(usize, Duty, usize)>,
    breaks: Vec<BreakColumns>,
}

/// The columns that count where agents alike take the breaks of a shift and queue.
struct BreakColumns {
    duty: Duty,
    agents: Vec<usize>,
    /// By break that may be moved, by place.
    columns: Vec<Vec<usize>>,
}

impl Model<'_> {
    /// The columns of the duties, with each duty's agent, and of their breaks.
    pub fn duty_columns(&self) -> DutyColumns {
        let breaks = self.counts.iter().map(|count| BreakColumns {
            duty: Duty::new(count.shift, count.queue),
            agents: count.serving.clone(),
            columns: count.breaks.iter().map(|places| places.iter().map(|place| self.column_of(*place)).collect()).collect(),
        });
        DutyColumns {
            duties: self.duties.iter().map(|duty| (duty.agent, duty.duty, self.column_of(duty.variable))).collect(),
            breaks: breaks.collect(),
        }
    }
}

impl DutyColumns {
    /// The lines that the values of the columns stand for.
    pub fn lines(&self, problem: &RosterProblem, values: &[f64]) -> Vec<Line> {
        let mut lines = vec![vec![None; problem.days]; problem.agents.len()];
        for (agent, duty, column) in &self.duties {
            if values[*column] > 0.5 {
                lines[*agent][problem.shifts[duty.shift].day] = Some(*duty);
            }
        }
        self.breaks.iter().for_each(|breaks| breaks.deal(problem, values, &mut lines));
        lines
    }
}

impl BreakColumns {
    /// Gives each agent on the duty a place for every break, until all that were counted are given. Pins have theirs.
    fn deal(&self, problem: &RosterProblem, values: &[f64], lines: &mut [Line]) {
        let shift = &problem.shifts[self.duty.shift];
        let mut left: Vec<Vec<i64>> =
            self.columns.iter().map(|columns| columns.iter().map(|column| values[*column].round() as i64).collect()).collect();
        let is_there = |agent: &usize| lines[*agent][shift.day].is_some_and(|duty| duty.is_same_work(self.duty));
        let there: Vec<usize> = self.agents.iter().copied().filter(is_there).collect();
        let pin_of = |agent: usize| {
            let of_day = problem.pins.iter().find(|pin| pin.agent == agent && pin.duty.is_same_work(self.duty));
            of_day.map(|pin| pin.duty)
        };
        for duty in there.iter().filter_map(|agent| pin_of(*agent)) {
            let places: Vec<usize> = shift.places(duty.placing).collect();
            shift.movable().zip(&mut left).for_each(|((number, _), left)| left[places[number]] -= 1);
        }
        for agent in there {
            let dealt = pin_of(agent).unwrap_or_else(|| {
                let mut left = left.iter_mut();
                let places = shift.breaks.iter().map(|rest| {
                    let left = if rest.places.len() > 1 { left.next() } else { None };
                    let place = left.and_then(|left| {
                        let place = left.iter().position(|left| *left > 0)?;
                        left[place] -= 1;
                        Some(place)
                    });
                    (place.unwrap_or(0), rest.places.len())
                });
                Duty { placing: Placing::of(places), ..self.duty }
            });
            lines[agent][shift.day] = Some(dealt);
        }
    }
}
