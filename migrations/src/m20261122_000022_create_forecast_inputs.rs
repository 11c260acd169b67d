//! What planners tell the forecast: promotions, overrules of history, borrowed profiles, planned figures, and adjustments.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, double, json_binary, string, timestamp_with_time_zone, uuid, uuid_null};

use crate::table::{drop_tables, editable, index, key, refers, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [promotions(), history_overrules(), adjustments(), borrowed_profiles(), plan_figures()] {
            manager.create_table(table).await?;
        }
        manager.create_index(index("promotions", &["team_id"])).await?;
        manager.create_index(index("promotions", &["queue_id"])).await?;
        manager.create_index(index("history_overrules", &["queue_id"])).await?;
        manager.create_index(index("adjustments", &["queue_id", "starts_at"])).await?;
        manager.create_index(index("borrowed_profiles", &["queue_id"])).await?;
        manager.create_index(index("borrowed_profiles", &["from_queue_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = ["plan_figures", "borrowed_profiles", "adjustments", "history_overrules", "promotions"];
        drop_tables(manager, &tables).await
    }
}

fn promotions() -> TableCreateStatement {
    editable("promotions")
        .col(uuid("team_id"))
        .col(uuid_null("queue_id"))
        .col(string("name"))
        .col(string("kind"))
        .col(json_binary("phases"))
        .foreign_key(&mut refers("promotions", "team_id", "teams"))
        .foreign_key(&mut refers("promotions", "queue_id", "queues"))
        .take()
}

/// A stretch of a queue with a reason and an author.
fn of_queue(name: &'static str) -> TableCreateStatement {
    editable(name)
        .col(uuid("queue_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(string("reason"))
        .col(string("author"))
        .foreign_key(&mut refers(name, "queue_id", "queues"))
        .take()
}

fn history_overrules() -> TableCreateStatement {
    of_queue("history_overrules").col(string("verdict")).take()
}

fn adjustments() -> TableCreateStatement {
    of_queue("adjustments").col(json_binary("change")).take()
}

fn borrowed_profiles() -> TableCreateStatement {
    editable("borrowed_profiles")
        .col(uuid("queue_id"))
        .col(uuid("from_queue_id"))
        .col(double("weekly_inquiries"))
        .foreign_key(&mut refers("borrowed_profiles", "queue_id", "queues"))
        .foreign_key(&mut refers("borrowed_profiles", "from_queue_id", "queues"))
        .take()
}

fn plan_figures() -> TableCreateStatement {
    table("plan_figures")
        .col(uuid("queue_id"))
        .col(date("date"))
        .col(double("figure"))
        .foreign_key(&mut refers("plan_figures", "queue_id", "queues"))
        .primary_key(&mut key(&["queue_id", "date"]))
        .take()
}
