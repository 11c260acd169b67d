//! `break-window`: every break of a shift is at one of the places that its window has.

use super::facts::{Facts, Worked};
use crate::domain::rules::{RuleId, Violation};
use crate::domain::shift::{Break, ShiftTemplate};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for Worked { assignment, template, .. } in &line.worked {
            let wrong = misplaced(template, &assignment.break_offsets);
            if !wrong.is_empty() {
                let figures = (wrong.len() as f64, 0.0);
                violations.push(line.breach(RuleId::BreakWindow, Some(assignment.date), figures, wrong.join("; ")));
            }
        }
    }
    violations
}

/// What is wrong with each break, in words.
fn misplaced(template: &ShiftTemplate, offsets: &[u32]) -> Vec<String> {
    let (has, asked) = (offsets.len(), template.breaks.len());
    if has != asked {
        return vec![format!("{has} breaks are placed and shift {} has {asked}", template.code)];
    }
    let is_placed = |rest: &Break, offset: u32| {
        let late = offset.checked_sub(rest.offset_minutes);
        late.is_some_and(|late| late <= rest.window_minutes && late.is_multiple_of(rest.step_minutes.max(1)))
    };
    let wrong = template.breaks.iter().zip(offsets).filter(|(rest, offset)| !is_placed(rest, **offset));
    wrong.map(|(rest, offset)| sentence(template, rest, *offset)).collect()
}

/// For example: `a break of 60 min at 13:10, shift 早 has it at 12:00-14:00 in steps of 15 min`.
fn sentence(template: &ShiftTemplate, rest: &Break, offset: u32) -> String {
    let clock = |offset: u32| {
        let minute = template.start_minute.saturating_add(offset);
        format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
    };
    let (from, code) = (clock(rest.offset_minutes), &template.code);
    let window = match rest.window_minutes {
        0 => from,
        _ => format!("{from}-{} in steps of {} min", clock(rest.latest_offset_minutes()), rest.step_minutes),
    };
    format!("a break of {} min at {}, shift {code} has it at {window}", rest.minutes, clock(offset))
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_break_beside_the_steps_of_its_window_or_after_it_is_named() {
        let mut case = Case::new();
        let rest = &mut case.input.shift_templates[0].breaks[0];
        (rest.offset_minutes, rest.window_minutes, rest.step_minutes) = (180, 120, 30);
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        for (offset, is_place) in [(180, true), (240, true), (300, true), (250, false), (330, false), (150, false)] {
            roster[0].break_offsets = vec![offset];
            let case = case.fitted_to(&roster);
            if is_place {
                case.passes(&roster);
            } else {
                // Coverage is whole heads, and a break at ten past leaves parts of them: only the hard rule is looked at.
                let hard = super::super::check(&case.input, &roster).remove(0);
                assert_eq!((hard.rule, hard.agent_id), (RuleId::BreakWindow, Some(case.input.agents[0].id)));
                assert!(hard.detail.contains("shift 早 has it at 12:00-14:00 in steps of 30 min"), "{}", hard.detail);
            }
        }
    }

    #[test]
    fn breaks_that_the_shift_does_not_have_are_named() {
        let case = Case::new();
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        roster[0].break_offsets.push(300);
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::BreakWindow);
        assert!(violation.detail.ends_with("2 breaks are placed and shift 早 has 1"), "{}", violation.detail);
    }
}
