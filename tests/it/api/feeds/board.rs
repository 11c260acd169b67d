//! A desk with something in every feed: published weeks with their forecasts and what arrived, five weeks of counts, an alert.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use paiban::domain::calendar::{PlanningWeek, instant_at_minute, local_of, midnight, monday_of};
use paiban::domain::demand::VolumeRecord;
use paiban::domain::figure_day::{FigureDay, FigureKey, Place, Register};
use paiban::domain::ids::ShopId;
use paiban::domain::measure::Measure;
use paiban::services::alerts;
use paiban::store::figure_days::{self, Correction};
use paiban::store::volumes;
use serde_json::json;

use super::desk::{Desk, ZONE};
use crate::harness::TestApp;

/// Days of counts.
const DAYS: u64 = 35;

pub struct Board {
    pub desk: Desk,
    /// The first day with counts.
    pub from: NaiveDate,
    /// The day after the planned week.
    pub to: NaiveDate,
}

impl Board {
    pub async fn open(app: &TestApp) -> Self {
        let mut desk = Desk::open(app).await;
        // A week that has passed: what arrived in it is known.
        let monday = monday_of(local_of(ZONE, Utc::now()).date()) - Days::new(7);
        desk.week = PlanningWeek::new(monday, ZONE).unwrap();
        let to = desk.date(7);
        publish(&mut desk).await;
        let board = Self { desk, from: to - Days::new(DAYS), to };
        board.count(app).await;
        board.inquire().await;
        let afternoon = instant_at_minute(ZONE, to - Days::new(1), 14 * 60);
        alerts::check(&board.desk.store, afternoon).await.unwrap();
        board
    }

    /// Every measure of two agents: at the queue, and at a shop on Kuaishou that counts as one; and a register with two only.
    async fn count(&self, app: &TestApp) {
        let desk = &self.desk;
        let shop = json!({ "site_id": desk.site.id, "name": "快手店", "platform": "kuaishou" });
        let kuaishou = app.post("/shops", shop, 201).await.json()["id"].clone();
        app.post("/queues", json!({ "shop_id": kuaishou, "team_id": desk.team.id, "name": "快手售前" }), 201).await;
        let kuaishou = ShopId(serde_json::from_value(kuaishou).unwrap());
        let places = [
            (&desk.fang, Place { shop_id: desk.shop.id, queue_id: Some(desk.queue.id) }),
            (&desk.idle, Place { shop_id: kuaishou, queue_id: None }),
        ];
        let mut days = Vec::new();
        for (day, date) in self.from.iter_days().take(DAYS as usize).enumerate() {
            for (agent, place) in places {
                let key = FigureKey { agent_id: agent.id, date, place };
                let mut registers = vec![whole(date, day as i64)];
                if day % 5 == 0 {
                    let counts = [(Measure::Inquirers, 9), (Measure::OrderedPeople, 4)].into_iter().collect();
                    registers.push(Register { starts_at: at(date, 20), minutes: 120, counts });
                }
                days.push(FigureDay { key, team_id: desk.team.id, registers: registers.into_iter().collect() });
            }
        }
        // A day on which not all of a figure's measures were recorded counts for none of its sides.
        let counts = [(Measure::Inquirers, 50)].into_iter().collect();
        let key = FigureKey { agent_id: desk.fang.id, date: self.from, place: Place { shop_id: kuaishou, queue_id: None } };
        let lone = Register { starts_at: at(self.from, 10), minutes: 120, counts };
        days.push(FigureDay { key, team_id: desk.team.id, registers: [lone].into_iter().collect() });
        let tx = desk.store.begin().await.unwrap();
        figure_days::merge(&tx, &days, Correction { import_id: None, actor_name: "张", at: Utc::now() }).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Two quarters of an hour for each of the first day's half-hours but the first, and an hour in the night after.
    async fn inquire(&self) {
        let start = midnight(ZONE, self.desk.week.monday());
        let record = |minute: i64, minutes, inquiries| VolumeRecord {
            queue_id: self.desk.queue.id,
            starts_at: start + Duration::minutes(minute),
            minutes,
            inquiries,
            aht_secs: None,
        };
        let mut records: Vec<VolumeRecord> = (2..96).map(|quarter| record(quarter * 15, 15, quarter as f64 / 4.0)).collect();
        records.push(record(26 * 60, 60, 3.0));
        let tx = self.desk.store.begin().await.unwrap();
        volumes::upsert(&tx, &records).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The week and, Sunday's late shift reaching into it, the one after; and a draft, which is for nobody.
async fn publish(desk: &mut Desk) {
    let requirement = desk.demand(10.0, Utc::now()).await;
    let shifts = [desk.placed(&desk.fang, 0), desk.placed(&desk.idle, 0), desk.placed(&desk.fang, 6)];
    let roster = desk.draft(&desk.team, &shifts, Some(requirement)).await;
    desk.publish(roster).await;
    desk.draft(&desk.team, &[desk.placed(&desk.idle, 3)], Some(requirement)).await;
    let week = desk.week;
    desk.week = PlanningWeek::new(week.monday() + Days::new(7), ZONE).unwrap();
    let requirement = desk.demand(11.0, Utc::now()).await;
    let roster = desk.draft(&desk.team, &[desk.placed(&desk.idle, 0)], Some(requirement)).await;
    desk.publish(roster).await;
    desk.week = week;
}

fn at(date: NaiveDate, hour: u32) -> DateTime<Utc> {
    instant_at_minute(ZONE, date, hour * 60)
}

/// Half of those asked get an answer within three minutes: an alert.
fn whole(date: NaiveDate, day: i64) -> Register {
    let count = |measure: Measure| match measure {
        Measure::Within3min => 100,
        Measure::Within3minOf => 200,
        other => 40 + (other.index() as i64 * 7 + day * 3) % 23,
    };
    Register { starts_at: at(date, 10), minutes: 120, counts: Measure::ALL.into_iter().map(|one| (one, count(one))).collect() }
}
