//! What the reply goals say about chats held at once: goals that nobody can meet, and the most chats that still meet them.

use super::turn::TurnLayer;
use crate::domain::quantity::Concurrency;
use crate::domain::service::ReplyGoals;

/// Every goal that an agent with a single chat and no queue before it would still miss, in words.
pub(super) fn unreachable(turns: &TurnLayer, goals: &ReplyGoals, patience_secs: Option<f64>) -> Vec<String> {
    let mut found = Vec::new();
    let work = turns.reply_work_secs(1);
    for (what, goal) in [("first replies", goals.first_reply), ("replies", goals.replies)] {
        let Some(goal) = goal else { continue };
        let best = turns.replied_within(1, goal.threshold_secs.into());
        if best < goal.target.get() {
            found.push(format!(
                "{:.1} % of {what} within {} s cannot be reached: with {work:.0} s of work on a reply, an agent who holds a single \
                 chat reaches {:.1} %; lower the target or allow more seconds",
                goal.target.get() * 100.0,
                goal.threshold_secs,
                best * 100.0
            ));
        }
    }
    if let Some(secs) = goals.average_reply_secs
        && secs < work * (1.0 + 1e-9)
    {
        found.push(format!("replies cannot take {secs} s on average where the work on one is {work:.0} s; allow more seconds"));
    }
    if goals.max_abandonment.is_some() && patience_secs.is_none() {
        found.push("a limit on abandonment needs patience_secs: without it nobody leaves".to_owned());
    }
    found
}

/// The most chats at once with which an agent who always holds that many still meets every reply goal; at least 1, and
/// `None` where no reply goal is set.
pub fn highest_concurrency(turns: &TurnLayer, goals: &ReplyGoals) -> Option<Concurrency> {
    if goals.first_reply.is_none() && goals.replies.is_none() && goals.average_reply_secs.is_none() {
        return None;
    }
    let meets = |chats: &u8| {
        let chats = usize::from(*chats);
        let in_time = [goals.first_reply, goals.replies].into_iter().flatten();
        let mut in_time = in_time.map(|goal| turns.replied_within(chats, goal.threshold_secs.into()) >= goal.target.get());
        in_time.all(|meets| meets) && goals.average_reply_secs.is_none_or(|secs| turns.mean_reply_secs(chats) <= secs)
    };
    let most = (1..=Concurrency::MAX).take_while(meets).last().unwrap_or(1);
    Some(Concurrency::new(most).expect("within the range it was taken from"))
}
