//! Plain enums of the domain on the wire: one word each, the same in both directions.

use chrono::Weekday;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::absence::{LeaveKind, WishKind};
use crate::domain::access::Role;
use crate::domain::agent::Post;
use crate::domain::alert::{AlertKind, AlertState, BadSide, Severity};
use crate::domain::cause::{CauseClass, CauseState};
use crate::domain::compliance::CompliancePeriod;
use crate::domain::figure::{ClockStart, Direction, FigureScale, FigureUnit};
use crate::domain::figure_day::HeldReason;
use crate::domain::follow_up::FollowUpState;
use crate::domain::labour::{Cycle, HoursSystem, PayClass, ProtectionKind, RestDays};
use crate::domain::organisation::{HolidayKind, Platform, QueueKind};
use crate::domain::planning_proposal::{PaceBasis, ProposalKind, ProposalState, QualityGate};
use crate::domain::roster::RosterStatus;
use crate::domain::rotation::{RotationChoice, RotationSource, RotationUse};
use crate::domain::run::{Phase, RunKind, RunState};
use crate::domain::service::BindingGoal;
use crate::team::summary::SummaryPeriod;

/// An enum that mirrors one of the domain; a variant that either side lacks does not compile.
macro_rules! words {
    ($($(#[$doc:meta])* $view:ident = $domain:ident { $($variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs, reason = "the domain says what each is")]
        pub enum $view {
            $($variant),+
        }

        impl From<$domain> for $view {
            fn from(value: $domain) -> Self {
                match value {
                    $($domain::$variant => Self::$variant),+
                }
            }
        }

        impl From<$view> for $domain {
            fn from(value: $view) -> Self {
                match value {
                    $($view::$variant => Self::$variant),+
                }
            }
        }
    )+};
}

words! {
    /// Where a shop sells.
    PlatformView = Platform { Taobao, Tmall, Jd, Pinduoduo, Douyin, Kuaishou, Other }

    /// What the chats of a queue are about: 售前, 售后, 技术支持, or everything in one.
    QueueKindView = QueueKind { Presale, Aftersale, Technical, General }

    /// What an agent is employed as. Supervisors and team leaders count as leaders on duty.
    PostView = Post { Supervisor, TeamLeader, PresaleAgent, AftersaleAgent, TechnicalSupport }

    /// What makes a day unlike others: 法定节假日, a weekday off in exchange (调休), a weekend day worked (补班), or a day that is
    /// observed and worked as any other.
    HolidayKindView = HolidayKind { Statutory, ShiftedRest, MakeUpWorkday, Observance }

    /// Why an agent is away: 年假, 病假, 事假, 培训, 调休, or any other reason.
    LeaveKindView = LeaveKind { Annual, Sick, Personal, Training, TimeOffInLieu, Other }

    /// Why a register of figures is held back: nobody has the name it gives, or several have it.
    HeldReasonView = HeldReason { Unknown, Ambiguous }

    /// What an agent would like on a date.
    WishKindView = WishKind { DayOff, AvoidShift, WantShift }

    /// Over what the hours of a comprehensive post are added up.
    CycleView = Cycle { Week, Month, Quarter, Year }

    /// How the hours of a post are counted: by day and week, by cycle, by an average over weeks, or not at all.
    HoursSystemView = HoursSystem { Standard, Comprehensive, Averaged, Flexible }

    /// What minutes are paid as; `time_off` is owed as such.
    PayClassView = PayClass { Regular, Overtime, RestDay, TimeOff, StatutoryHoliday }

    /// Which days are days of rest: those of the calendar, or those of the roster (轮休).
    RestDaysView = RestDays { Calendar, Rostered }

    /// Why an agent is kept from nights and overtime: 未成年工, 孕期, 哺乳期.
    ProtectionKindView = ProtectionKind { Minor, Pregnant, Nursing }

    /// A day of the week.
    WeekdayView = Weekday { Mon, Tue, Wed, Thu, Fri, Sat, Sun }

    /// What a key may be used as.
    RoleView = Role { Admin, Supervisor, Leader, Agent, Dashboard }

    /// What a run does: inquiry history → forecast → staffing requirement → draft roster.
    RunKindView = RunKind { Forecast, Staffing, Roster }

    /// How far a run is. The last three are final.
    RunStateView = RunState { Queued, Waiting, Running, Succeeded, Failed, Cancelled }

    /// What a run is busy with.
    PhaseView = Phase { Waiting, Loading, Forecasting, Sizing, Constructing, Solving, Checking, Storing }

    /// What decides the heads on seat: the goal that one head fewer would miss.
    BindingGoalView = BindingGoal { ServiceGoal, FirstReply, Replies, AverageReply, Abandonment, MaxOccupancy, MinAgents }

    /// A roster's life: draft → published → archived.
    RosterStatusView = RosterStatus { Draft, Published, Archived }

    /// Where a rotation came from: designed to fit a demand, a named pattern, or drawn by hand.
    RotationSourceView = RotationSource { Designed, Library, Drawn }

    /// How a build uses the rotation of a team: its shifts are worked and only gaps planned, or every agent's day that is another has
    /// a price.
    RotationUseView = RotationUse { Frame, Preference }

    /// What a run says of the team's rotation.
    RotationChoiceView = RotationChoice { Ignore, Frame, Preference }

    /// What an alert watches: a figure of a team, a shop's standing against its platform's rules, gaps of published rosters, or
    /// agents on shift of whom nothing was recorded.
    AlertKindView = AlertKind { Figure, Compliance, Coverage, MissingRegisters }

    /// How much an alert matters: quiet hours do not hold back what is critical.
    SeverityView = Severity { Notice, Warning, Critical }

    /// How far an alert has come: open → acknowledged → resolved → verified.
    AlertStateView = AlertState { Open, Acknowledged, Resolved, Verified }

    /// On which side of its edge a value is bad.
    BadSideView = BadSide { Above, Below }

    /// What kind of cause it is: 知识, 能力, 态度.
    CauseClassView = CauseClass { Knowledge, Ability, Attitude }

    /// How far a cause has come.
    CauseStateView = CauseState { Proposed, Confirmed, Closed }

    /// Over which days a platform judges.
    CompliancePeriodView = CompliancePeriod { CalendarMonth, Last30Days }

    /// When the clock of a speed figure starts: at the customer's first unanswered message, when the chat enters the agent's list, or
    /// when it starts.
    ClockStartView = ClockStart { FirstMessage, EntersAgentList, SessionStart }

    /// How a figure's value is to be read: a share 0-1, so much for each one counted, seconds, whole units of money, or a count.
    FigureScaleView = FigureScale { Share, Ratio, Seconds, Money, Count }

    /// Which way of a figure is better.
    DirectionView = Direction { Higher, Lower, Neither }

    /// What a figure counts.
    FigureUnitView = FigureUnit { Turn, Message, Person, Session, Order, Review, Hour }

    /// The stretch that is summed up: a local date, or Monday to Sunday.
    SummaryPeriodView = SummaryPeriod { Day, Week }

    /// How far a follow-up is.
    FollowUpStateView = FollowUpState { Open, Done }

    /// Which figure for planning was measured: an agent's proficiency on a queue, or a queue's handling time or chats at once.
    ProposalKindView = ProposalKind { Proficiency, HandlingTime, ChatsAtOnce }

    /// How far a measured figure has come; a withdrawn one was overtaken by later figures or a change by hand.
    ProposalStateView = ProposalState { Open, Accepted, Refused, Withdrawn }

    /// What the work on a reply was read from: reply times and the chats held meanwhile, or reply times alone.
    PaceBasisView = PaceBasis { ReplyWork, ReplyTimes }

    /// Whether quality allows a proficiency above 1: nothing is weak, something is, or too little was counted.
    QualityGateView = QualityGate { Passed, Weak, Unproven }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_and_the_domain_use_the_same_words() {
        for kind in [LeaveKind::Annual, LeaveKind::TimeOffInLieu] {
            let view = LeaveKindView::from(kind);
            assert_eq!(serde_json::to_value(view).unwrap(), serde_json::to_value(kind).unwrap());
            assert_eq!(LeaveKind::from(view), kind);
        }
        assert_eq!(serde_json::to_value(PlatformView::from(Platform::Jd)).unwrap(), "jd");
    }
}
