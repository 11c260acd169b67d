//! One check of one subject: what becomes of its alert.
//!
//! open → acknowledged → resolved → verified. An alert opens beyond one edge and is over only after several checks in a row at
//! or behind another, so that a value that trembles at the edge opens one alert and not twenty. Seen bad again it is counted,
//! not repeated. What somebody says is dealt with is believed until a check sees it bad: then the same alert opens again. The
//! watch itself resolves what became clear, and verifies what stayed so.

use chrono::{DateTime, Utc};

use crate::domain::alert::{Alert, AlertRule, AlertState, Mark, Observation};
use crate::domain::ids::AlertId;

/// Name of the watch in marks.
const WATCH: &str = "clock";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Bad,
    Between,
    Clear,
}

/// What becomes of a subject's alert by one check; `None` where nothing does. `known` is the one that is not verified yet.
pub fn step(rule: &AlertRule, known: Option<&Alert>, seen: Option<&Observation>, now: DateTime<Utc>) -> Option<Alert> {
    let reading = match seen {
        Some(seen) if rule.is_bad(seen.value) => Reading::Bad,
        Some(seen) if rule.is_clear(seen.value) => Reading::Clear,
        Some(_) => Reading::Between,
        None if rule.kind.lapses() => Reading::Clear,
        None => return None,
    };
    match (known, seen, reading) {
        (None, Some(seen), Reading::Bad) => (!rule.is_quiet_at(seen.local_minute)).then(|| opened(rule, seen, now)),
        (None, ..) => None,
        (Some(alert), Some(seen), Reading::Bad) => Some(bad_again(rule, alert.clone(), seen, now)),
        (Some(alert), _, Reading::Between) => (alert.clear_checks > 0).then(|| Alert { clear_checks: 0, ..alert.clone() }),
        (Some(alert), ..) => Some(clear(rule, alert.clone(), seen, now)),
    }
}

fn opened(rule: &AlertRule, seen: &Observation, now: DateTime<Utc>) -> Alert {
    Alert {
        id: AlertId::generate(),
        rule_code: rule.code.clone(),
        kind: rule.kind,
        severity: rule.severity,
        subject: seen.subject.clone(),
        team_id: seen.team_id,
        shop_id: seen.shop_id,
        owner_id: seen.owner_id,
        cause_zh: seen.cause_zh.clone(),
        cause_en: seen.cause_en.clone(),
        value: seen.value,
        worst: seen.value,
        open_at: rule.open_at,
        state: AlertState::Open,
        opened_at: now,
        last_bad_at: now,
        occurrences: 1,
        reopened: 0,
        clear_checks: 0,
        acknowledged: None,
        resolved: None,
        verified: None,
    }
}

fn bad_again(rule: &AlertRule, mut alert: Alert, seen: &Observation, now: DateTime<Utc>) -> Alert {
    alert.occurrences = alert.occurrences.saturating_add(1);
    alert.clear_checks = 0;
    alert.last_bad_at = now;
    alert.value = seen.value;
    if rule.is_worse(seen.value, alert.worst) {
        alert.worst = seen.value;
    }
    alert.cause_zh.clone_from(&seen.cause_zh);
    alert.cause_en.clone_from(&seen.cause_en);
    alert.owner_id = seen.owner_id;
    if alert.state == AlertState::Resolved && !rule.is_quiet_at(seen.local_minute) {
        alert.state = AlertState::Open;
        alert.reopened = alert.reopened.saturating_add(1);
        (alert.acknowledged, alert.resolved) = (None, None);
    }
    alert
}

fn clear(rule: &AlertRule, mut alert: Alert, seen: Option<&Observation>, now: DateTime<Utc>) -> Alert {
    alert.clear_checks += 1;
    if let Some(seen) = seen {
        alert.value = seen.value;
    }
    if alert.clear_checks < rule.clear_checks {
        return alert;
    }
    alert.clear_checks = 0;
    let mark = Some(Mark { by: WATCH.to_owned(), at: now, note: String::new() });
    match alert.state {
        AlertState::Open | AlertState::Acknowledged => (alert.state, alert.resolved) = (AlertState::Resolved, mark),
        AlertState::Resolved | AlertState::Verified => (alert.state, alert.verified) = (AlertState::Verified, mark),
    }
    alert
}

/// A step that a person takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// I see to it.
    Acknowledge,
    /// It is dealt with.
    Resolve,
    /// I have seen that it is gone.
    Verify,
}

/// The step does not follow from how far the alert has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the alert is {} already or not yet ready for that: open → acknowledged → resolved → verified", state.word())]
pub struct NotNow {
    /// How far it has come.
    pub state: AlertState,
}

/// The alert after a person's step.
///
/// # Errors
/// [`NotNow`].
pub fn act(mut alert: Alert, act: Act, mark: Mark) -> Result<Alert, NotNow> {
    match (act, alert.state) {
        (Act::Acknowledge, AlertState::Open) => (alert.state, alert.acknowledged) = (AlertState::Acknowledged, Some(mark)),
        (Act::Resolve, AlertState::Open | AlertState::Acknowledged) => {
            alert.clear_checks = 0;
            (alert.state, alert.resolved) = (AlertState::Resolved, Some(mark));
        }
        (Act::Verify, AlertState::Resolved) => (alert.state, alert.verified) = (AlertState::Verified, Some(mark)),
        (_, state) => return Err(NotNow { state }),
    }
    Ok(alert)
}

