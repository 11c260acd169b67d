//! Days on which an agent works the shift, or has the day off, that something gives. On which queue is free.

use chrono::NaiveDate;

use super::facts::{Facts, Line};
use crate::domain::ids::ShiftTemplateId;
use crate::domain::rules::{RuleId, Violation};
use crate::domain::shift::ShiftTemplate;

/// A day on which an agent does something else than was given.
pub(super) struct Departure<'a> {
    line: &'a Line<'a>,
    date: NaiveDate,
    given: Option<&'a ShiftTemplate>,
    worked: Option<&'a ShiftTemplate>,
}

/// The departures from what `given` says of an agent's day: nothing, a day off (an inner `None`) or a shift. Nothing holds of a
/// day whose shift the site no longer has, nor of agents who are not rostered any more.
pub(super) fn departures<'a>(
    facts: &'a Facts<'a>,
    given: impl Fn(&Line, NaiveDate) -> Option<Option<ShiftTemplateId>>,
) -> Vec<Departure<'a>> {
    let mut departures = Vec::new();
    for line in &facts.lines {
        for date in facts.input.week.dates() {
            let Some(given) = given(line, date) else { continue };
            let template = given.and_then(|id| facts.input.shift_template(id));
            if given.is_some() && template.is_none() {
                continue;
            }
            let worked = line.worked.iter().find(|worked| worked.assignment.date == date).map(|worked| worked.template);
            let id = |template: Option<&ShiftTemplate>| template.map(|template| template.id);
            if id(worked) != id(template) {
                departures.push(Departure { line, date, given: template, worked });
            }
        }
    }
    departures
}

impl Departure<'_> {
    /// As a breach; `giver` is what gave the day.
    pub fn breach(&self, rule: RuleId, giver: &str) -> Violation {
        let name = |template: Option<&ShiftTemplate>| template.map_or("a day off", |template| template.name.as_str()).to_owned();
        let what = format!("has {} where {giver} gives {}", name(self.worked), name(self.given));
        self.line.breach(rule, Some(self.date), (1.0, 0.0), what)
    }
}
