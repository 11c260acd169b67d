//! The benchmark's files: `name = value;` of MiniZinc, read into a rotation problem.

use std::collections::HashMap;
use std::str::FromStr;

use anyhow::{Context, anyhow, bail, ensure};
use paiban::rotation::{BlockLength, ForbiddenSuccession, RotationProblem, RotationRules, RotationShift, WEEK_DAYS};

/// The values of a file by name.
struct Fields<'a>(HashMap<&'a str, &'a str>);

/// Reads an instance.
///
/// # Errors
/// The first field that is missing or not of its kind; or every rule that makes no sense.
pub fn read(text: &str) -> anyhow::Result<RotationProblem> {
    let bare: String = text.lines().map(|line| line.split('%').next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let fields = Fields(
        bare.split(';').filter_map(|item| item.split_once('=')).map(|(name, value)| (name.trim(), value.trim())).collect(),
    );
    ensure!(fields.number::<usize>("week_length")? == WEEK_DAYS, "week_length must be 7");
    let block = |few: &str, many: &str| Ok::<_, anyhow::Error>(BlockLength::new(fields.number(few)?, fields.number(many)?));
    let rules = RotationRules {
        agents: fields.number("nb_workers")?,
        shifts: fields.shifts()?,
        work: block("min_work", "max_work")?,
        off: block("min_daysoff", "max_daysoff")?,
        forbidden: fields.forbidden()?,
    };
    RotationProblem::new(rules).map_err(|faults| {
        let list: Vec<String> = faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.detail)).collect();
        anyhow!("{}", list.join("; "))
    })
}

impl Fields<'_> {
    fn text(&self, name: &str) -> anyhow::Result<&str> {
        self.0.get(name).copied().with_context(|| format!("the file has no {name}"))
    }

    fn number<T: FromStr>(&self, name: &str) -> anyhow::Result<T> {
        parse(name, self.text(name)?)
    }

    /// A list, or a table row after row.
    fn list<T: FromStr>(&self, name: &str) -> anyhow::Result<Vec<T>> {
        let inside = self.text(name)?.trim_matches(['[', ']']).replace('|', ",");
        inside
            .split(',')
            .map(|item| item.trim().trim_matches('"'))
            .filter(|item| !item.is_empty())
            .map(|item| parse(name, item))
            .collect()
    }

    fn shifts(&self) -> anyhow::Result<Vec<RotationShift>> {
        let names: Vec<String> = self.list("shift_name")?;
        let (starts, lengths) = (self.list::<u32>("shift_start")?, self.list::<u32>("shift_length")?);
        let (fewest, most) = (self.list::<u32>("shift_block_min")?, self.list::<u32>("shift_block_max")?);
        let needed: Vec<u32> = self.list("temp_req")?;
        let count = self.number::<usize>("nb_shifts")?;
        for (name, length, expected) in [
            ("shift_name", names.len(), count),
            ("shift_start", starts.len(), count),
            ("shift_length", lengths.len(), count),
            ("shift_block_min", fewest.len(), count),
            ("shift_block_max", most.len(), count),
            ("temp_req", needed.len(), count * WEEK_DAYS),
        ] {
            ensure!(length == expected, "{name} has {length} values; {count} shifts ask for {expected}");
        }
        let shift = |(index, name)| RotationShift {
            name,
            start_minute: starts[index],
            length_minutes: lengths[index],
            block: BlockLength::new(fewest[index], most[index]),
            agents: std::array::from_fn(|day| needed[index * WEEK_DAYS + day]),
        };
        Ok(names.into_iter().enumerate().map(shift).collect())
    }

    fn forbidden(&self) -> anyhow::Result<Vec<ForbiddenSuccession>> {
        let (before, after) = (self.list::<usize>("forbidden_before")?, self.list::<usize>("forbidden_after")?);
        let with_day_off: Vec<bool> = self.list("forbidden_daysoff")?;
        let count = self.number::<usize>("nb_forbidden")?;
        if [before.len(), after.len(), with_day_off.len()] != [count; 3] {
            bail!("nb_forbidden is {count}, but the lists of forbidden successions have other lengths");
        }
        ensure!(
            before.iter().chain(&after).all(|&shift| shift > 0),
            "shifts count from 1 in forbidden_before and forbidden_after"
        );
        let pairs = before.into_iter().zip(after).zip(with_day_off);
        Ok(pairs
            .map(|((before, after), with_day_off)| ForbiddenSuccession { before: before - 1, after: after - 1, with_day_off })
            .collect())
    }
}

fn parse<T: FromStr>(name: &str, value: &str) -> anyhow::Result<T> {
    value.parse().ok().with_context(|| format!("{name}: {value} is not a value of its kind"))
}
