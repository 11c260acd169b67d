//! The column maps that come with the program.
//!
//! Headers are those of exports seen in public code. Where an export gives a rate and no count to multiply it with, the nearest
//! count of the same unit stands in: people who need a human for Pinduoduo's rates, also for those of 8-23; received people for
//! its average reply time; chats for Douyin's. Sums over days are then weighted by those counts.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::figure_map::FigureMap;
use crate::domain::organisation::Platform;

/// A map that comes with the program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ShippedMap {
    /// Display name; requests name it by this.
    pub name: String,
    /// Whose exports it reads.
    pub platform: Platform,
    /// The map.
    pub columns: FigureMap,
}

static SHIPPED: LazyLock<Vec<ShippedMap>> =
    LazyLock::new(|| serde_json::from_str(include_str!("figure_maps.json")).expect("a test reads the data file"));

/// The maps that come with the program.
pub fn shipped_maps() -> &'static [ShippedMap] {
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use chrono_tz::Tz;

    use super::super::{FigureContext, Limits, PlaceBook, PlaceEntry, ReadFigures, read_figures};
    use super::*;
    use crate::domain::fault::Faults;
    use crate::domain::figure_day::Place;
    use crate::domain::ids::ShopId;
    use crate::domain::measure::Measure;

    fn read(text: &str, map: &FigureMap) -> ReadFigures {
        let place = PlaceEntry { place: Place { shop_id: ShopId::generate(), queue_id: None }, zone: Tz::Asia__Shanghai };
        let places = PlaceBook::new([("旗舰店".to_owned(), place)]);
        let now = "2026-11-22T08:30:00Z".parse().unwrap();
        let context =
            FigureContext { places: &places, fixed_place: Some(place), fixed_date: None, now, limits: Limits::default() };
        read_figures(Cursor::new(text), map, context).unwrap()
    }

    #[test]
    fn shipped_maps_hold_together() {
        for map in shipped_maps() {
            let mut faults = Faults::default();
            map.columns.check(&mut faults);
            assert_eq!(faults.into_list(), [], "{}", map.name);
        }
    }

    #[test]
    fn an_export_of_pinduoduo_is_read_by_its_own_headers() {
        let text = "客服昵称,日期,咨询人数,需要人工回复的咨询人数,人工接待人数,询单人数,最终成团人数,询单流失人数,询单转化率,客服销售额,\
                    3分钟未回复人数,3分钟人工回复率(8-23点),30秒应答率（全天）,平均人工响应时长(分钟),评分≤3订单数\n\
                    小芳,2026-11-21,120,80,78,40,10,30,25%,1999.50,4,95%,87.5%,0.5,2\n小李,2026-11-21,0,0,0,0,0,0,-,0,0,-,-,-,0\n";
        let read = read(text, &shipped_maps()[0].columns);
        assert_eq!((read.faults, read.unread), (vec![], vec!["询单转化率".to_owned()]));
        let row = &read.rows[0];
        assert_eq!((row.agent.as_ref(), row.date.to_string(), row.minutes), ("小芳", "2026-11-21".to_owned(), 1440));
        let count = |measure| row.counts.get(measure);
        assert_eq!((count(Measure::Within3min), count(Measure::Within3minOf)), (Some(76), Some(80)));
        assert_eq!((count(Measure::WindowWithin3min), count(Measure::Within30s)), (Some(76), Some(70)));
        assert_eq!((count(Measure::ReplyMillis), count(Measure::PaidCents)), (Some(78 * 30_000), Some(199_950)));
        assert_eq!((count(Measure::OrderedPeople), read.rows[1].counts.get(Measure::Within30s)), (None, None));
    }

    #[test]
    fn an_export_of_douyin_is_read_by_its_own_headers() {
        let text = "客服,日期,人工已接待人数,人工已接待会话量,不满意率,3分钟人工回复率(会话),首次响应时长(秒),平均响应时长(秒),满意率,评价量,客服销售额\n\
                    小芳,2026-11-21,95,100,5%,98%,8.5,20,90%,20,88.8\n";
        let read = read(text, &shipped_maps()[1].columns);
        assert_eq!(read.faults, []);
        let count = |measure| read.rows[0].counts.get(measure);
        assert_eq!((count(Measure::Within3min), count(Measure::FirstReplyMillis)), (Some(98), Some(850_000)));
        assert_eq!((count(Measure::Satisfied), count(Measure::Dissatisfied)), (Some(18), Some(1)));
    }

    #[test]
    fn every_bad_cell_is_told_with_what_to_do_and_the_other_rows_are_kept() {
        let text = "客服,开始时间,咨询人数,应答人数,询单人数\n\
                    小芳,2026-11-21 08:00,10,11,3\n\
                    小芳,2026-11-21 10:00,-5,0,x\n\
                    小芳,2026-11-23 08:00,1,1,1\n\
                    小芳,2026-11-21T12:00:00+08:00,1,1,1\n\
                    ,2026-11-21 14:00,1,1,1\n\
                    小芳,2026-11-21 16:00,7,7,2\n\
                    小芳,2026-11-21 18:00,7,6,2\n";
        let read = read(text, &FigureMap::default());
        let faults: Vec<String> = read.faults.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(faults.join("\n"), @"
        row 2, 应答人数: “11” is more than asked_people, of which it is a part; correct one of the two
        row 3, 咨询人数: “-5” is negative; volumes are 0 or more
        row 3, 询单人数: “x” is not a number; write it like 1234 or 1234.5
        row 4, 开始时间: “2026-11-23 08:00” lies in the future; figures are of what has been, so correct the date
        row 5, 开始时间: “2026-11-21T04:00:00+00:00” gives an offset from UTC while most rows do not; write all times alike
        row 6, 客服: “” is empty; fill it in (a volume of none is 0)
        ");
        let starts: Vec<String> = read.rows.iter().map(|row| row.starts_at.to_rfc3339()).collect();
        assert_eq!(starts, ["2026-11-21T08:00:00+00:00", "2026-11-21T10:00:00+00:00"]);
    }
}