#[cfg(test)]
mod tests {
    use super::super::shipped::shipped;
    use super::*;
    use crate::domain::alert::Severity;
    use crate::domain::ids::TeamId;

    const NOW: DateTime<Utc> = DateTime::from_timestamp(1_795_336_200, 0).unwrap();

    /// Opens above 60, clear at 50, over after two clear checks; quiet from 22 to 8.
    fn rule() -> AlertRule {
        AlertRule { clear_checks: 2, ..shipped().iter().find(|rule| rule.code == "slow_reply").unwrap().clone() }
    }

    fn seen(value: f64, local_minute: u32) -> Observation {
        Observation {
            subject: "一组".into(),
            team_id: TeamId(uuid::Uuid::nil()),
            shop_id: None,
            owner_id: None,
            local_minute,
            value,
            cause_zh: "慢".into(),
            cause_en: "slow".into(),
        }
    }

    /// One check after another at noon; `None` where a check made nothing new.
    fn run(values: &[f64]) -> Option<Alert> {
        let mut alert: Option<Alert> = None;
        for value in values {
            alert = step(&rule(), alert.as_ref(), Some(&seen(*value, 720)), NOW).or(alert);
        }
        alert
    }

    #[test]
    fn a_value_that_trembles_at_the_edge_opens_one_alert_and_is_counted() {
        assert_eq!(run(&[60.0, 55.0]), None);
        let alert = run(&[61.0, 59.0, 61.0, 55.0, 72.0, 49.0, 62.0]).unwrap();
        assert_eq!((alert.state, alert.occurrences, alert.clear_checks, alert.worst), (AlertState::Open, 4, 0, 72.0));
        // Between the edges a clear check before does not count any more.
        assert_eq!(run(&[61.0, 50.0, 55.0, 50.0]).unwrap().state, AlertState::Open);
    }

    #[test]
    fn clear_checks_in_a_row_resolve_and_then_verify() {
        let resolved = run(&[61.0, 50.0, 50.0]).unwrap();
        assert_eq!((resolved.state, resolved.resolved.unwrap().by.as_str()), (AlertState::Resolved, "clock"));
        let verified = run(&[61.0, 50.0, 50.0, 40.0, 40.0]).unwrap();
        assert_eq!((verified.state, verified.reopened), (AlertState::Verified, 0));
    }

    #[test]
    fn what_is_said_to_be_dealt_with_opens_again_when_it_is_seen_bad() {
        let mark = |by: &str| Mark { by: by.into(), at: NOW, note: "加人".into() };
        let alert = act(run(&[61.0]).unwrap(), Act::Acknowledge, mark("组长")).unwrap();
        assert_eq!(act(alert.clone(), Act::Acknowledge, mark("组长")), Err(NotNow { state: AlertState::Acknowledged }));
        assert_eq!(act(alert.clone(), Act::Verify, mark("组长")), Err(NotNow { state: AlertState::Acknowledged }));
        let resolved = act(alert.clone(), Act::Resolve, mark("组长")).unwrap();
        let again = step(&rule(), Some(&resolved), Some(&seen(70.0, 720)), NOW).unwrap();
        assert_eq!((again.id, again.state, again.reopened, again.resolved), (alert.id, AlertState::Open, 1, None));
        let verified = act(resolved, Act::Verify, mark("主管")).unwrap();
        assert_eq!(verified.verified, Some(mark("主管")));
    }

    #[test]
    fn nothing_opens_in_quiet_hours_unless_it_is_critical() {
        let (late, early, morning) = (1380, 479, 480);
        let opens = |rule: &AlertRule, minute| step(rule, None, Some(&seen(90.0, minute)), NOW).is_some();
        assert_eq!([late, early, morning].map(|minute| opens(&rule(), minute)), [false, false, true]);
        let critical = AlertRule { severity: Severity::Critical, ..rule() };
        assert!(opens(&critical, late));
        let resolved =
            act(run(&[61.0]).unwrap(), Act::Resolve, Mark { by: "组长".into(), at: NOW, note: String::new() }).unwrap();
        let at_night = step(&rule(), Some(&resolved), Some(&seen(70.0, late)), NOW).unwrap();
        assert_eq!((at_night.state, at_night.occurrences), (AlertState::Resolved, 2));
    }

    #[test]
    fn silence_ends_a_gap_that_has_passed_but_not_a_figure() {
        let alert = run(&[61.0]).unwrap();
        assert_eq!(step(&rule(), Some(&alert), None, NOW), None);
        let gap = shipped().iter().find(|rule| rule.code == "coverage_gap").unwrap();
        assert_eq!(step(gap, Some(&alert), None, NOW).unwrap().state, AlertState::Resolved);
    }
}
