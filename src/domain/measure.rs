//! Measures: what is counted of an agent's work. Every team figure is a share or an average of these sums.
//!
//! A rate is never stored: its numerator and its denominator are two measures, so that a day, a team or a month has the rate
//! of all its chats and not the mean of unequal rates. Money is in cents and time in milliseconds, so that sums are exact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident $code:literal $zh:literal,)+) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Measure {
            $($(#[$doc])* $name,)+
        }

        impl Measure {
            /// Every measure, in the order of the columns that keep their sums.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$name),+];

            /// Its name in files, formulas, columns and answers.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Its name in Chinese.
            pub fn chinese(self) -> &'static str {
                match self { $(Self::$name => $zh,)+ }
            }
        }
    };
}

measures! {
    /// People who asked.
    AskedPeople "asked_people" "咨询人数",
    /// People of those whom a human answered.
    AnsweredPeople "answered_people" "应答人数",
    /// People of those whom the robot could not serve alone.
    HumanNeededPeople "human_needed_people" "需要人工回复的咨询人数",
    /// People whom the agent received.
    ReceivedPeople "received_people" "人工接待人数",
    /// Chats that the agent received.
    Sessions "sessions" "会话量",
    /// How long those chats lasted.
    SessionMillis "session_millis" "会话总时长(毫秒)",
    /// Time at the seat, ready for chats.
    OnlineMillis "online_millis" "在线时长(毫秒)",
    /// Messages of customers.
    CustomerMessages "customer_messages" "买家消息数",
    /// Messages of the agent.
    AgentMessages "agent_messages" "客服消息数",
    /// Turns: from a customer's first unanswered message to the reply, repeated messages being one.
    Turns "turns" "回复轮次",
    /// Turns that were answered.
    AnsweredTurns "answered_turns" "已回复轮次",
    /// Waiting time of the answered turns.
    ReplyMillis "reply_millis" "回复总时长(毫秒)",
    /// Chats with a first reply.
    FirstReplies "first_replies" "首次回复数",
    /// Waiting time before those.
    FirstReplyMillis "first_reply_millis" "首次响应总时长(毫秒)",
    /// Turns answered slowly, by the platform's or the team's own limit.
    SlowResponses "slow_responses" "慢响应次数",
    /// Answered within 30 s, of `within_30s_of`, all day.
    Within30s "within_30s" "30秒内应答数",
    /// What the 30-second rate counts.
    Within30sOf "within_30s_of" "30秒应答基数",
    /// Answered within 3 minutes, of `within_3min_of`, all day.
    Within3min "within_3min" "3分钟内回复数",
    /// What the 3-minute rate counts.
    Within3minOf "within_3min_of" "3分钟回复基数",
    /// Answered within 30 s inside the platform's window, 8-23 on Pinduoduo.
    WindowWithin30s "window_within_30s" "30秒内应答数(考核时段)",
    /// What that rate counts.
    WindowWithin30sOf "window_within_30s_of" "30秒应答基数(考核时段)",
    /// Answered within 3 minutes inside the platform's window.
    WindowWithin3min "window_within_3min" "3分钟内回复数(考核时段)",
    /// What that rate counts.
    WindowWithin3minOf "window_within_3min_of" "3分钟回复基数(考核时段)",
    /// People who asked before an order.
    Inquirers "inquirers" "询单人数",
    /// People of those who ordered.
    OrderedPeople "ordered_people" "下单人数",
    /// People of those who paid.
    PaidPeople "paid_people" "付款人数",
    /// People who asked and did not buy.
    LostInquirers "lost_inquirers" "询单流失人数",
    /// Paid orders.
    PaidOrders "paid_orders" "付款订单数",
    /// Worth of what was ordered, cents.
    OrderedCents "ordered_cents" "下单金额(分)",
    /// Worth of what was paid, cents.
    PaidCents "paid_cents" "客服销售额(分)",
    /// Customers who called themselves satisfied.
    Satisfied "satisfied" "满意数",
    /// Customers who called themselves dissatisfied.
    Dissatisfied "dissatisfied" "不满意数",
    /// Customers who said how satisfied they are.
    SatisfactionRatings "satisfaction_ratings" "满意度评价数",
    /// Good reviews of the service: 满意.
    GoodReviews "good_reviews" "好评数",
    /// Neutral ones: 一般.
    NeutralReviews "neutral_reviews" "中评数",
    /// Bad ones: 失望.
    BadReviews "bad_reviews" "差评数",
    /// Neutral and bad ones that name the agent's attitude as the reason.
    AttitudeReviews "attitude_reviews" "服务态度差中差评数",
    /// Orders that were scored.
    RatedOrders "rated_orders" "评分订单数",
    /// Orders scored 3 or less.
    LowScoreOrders "low_score_orders" "评分≤3订单数",
    /// Refunds after a dispute.
    DisputeRefunds "dispute_refunds" "纠纷退款数",
    /// Complaints.
    Complaints "complaints" "投诉数",
    /// Chats before an order.
    PresaleChats "presale_chats" "售前会话量",
    /// Chats after an order.
    AftersaleChats "aftersale_chats" "售后会话量",
    /// Orders handled: changed, checked, refunded.
    HandledOrders "handled_orders" "处理订单数",
    /// Time spent on those.
    HandlingMillis "handling_millis" "订单处理总时长(毫秒)",
}

impl Measure {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its place in [`Measure::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether it is time, in milliseconds.
    pub fn is_time(self) -> bool {
        self.code().ends_with("_millis")
    }

    /// Whether it is money, in cents.
    pub fn is_money(self) -> bool {
        self.code().ends_with("_cents")
    }

    /// What it is a part of, where it is one: more of it than of the whole is impossible.
    pub fn whole(self) -> Option<Self> {
        Some(match self {
            Self::AnsweredPeople | Self::HumanNeededPeople => Self::AskedPeople,
            Self::AnsweredTurns | Self::SlowResponses => Self::Turns,
            Self::FirstReplies => Self::Sessions,
            Self::Within30s => Self::Within30sOf,
            Self::Within3min => Self::Within3minOf,
            Self::WindowWithin30s => Self::WindowWithin30sOf,
            Self::WindowWithin3min => Self::WindowWithin3minOf,
            Self::OrderedPeople | Self::LostInquirers => Self::Inquirers,
            Self::PaidPeople => Self::OrderedPeople,
            Self::Satisfied | Self::Dissatisfied => Self::SatisfactionRatings,
            Self::LowScoreOrders => Self::RatedOrders,
            _ => return None,
        })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// No measure has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a measure; GET /api/v1/figure-measures lists them")]
pub struct UnknownMeasure(pub String);

impl FromStr for Measure {
    type Err = UnknownMeasure;

    fn from_str(code: &str) -> Result<Self, UnknownMeasure> {
        Self::ALL.into_iter().find(|measure| measure.code() == code).ok_or_else(|| UnknownMeasure(code.to_owned()))
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_is_found_by_its_code_and_knows_its_place() {
        for (place, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!((measure.index(), measure.code().parse()), (place, Ok(measure)));
        }
        let fault = "rate".parse::<Measure>().unwrap_err().to_string();
        assert_eq!(fault, "“rate” is not a measure; GET /api/v1/figure-measures lists them");
    }

    #[test]
    fn codes_and_words_are_unique() {
        let codes: std::collections::BTreeSet<_> = Measure::ALL.iter().map(|measure| measure.code()).collect();
        let words: std::collections::BTreeSet<_> = Measure::ALL.iter().map(|measure| measure.chinese()).collect();
        assert_eq!((codes.len(), words.len()), (Measure::COUNT, Measure::COUNT));
    }
}
