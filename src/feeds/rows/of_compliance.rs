//! Rows of platform compliance, with a sentence that a person can act on.

use chrono::NaiveDate;

use super::ComplianceRow;
use crate::domain::compliance::{ComplianceRule, Target};
use crate::domain::figure::FigureUnit;
use crate::domain::ids::TeamId;
use crate::domain::organisation::Shop;
use crate::team::compliance::{Distance, Projection, Standing, Step};

/// Where a shop stands against one rule.
pub fn compliance_row(shop: &Shop, team_id: TeamId, rule: &ComplianceRule, on: NaiveDate, standing: &Standing) -> ComplianceRow {
    let projected = |read: fn(&Projection) -> Option<f64>| standing.projection.as_ref().and_then(read);
    let words = standing.distance.map(|distance| (in_words(rule, distance, true), in_words(rule, distance, false)));
    let (distance_zh, distance_en) = words.unzip();
    ComplianceRow {
        shop_id: shop.id,
        shop: shop.name.clone(),
        platform: shop.platform,
        team_id,
        rule: rule.code.clone(),
        name_zh: rule.name_zh.clone(),
        name_en: rule.name_en.clone(),
        on,
        from: standing.from,
        until: standing.until,
        counted: standing.tally.above,
        of: standing.tally.below,
        value: standing.value,
        target: rule.target.map(Target::get),
        is_met: standing.is_met,
        distance_kind: standing.distance.map(|distance| distance.step.into()),
        distance: standing.distance.and_then(|distance| distance.count),
        distance_zh,
        distance_en,
        expected_rest: projected(|end| Some(end.expected)),
        projected_value: projected(|end| Some(end.value)),
        needed_rate_of_rest: projected(|end| end.needed_rate),
        outlook: standing.projection.as_ref().and_then(|end| end.outlook).map(Into::into),
        needs_confirmation: rule.needs_confirmation,
        source: rule.source.clone(),
    }
}

/// The distance as one says it: “23 more good reviews”, “4 attitude complaints left”.
fn in_words(rule: &ComplianceRule, distance: Distance, is_chinese: bool) -> String {
    let Some(count) = distance.count else {
        return (if is_chinese { "没有数量能改变结果" } else { "no number changes it" }).to_owned();
    };
    let (good, miss, bad) = nouns(rule, is_chinese);
    match (distance.step, is_chinese) {
        (Step::GoodNeeded, true) => format!("还需 {count} {good}"),
        (Step::GoodNeeded, false) => format!("{count} more {good}"),
        (Step::MissesLeft, true) => format!("还可承受 {count} {miss}"),
        (Step::MissesLeft, false) => format!("{count} {miss} left"),
        (Step::BadLeft, true) => format!("还剩 {count} {bad}的余量"),
        (Step::BadLeft, false) => format!("{count} {bad} left"),
        (Step::BadToTurn, true) => format!("需挽回 {count} {bad}"),
        (Step::BadToTurn, false) => format!("{count} {bad} to turn"),
    }
}

/// What is good, what misses, and what is bad under a rule.
fn nouns(rule: &ComplianceRule, is_chinese: bool) -> (&'static str, &'static str, &'static str) {
    match (rule.figure.as_str(), rule.unit, is_chinese) {
        ("attitude_share", _, true) => ("条其他评价", "条态度差评", "条服务态度差的中差评"),
        ("attitude_share", _, false) => ("other reviews", "attitude complaints", "attitude complaints"),
        (_, FigureUnit::Review, true) => ("条好评", "条中差评", "条差评"),
        (_, FigureUnit::Review, false) => ("good reviews", "neutral or bad reviews", "bad reviews"),
        (_, FigureUnit::Person, true) => ("位及时应答的顾客", "位未及时应答的顾客", "位未及时应答的顾客"),
        (_, FigureUnit::Person, false) => ("people answered in time", "people answered late", "people answered late"),
        (_, FigureUnit::Session, true) => ("个及时应答的会话", "个未及时应答的会话", "个未及时应答的会话"),
        (_, FigureUnit::Session, false) => ("chats answered in time", "chats answered late", "chats answered late"),
        (_, _, true) => ("次及时回复", "次未及时回复", "次未及时回复"),
        (_, _, false) => ("replies in time", "late replies", "late replies"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figure::Tally;
    use crate::domain::ids::{ShopId, SiteId};
    use crate::domain::organisation::Platform;
    use crate::feeds::rows::FlatRow;
    use crate::team::compliance::{DayCount, shipped, stand};

    fn row(code: &str, above: f64, below: f64) -> ComplianceRow {
        let nil = uuid::Uuid::nil();
        let shop = Shop { id: ShopId(nil), site_id: SiteId(nil), name: "旗舰店".into(), platform: Platform::Kuaishou };
        let rule = shipped().iter().find(|rule| rule.code == code).unwrap();
        let date: NaiveDate = "2026-11-20".parse().unwrap();
        let standing = stand(rule, date, &[DayCount { date, tally: Tally { above, below } }]);
        compliance_row(&shop, TeamId(nil), rule, date, &standing)
    }

    #[test]
    fn a_distance_is_said_in_plain_units_in_both_languages() {
        let said = |row: ComplianceRow| (row.distance_en.unwrap(), row.distance_zh.unwrap());
        let both = |en: &str, zh: &str| (en.to_owned(), zh.to_owned());
        assert_eq!(said(row("kuaishou_good_review_rate", 157.0, 202.0)), both("23 more good reviews", "还需 23 条好评"));
        assert_eq!(
            said(row("kuaishou_attitude_share", 2.0, 100.0)),
            both("4 attitude complaints left", "还剩 4 条服务态度差的中差评的余量")
        );
        assert_eq!(
            said(row("kuaishou_3min_reply", 80.0, 100.0)),
            both("14 people answered late left", "还可承受 14 位未及时应答的顾客")
        );
        let unlimited = row("pinduoduo_3min_reply", 80.0, 100.0);
        assert_eq!((unlimited.value, unlimited.target, unlimited.distance_en), (Some(0.8), None, None));
    }

    #[test]
    fn the_columns_are_the_fields() {
        let value = serde_json::to_value(row("kuaishou_attitude_share", 2.0, 100.0)).unwrap();
        assert_eq!(value.as_object().unwrap().len(), ComplianceRow::COLUMNS.len());
    }
}
