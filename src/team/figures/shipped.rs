//! The figures that come with the program.

use std::sync::LazyLock;

use super::definition::define;
use crate::domain::figure::{Figure, FigureSpec};

static SHIPPED: LazyLock<Vec<Figure>> = LazyLock::new(|| {
    let written: Vec<FigureSpec> = serde_json::from_str(include_str!("figures.json")).expect("a test reads the data file");
    written.into_iter().map(|spec| define(None, spec).expect("a test reads the data file")).collect()
});

/// The figures that come with the program.
pub fn shipped() -> &'static [Figure] {
    &SHIPPED
}

/// Those and the users' own; one with the code of a shipped figure takes its place.
pub fn with_own(own: Vec<Figure>) -> Vec<Figure> {
    let kept = shipped().iter().filter(|figure| own.iter().all(|other| other.spec.code != figure.spec.code));
    let mut figures: Vec<Figure> = kept.cloned().collect();
    figures.extend(own);
    figures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figure::Direction;
    use crate::domain::measure::Measure;

    fn figure(code: &str) -> &'static Figure {
        shipped().iter().find(|figure| figure.spec.code == code).unwrap()
    }

    #[test]
    fn every_shipped_figure_reads_and_has_a_code_of_its_own() {
        let codes: std::collections::BTreeSet<&str> = shipped().iter().map(|figure| figure.spec.code.as_str()).collect();
        assert_eq!(codes.len(), shipped().len());
        for wanted in [
            "order_conversion",
            "payment_conversion",
            "average_order_value",
            "first_reply_secs",
            "average_reply_secs",
            "answer_question_ratio",
            "slow_response_share",
            "within_30s_rate",
            "within_3min_rate",
            "satisfaction_rate",
            "good_review_rate",
            "attitude_share",
            "chats_received",
            "presale_share",
            "aftersale_share",
            "order_handling_secs",
        ] {
            assert!(codes.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn shipped_figures_give_what_a_hand_would_work_out() {
        let counts = |measure: Measure| match measure {
            Measure::Inquirers => Some(80),
            Measure::OrderedPeople => Some(20),
            Measure::PaidPeople => Some(16),
            Measure::PaidCents => Some(480_080),
            Measure::ReplyMillis => Some(90_000),
            Measure::AnsweredTurns => Some(6),
            Measure::GoodReviews => Some(40),
            Measure::NeutralReviews => Some(6),
            Measure::BadReviews => Some(4),
            Measure::AttitudeReviews => Some(1),
            _ => None,
        };
        let value = |code: &str| {
            let figure = figure(code);
            Some(figure.above.value(counts)? / figure.below.value(counts)?)
        };
        assert_eq!(value("order_conversion"), Some(0.25));
        assert_eq!(value("payment_conversion"), Some(0.8));
        assert_eq!(value("inquiry_conversion"), Some(0.2));
        assert!((value("average_order_value").unwrap() - 300.05).abs() < 1e-9);
        assert_eq!(value("average_reply_secs"), Some(15.0));
        assert_eq!(value("good_review_rate"), Some(0.8));
        assert_eq!(value("attitude_share"), Some(0.1));
        assert_eq!(value("within_30s_rate"), None);
    }

    #[test]
    fn an_own_figure_takes_the_place_of_the_shipped_one_of_its_code() {
        let mut own = figure("order_conversion").clone();
        own.spec.bands = vec![0.1];
        own.spec.direction = Direction::Neither;
        let all = with_own(vec![own.clone()]);
        assert_eq!(all.len(), shipped().len());
        assert_eq!(all.iter().filter(|figure| figure.spec.code == "order_conversion").collect::<Vec<_>>(), [&own]);
    }
}
