//! Follow-ups: what is to be done about a weak figure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::ids::{AgentId, FollowUpId, TeamId};

/// How far a follow-up is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpState {
    /// Something is to be done.
    #[default]
    Open,
    /// It is done, and its result is written down.
    Done,
}

/// What is to be done about a weak figure of one agent, by whom, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowUp {
    /// Identity.
    pub id: FollowUpId,
    /// Whose figure.
    pub agent_id: AgentId,
    /// The agent's team: decides who may see it.
    pub team_id: TeamId,
    /// Who sees to it.
    pub owner_id: Option<AgentId>,
    /// Code of the figure.
    pub figure_code: String,
    /// First local date of the figure.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// Chats or registers to look at.
    pub cases: Vec<String>,
    /// What is to be done.
    pub remedy: String,
    /// What came of it.
    pub result: String,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// How far it is.
    pub state: FollowUpState,
}

/// The most cases of one follow-up.
const MAX_CASES: usize = 50;
/// The longest text.
const MAX_TEXT: usize = 2_000;

impl FollowUp {
    /// Adds what is wrong with it.
    pub fn check(&self, faults: &mut Faults) {
        faults.name("/figure", &self.figure_code);
        faults.expect(self.from < self.to, "/to", "must be after from");
        faults.expect(self.cases.len() <= MAX_CASES, "/cases", format!("must be {MAX_CASES} at most"));
        for (place, case) in self.cases.iter().enumerate() {
            let fits = !case.trim().is_empty() && case.chars().count() <= MAX_TEXT;
            faults.expect(fits, format!("/cases/{place}"), format!("must be 1 to {MAX_TEXT} characters"));
        }
        for (field, text) in [("/remedy", &self.remedy), ("/result", &self.result)] {
            faults.expect(text.chars().count() <= MAX_TEXT, field, format!("must be {MAX_TEXT} characters at most"));
        }
        let is_told = self.state == FollowUpState::Open || !self.result.trim().is_empty();
        faults.expect(is_told, "/result", "must say what came of it before the follow-up is done");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follow_up_is_done_only_with_its_result() {
        let mut follow_up = FollowUp {
            id: FollowUpId::generate(),
            agent_id: AgentId::generate(),
            team_id: TeamId::generate(),
            owner_id: None,
            figure_code: "order_conversion".into(),
            from: "2026-11-01".parse().unwrap(),
            to: "2026-11-22".parse().unwrap(),
            cases: vec!["11-05 20:00".into()],
            remedy: "话术培训".into(),
            result: " ".into(),
            due_on: None,
            state: FollowUpState::Done,
        };
        let pointers = |follow_up: &FollowUp| {
            let mut faults = Faults::default();
            follow_up.check(&mut faults);
            faults.into_list().into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        assert_eq!(pointers(&follow_up), ["#/result"]);
        follow_up.result = "转化回到 38 %".into();
        assert_eq!(pointers(&follow_up), [""; 0]);
        follow_up.cases = vec![" ".into()];
        follow_up.to = follow_up.from;
        assert_eq!(pointers(&follow_up), ["#/to", "#/cases/0"]);
    }
}
