//! What the demo says at the end: tables for people, or one JSON object for programs.

use serde_json::{Value, json};

use super::outcome::Outcome;
use super::tables::{coverage_table, covered_share, roster_table};
use crate::domain::roster::RosterScore;
use crate::services::rosters::{CoverageTotals, GapExplanation};

/// Gaps that are told; the roster's JSON has them all.
const GAPS_TOLD: usize = 5;

/// Everything that is told.
pub struct Report {
    /// From the start of the command to the published roster.
    pub seconds: f64,
    /// Where chance began; `None` when the database held the demo already.
    pub seed: Option<u64>,
    /// Where the service answers, if it does.
    pub address: Option<String>,
    /// A fresh key of role admin.
    pub key: String,
    pub outcome: Outcome,
}

impl Report {
    /// One JSON object.
    pub fn json(&self) -> Value {
        let Outcome { roster, context, coverage, accuracy, violations, gaps } = &self.outcome;
        let queues: Vec<Value> = coverage.iter().map(|(name, totals)| queue_json(name, *totals)).collect();
        let totals = self.outcome.totals();
        let score = roster.score.as_ref();
        json!({
            "seconds": self.seconds,
            "seed": self.seed,
            "week": roster.week.monday(),
            "team_id": roster.team_id,
            "roster": {
                "id": roster.id,
                "assignments": context.assignments.len(),
                "gaps": gaps.len(),
                "cost": score.map(|score| score.cost),
                "bound": score.map(|score| score.bound),
                "gap": score.map(|score| score.gap),
                "by_rule": score.map(|score| &score.by_rule),
                "solver_seconds": score.map(|score| score.seconds),
                "violations": violations,
            },
            "coverage": {
                "required_agent_minutes": totals.required_agent_minutes,
                "short_agent_minutes": totals.short_agent_minutes,
                "queues": queues,
            },
            "forecast": accuracy,
            "api": { "docs": self.docs(), "key": self.key },
        })
    }

    /// Tables and figures.
    pub fn text(&self) -> String {
        let outcome = &self.outcome;
        let share = |figure: Option<f64>| figure.map_or("unknown".into(), |figure| format!("{:.1} %", figure * 100.0));
        let mut lines = vec![
            format!("\nPublished roster of the week of {}", outcome.roster.week.monday()),
            roster_table(&outcome.context.input, &outcome.context.assignments).to_string(),
            coverage_table(&outcome.coverage, outcome.totals()).to_string(),
        ];
        lines.extend(gap_lines(&outcome.gaps));
        if let Some(score) = &outcome.roster.score {
            lines.push(score_line(score));
        }
        lines.push(format!("Hard rules broken: {}", outcome.violations.len()));
        let accuracy = outcome.accuracy;
        lines.push(format!(
            "Forecast error (WAPE) on held-back weeks: {}; the mean of the last four same weekdays: {}",
            share(accuracy.wape),
            share(accuracy.wape_mean4)
        ));
        lines.push(format!("Published {:.1} s after the start", self.seconds));
        if let Some(docs) = self.docs() {
            lines.push(format!("API docs  {docs}"));
        }
        lines.push(format!("API key   {}  (role admin, 30 days; every start issues another)", self.key));
        lines.join("\n")
    }

    fn docs(&self) -> Option<String> {
        self.address.as_ref().map(|address| format!("{address}/docs/"))
    }
}

fn score_line(score: &RosterScore) -> String {
    let rules: Vec<String> = score.by_rule.iter().map(|rule| format!("{} {:.1}", rule.rule.as_str(), rule.cost)).collect();
    format!(
        "Cost {:.1}, proven bound {:.1}, gap {:.2} %, solved in {:.1} s ({})",
        score.cost,
        score.bound,
        score.gap * 100.0,
        score.seconds,
        rules.join(", ")
    )
}

/// The gravest gaps in words.
fn gap_lines(gaps: &[GapExplanation]) -> Vec<String> {
    let agent_minutes = |gap: &GapExplanation| gap.short * gap.span.minutes() as f64;
    let mut gravest: Vec<&GapExplanation> = gaps.iter().collect();
    gravest.sort_by(|one, other| agent_minutes(other).total_cmp(&agent_minutes(one)));
    let told = gravest.iter().take(GAPS_TOLD).map(|gap| format!("  {}", gap.text));
    let count = gaps.len();
    let heading = (count > 0).then(|| format!("Short in {count} stretches; the {} gravest:", count.min(GAPS_TOLD)));
    heading.into_iter().chain(told).collect()
}

fn queue_json(name: &str, totals: CoverageTotals) -> Value {
    json!({
        "queue": name,
        "required_agent_minutes": totals.required_agent_minutes,
        "short_agent_minutes": totals.short_agent_minutes,
        "covered_share": covered_share(totals),
    })
}
