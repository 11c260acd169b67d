//! Team figures: what was counted of each agent's days, what was corrected of them, what is held back, and how files are read.
//!
//! A day is one row: its registers in one JSON, and beside them their sums, measure by measure, so that a shop's month is one
//! SUM. Eight registers as eight rows would be eight times the rows for every read and import, and no read wants one alone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, date, json_binary, pk_uuid, string, text, timestamp_with_time_zone, uuid, uuid_null,
};

use crate::table::{drop_tables, editable, index, key, refers, table, unique};

/// The measures of the time this table was made; later ones are columns added by later changes.
const MEASURES: [&str; 45] = [
    "asked_people",
    "answered_people",
    "human_needed_people",
    "received_people",
    "sessions",
    "session_millis",
    "online_millis",
    "customer_messages",
    "agent_messages",
    "turns",
    "answered_turns",
    "reply_millis",
    "first_replies",
    "first_reply_millis",
    "slow_responses",
    "within_30s",
    "within_30s_of",
    "within_3min",
    "within_3min_of",
    "window_within_30s",
    "window_within_30s_of",
    "window_within_3min",
    "window_within_3min_of",
    "inquirers",
    "ordered_people",
    "paid_people",
    "lost_inquirers",
    "paid_orders",
    "ordered_cents",
    "paid_cents",
    "satisfied",
    "dissatisfied",
    "satisfaction_ratings",
    "good_reviews",
    "neutral_reviews",
    "bad_reviews",
    "attitude_reviews",
    "rated_orders",
    "low_score_orders",
    "dispute_refunds",
    "complaints",
    "presale_chats",
    "aftersale_chats",
    "handled_orders",
    "handling_millis",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables =
            [figure_imports(), figure_days(), figure_corrections(), held_figures(), agent_aliases(), figures(), figure_maps()];
        for table in tables {
            manager.create_table(table).await?;
        }
        manager.create_index(index("figure_imports", &["file_sha256"])).await?;
        manager.create_index(index("figure_days", &["team_id", "date"])).await?;
        manager.create_index(index("figure_days", &["shop_id", "date"])).await?;
        manager.create_index(index("figure_days", &["queue_id", "date"])).await?;
        manager.create_index(index("figure_corrections", &["agent_id", "date"])).await?;
        manager.create_index(index("held_figures", &["shop_id", "agent_name"])).await?;
        manager.create_index(unique("figures", &["code"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables =
            ["figure_maps", "figures", "agent_aliases", "held_figures", "figure_corrections", "figure_days", "figure_imports"];
        drop_tables(manager, &tables).await
    }
}

fn figure_imports() -> TableCreateStatement {
    table("figure_imports")
        .col(pk_uuid("id"))
        .col(timestamp_with_time_zone("at"))
        .col(string("file_name"))
        .col(string("file_sha256"))
        .col(string("actor_name"))
        .col(big_integer("inserted"))
        .col(big_integer("changed"))
        .col(big_integer("unchanged"))
        .col(big_integer("held"))
        .col(big_integer("skipped"))
        .col(big_integer("faults"))
        .take()
}

/// `place_id` is the queue, or the shop where the queue is not known: a key may not have a null in it.
fn figure_days() -> TableCreateStatement {
    let mut days = table("figure_days");
    days.col(uuid("agent_id"))
        .col(date("date"))
        .col(uuid("place_id"))
        .col(uuid("shop_id"))
        .col(uuid_null("queue_id"))
        .col(uuid("team_id"))
        // Text, not JSON: it is read whole and straight into registers; a view casts it.
        .col(text("registers"));
    for measure in MEASURES {
        days.col(big_integer_null(measure));
    }
    days.foreign_key(&mut refers("figure_days", "agent_id", "agents"))
        .foreign_key(&mut refers("figure_days", "shop_id", "shops"))
        .foreign_key(&mut refers("figure_days", "queue_id", "queues"))
        .foreign_key(&mut refers("figure_days", "team_id", "teams"))
        .primary_key(&mut key(&["agent_id", "date", "place_id"]));
    days.take()
}

fn figure_corrections() -> TableCreateStatement {
    table("figure_corrections")
        .col(pk_uuid("id"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("import_id"))
        .col(string("actor_name"))
        .col(uuid("agent_id"))
        .col(date("date"))
        .col(uuid("place_id"))
        .col(text("before"))
        .foreign_key(&mut refers("figure_corrections", "import_id", "figure_imports"))
        .foreign_key(&mut refers("figure_corrections", "agent_id", "agents"))
        .take()
}

fn held_figures() -> TableCreateStatement {
    table("held_figures")
        .col(pk_uuid("id"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("import_id"))
        .col(big_integer_null("row"))
        .col(string("agent_name"))
        .col(string("reason"))
        .col(json_binary("candidates"))
        .col(uuid("shop_id"))
        .col(uuid_null("queue_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(big_integer("minutes"))
        .col(json_binary("counts"))
        .foreign_key(&mut refers("held_figures", "import_id", "figure_imports"))
        .foreign_key(&mut refers("held_figures", "shop_id", "shops"))
        .foreign_key(&mut refers("held_figures", "queue_id", "queues"))
        .take()
}

/// Who a name in a shop's files is, once somebody has said so.
fn agent_aliases() -> TableCreateStatement {
    table("agent_aliases")
        .col(uuid("shop_id"))
        .col(string("name"))
        .col(uuid("agent_id"))
        .foreign_key(&mut refers("agent_aliases", "shop_id", "shops"))
        .foreign_key(&mut refers("agent_aliases", "agent_id", "agents"))
        .primary_key(&mut key(&["shop_id", "name"]))
        .take()
}

fn figures() -> TableCreateStatement {
    editable("figures").col(string("code")).col(json_binary("definition")).take()
}

fn figure_maps() -> TableCreateStatement {
    editable("figure_maps").col(string("name")).col(string("platform")).col(json_binary("columns")).take()
}
