//! The benchmark's files: an instance read into a roster problem, a roster written as the referee wants it.
//!
//! An instance is sections of comma-separated rows. Cover is counted per day and kind of shift: each is one interval here.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use paiban::domain::ids::{AgentId, QueueId, ShiftTemplateId};
use paiban::domain::roster::Assignment;
use paiban::domain::rules::{CostWeights, RuleId};
use paiban::solver::{
    AgentSpec, Limits, ProblemError, ProblemParts, QueueSpec, RosterProblem, Seat, ShiftSpec, SkillSpec, Succession, WEEK,
    WishSpec,
};
use uuid::Uuid;

const DAY_MINUTES: u32 = 1440;

/// Shifts of one team over some weeks.
pub struct Instance {
    days: usize,
    kinds: Vec<Kind>,
    agents: Vec<Agent>,
    requests: Vec<Request>,
    cover: Vec<Cover>,
}

struct Kind {
    name: String,
    minutes: u32,
    /// Names of the kinds that may not follow.
    bars: Vec<String>,
}

struct Agent {
    name: String,
    limits: Limits,
    days_off: Vec<usize>,
}

struct Request {
    agent: usize,
    day: usize,
    kind: usize,
    weight: u32,
    is_wanted: bool,
}

struct Cover {
    day: usize,
    kind: usize,
    demand: u32,
    under: f64,
    over: f64,
}

/// The rows of each section.
struct Sections<'a>(HashMap<&'a str, Vec<Vec<&'a str>>>);

