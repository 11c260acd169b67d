//! A summary as text for a group chat: short lines, no tables, which chats do not show.

use super::words::Language;
use crate::team::summary::{Summary, SummaryPeriod};

/// Markdown in the language wanted.
pub fn markdown(summary: &Summary, language: Language) -> String {
    let words = Words { is_chinese: language == Language::Zh };
    let mut lines = vec![format!("**{}**", title(summary, language)), String::new()];
    let mut say = |zh: &str, en: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            lines.push(format!("- {}{}{value}", words.of(zh, en), words.of("：", ": ")));
        }
    };
    let percent = |share: Option<f64>| share.map(|share| format!("{:.1} %", share * 100.0));
    say("接待量", "Chats received", summary.received.map(|chats| format!("{chats:.0}")));
    say("售前占比", "Presale", percent(summary.presale_share));
    say("售后占比", "Aftersale", percent(summary.aftersale_share));
    say("繁忙时段", "Busy hours", Some(hours(&summary.busy_hours, &words)));
    say("空闲时段", "Quiet hours", Some(hours(&summary.quiet_hours, &words)));
    say("下单转化率", "Order conversion", percent(summary.conversion));
    say("平均响应", "Average reply", summary.average_reply_secs.map(|secs| format!("{secs:.1} s")));
    say("3分钟人工回复率", "3-minute rate", percent(summary.within_3min_rate));
    say("满意率", "Satisfaction", percent(summary.satisfaction_rate));
    let tail =
        summary.tail.iter().map(|agent| format!("{} {:.1} % (n={:.0})", plain(&agent.name), agent.value * 100.0, agent.of));
    say("需跟进", "To follow up", Some(tail.collect::<Vec<_>>().join(words.of("；", "; "))));
    let hard = summary.hard_queues.iter().map(|queue| format!("{} {:.0} s", plain(&queue.name), queue.value));
    say("难题集中", "Hard questions in", Some(hard.collect::<Vec<_>>().join(words.of("；", "; "))));
    say("排班覆盖", "Coverage kept", percent(summary.coverage_kept));
    if lines.len() == 2 {
        lines.push(words.of("没有数据。", "Nothing was recorded.").to_owned());
    }
    lines.join("\n") + "\n"
}

/// What it is of: `一组 日报 2026-11-22`.
pub(super) fn title(summary: &Summary, language: Language) -> String {
    let words = Words { is_chinese: language == Language::Zh };
    let team = plain(&summary.team);
    match summary.period {
        SummaryPeriod::Day => format!("{team} {} {}", words.of("日报", "daily summary"), summary.from),
        SummaryPeriod::Week => {
            format!("{team} {} {} – {}", words.of("周报", "weekly summary"), summary.from, summary.until.format("%m-%d"))
        }
    }
}

struct Words {
    is_chinese: bool,
}

impl Words {
    fn of<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.is_chinese { zh } else { en }
    }
}

fn hours(hours: &[u32], words: &Words) -> String {
    let named = hours.iter().map(|hour| format!("{hour:02}:00–{:02}:00", hour + 1));
    named.collect::<Vec<_>>().join(words.of("、", ", "))
}

/// A name without what Markdown takes for marks: one in a chat message must not become bold, a link or another line.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars().filter(|letter| !letter.is_control()) {
        if r"\`*_[]()#<>|~!@".contains(letter) {
            plain.push('\\');
        }
        plain.push(letter);
    }
    plain
}

#[cfg(test)]
pub(super) mod examples {
    use super::*;
    use crate::domain::ids::{AgentId, QueueId, TeamId};
    use crate::team::summary::Named;

    /// A day of which everything was recorded.
    pub fn day() -> Summary {
        let nil = uuid::Uuid::nil();
        let date = "2026-11-22".parse().unwrap();
        let mut by_hour = vec![0.0; 24];
        (by_hour[9], by_hour[10], by_hour[20]) = (40.0, 20.0, 90.0);
        Summary {
            team_id: TeamId(nil),
            team: "一组".into(),
            period: SummaryPeriod::Day,
            from: date,
            until: date,
            received: Some(150.0),
            presale_share: Some(0.7),
            aftersale_share: Some(0.3),
            conversion: Some(0.423),
            average_reply_secs: Some(21.25),
            within_3min_rate: Some(0.987),
            satisfaction_rate: None,
            by_hour,
            busy_hours: vec![20, 9, 10],
            quiet_hours: vec![10, 9, 20],
            tail: vec![Named { id: AgentId(nil), name: "小*王".into(), value: 0.1, of: 50.0 }],
            hard_queues: vec![Named { id: QueueId(nil), name: "售后".into(), value: 430.0, of: 100.0 }],
            coverage_kept: Some(0.965),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_in_short_lines_in_either_language() {
        let zh = markdown(&examples::day(), Language::Zh);
        let lines: Vec<&str> = zh.lines().collect();
        assert_eq!(lines[0], "**一组 日报 2026-11-22**");
        assert!(lines.contains(&"- 接待量：150") && lines.contains(&"- 繁忙时段：20:00–21:00、09:00–10:00、10:00–11:00"), "{zh}");
        assert!(lines.contains(&r"- 需跟进：小\*王 10.0 % (n=50)") && lines.contains(&"- 难题集中：售后 430 s"), "{zh}");
        assert!(!zh.contains("满意率"), "what was not recorded is not told: {zh}");
        let en = markdown(&examples::day(), Language::En);
        assert!(
            en.contains("- Order conversion: 42.3 %\n- Average reply: 21.2 s\n") && en.contains("- Coverage kept: 96.5 %"),
            "{en}"
        );
    }

    #[test]
    fn a_week_without_anything_says_so() {
        let date = "2026-11-16".parse().unwrap();
        let empty = Summary {
            period: SummaryPeriod::Week,
            from: date,
            until: "2026-11-22".parse().unwrap(),
            received: None,
            presale_share: None,
            aftersale_share: None,
            conversion: None,
            average_reply_secs: None,
            within_3min_rate: None,
            by_hour: vec![],
            busy_hours: vec![],
            quiet_hours: vec![],
            tail: vec![],
            hard_queues: vec![],
            coverage_kept: None,
            ..examples::day()
        };
        let said = markdown(&empty, Language::En);
        assert_eq!(said, "**一组 weekly summary 2026-11-16 – 11-22**\n\nNothing was recorded.\n");
    }
}
