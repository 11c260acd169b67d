//! Keys to the API, calendar addresses, and the answers already given under an idempotency key.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    binary_null, integer_null, json_binary_null, pk_uuid, string, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

use crate::table::{drop_tables, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("api_keys")
                    .col(pk_uuid("id"))
                    .col(string("name"))
                    .col(string("token_hash"))
                    .col(string("role"))
                    .col(uuid_null("team_id"))
                    .col(uuid_null("agent_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(timestamp_with_time_zone_null("last_used_at"))
                    .foreign_key(&mut refers("api_keys", "team_id", "teams"))
                    .foreign_key(&mut refers("api_keys", "agent_id", "agents"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("calendar_tokens")
                    .col(pk_uuid("id"))
                    .col(uuid("agent_id"))
                    .col(string("token_hash"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .foreign_key(&mut refers("calendar_tokens", "agent_id", "agents"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("idempotency_keys")
                    .col(uuid("actor_key_id"))
                    .col(string("key"))
                    .col(string("request_hash"))
                    .col(integer_null("response_status"))
                    .col(json_binary_null("response_headers"))
                    .col(binary_null("response_body"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut refers("idempotency_keys", "actor_key_id", "api_keys"))
                    .primary_key(&mut key(&["actor_key_id", "key"]))
                    .take(),
            )
            .await?;
        manager.create_index(unique("api_keys", &["token_hash"])).await?;
        manager.create_index(unique("calendar_tokens", &["token_hash"])).await?;
        manager.create_index(index("calendar_tokens", &["agent_id"])).await?;
        manager.create_index(index("idempotency_keys", &["created_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["idempotency_keys", "calendar_tokens", "api_keys"]).await
    }
}