impl<'a> Sections<'a> {
    fn of(text: &'a str) -> Self {
        let mut sections: HashMap<&str, Vec<Vec<&str>>> = HashMap::new();
        let mut section = "";
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix("SECTION_") {
                Some(name) => section = name,
                None => sections.entry(section).or_default().push(line.split(',').map(str::trim).collect()),
            }
        }
        Self(sections)
    }

    fn rows(&self, name: &str) -> &[Vec<&'a str>] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

fn number<T: std::str::FromStr>(row: &[&str], field: usize) -> Option<T> {
    row.get(field)?.parse().ok()
}

fn place(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

impl Instance {
    /// Reads an instance; `None` where a section or a field is missing or not a number.
    pub fn read(text: &str) -> Option<Self> {
        let sections = Sections::of(text);
        let names = |section| -> Vec<&str> { sections.rows(section).iter().map(|row| row[0]).collect() };
        let (kinds, agents) = (names("SHIFTS"), names("STAFF"));
        let request = |row: &Vec<&str>, is_wanted| {
            let (agent, kind) = (place(&agents, row[0])?, place(&kinds, row.get(2)?)?);
            Some(Request { agent, day: number(row, 1)?, kind, weight: number(row, 3)?, is_wanted })
        };
        let wanted = sections.rows("SHIFT_ON_REQUESTS").iter().map(|row| request(row, true));
        let unwanted = sections.rows("SHIFT_OFF_REQUESTS").iter().map(|row| request(row, false));
        let cover = |row: &Vec<&str>| {
            let kind = place(&kinds, row.get(1)?)?;
            // One instance asks for -0.
            let demand = number::<i32>(row, 2)?.try_into().ok()?;
            Some(Cover { day: number(row, 0)?, kind, demand, under: number(row, 3)?, over: number(row, 4)? })
        };
        Some(Self {
            days: number(sections.rows("HORIZON").first()?, 0)?,
            kinds: sections.rows("SHIFTS").iter().map(|row| Kind::read(row)).collect::<Option<_>>()?,
            agents: sections.rows("STAFF").iter().map(|row| Agent::read(row, &kinds, &sections)).collect::<Option<_>>()?,
            requests: wanted.chain(unwanted).collect::<Option<_>>()?,
            cover: sections.rows("COVER").iter().map(cover).collect::<Option<_>>()?,
        })
    }

    /// The instance as a roster problem.
    pub fn problem(&self) -> Result<RosterProblem, ProblemError> {
        let shifts: Vec<ShiftSpec> = (0..self.days * self.kinds.len()).map(|at| self.shift(at)).collect();
        let mut queue = QueueSpec {
            id: QueueId(Uuid::nil()),
            demand: vec![0; shifts.len()],
            is_peak: vec![false; shifts.len()],
            gap_price: vec![0.0; shifts.len()],
            surplus_price: vec![0.0; shifts.len()],
        };
        for cover in &self.cover {
            let at = cover.day * self.kinds.len() + cover.kind;
            (queue.demand[at], queue.gap_price[at], queue.surplus_price[at]) = (cover.demand, cover.under, cover.over);
        }
        let wish = |request: &Request| WishSpec {
            agent: request.agent,
            shifts: vec![request.day * self.kinds.len() + request.kind],
            is_wanted: request.is_wanted,
            weight: request.weight.into(),
        };
        RosterProblem::try_from(ProblemParts {
            days: self.days,
            step_minutes: DAY_MINUTES,
            intervals: shifts.len(),
            agents: self.agents.iter().enumerate().map(|(number, agent)| agent.spec(number, &shifts)).collect(),
            queues: vec![queue],
            leader_pieces: Vec::new(),
            group_rows: Vec::new(),
            wishes: self.requests.iter().map(wish).collect(),
            successions: self.successions(),
            max_break_share: None,
            weights: CostWeights { wish: 1.0, ..CostWeights::default() },
            pins: Vec::new(),
            shifts,
        })
    }

    /// The shift of a (day, kind). Instances name no clock times: all shifts of a day start with it.
    fn shift(&self, at: usize) -> ShiftSpec {
        let (day, kind) = (at / self.kinds.len(), at % self.kinds.len());
        let start = day as i64 * i64::from(DAY_MINUTES);
        ShiftSpec {
            template_id: ShiftTemplateId(Uuid::from_u128(kind as u128)),
            kind,
            date: NaiveDate::default() + Days::new(day as u64),
            day,
            start,
            end: start + i64::from(self.kinds[kind].minutes),
            paid: self.kinds[kind].minutes,
            is_late: false,
            is_weekend: day % WEEK > 4,
            seats: vec![Seat { interval: at, share: 1.0 }],
            breaks: Vec::new(),
        }
    }

    fn successions(&self) -> Vec<Succession> {
        let kinds = || self.kinds.iter().enumerate();
        let bars = |(first, kind): (usize, &Kind)| {
            let barred = kinds().filter(|(_, next)| kind.bars.contains(&next.name));
            barred.map(|(second, _)| Succession { first, second, rule: RuleId::ForwardRotation }).collect::<Vec<_>>()
        };
        kinds().flat_map(bars).collect()
    }

    /// The roster in the referee's words.
    pub fn rows(&self, assignments: &[Assignment]) -> String {
        let row = |assignment: &Assignment| {
            let agent = &self.agents[assignment.agent_id.0.as_u128() as usize].name;
            let kind = &self.kinds[assignment.shift_template_id.0.as_u128() as usize].name;
            format!("{agent},{},{kind}\n", (assignment.date - NaiveDate::default()).num_days())
        };
        assignments.iter().map(row).collect()
    }
}

impl Kind {
    fn read(row: &[&str]) -> Option<Self> {
        let bars = row.get(2).copied().unwrap_or("").split('|').map(str::to_owned).collect();
        Some(Self { name: row[0].to_owned(), minutes: number(row, 1)?, bars })
    }
}

impl Agent {
    fn read(row: &[&str], kinds: &[&str], sections: &Sections) -> Option<Self> {
        let most: HashMap<&str, &str> = row.get(1)?.split('|').filter_map(|part| part.split_once('=')).collect();
        let most_of = |kind: &&str| most.get(kind).and_then(|most| most.parse().ok()).unwrap_or(0);
        let off = sections.rows("DAYS_OFF").iter().filter(|days| days[0] == row[0]);
        Some(Self {
            name: row[0].to_owned(),
            limits: Limits {
                min_rest: 0,
                max_consecutive_days: number(row, 4)?,
                min_consecutive_days: number(row, 5)?,
                min_consecutive_days_off: number(row, 6)?,
                max_days: WEEK as u32,
                max_late_shifts: WEEK as u32,
                min_minutes: number(row, 3)?,
                max_minutes: number(row, 2)?,
                max_weekends: Some(number(row, 7)?),
                max_of_kind: kinds.iter().map(most_of).enumerate().collect(),
                overtime: Default::default(),
            },
            days_off: off.flat_map(|days| &days[1..]).map(|day| day.parse().ok()).collect::<Option<_>>()?,
        })
    }

    fn spec(&self, number: usize, shifts: &[ShiftSpec]) -> AgentSpec {
        let is_off = |shift: &ShiftSpec| self.days_off.contains(&shift.day);
        AgentSpec {
            id: AgentId(Uuid::from_u128(number as u128)),
            name: self.name.clone(),
            owed_minutes: 0,
            limits: self.limits.clone(),
            skills: vec![SkillSpec { queue: 0, proficiency: 1.0 }],
            blocked: shifts.iter().map(|shift| is_off(shift).then_some(RuleId::Availability)).collect(),
            is_leader: false,
            shares_late: false,
            shares_weekend: false,
            run_before: 0,
            given: Vec::new(),
            run_after: 0,
            loads_beside: [0; 2],
            premium: Vec::new(),
        }
    }
}
