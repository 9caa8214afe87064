//! The writes that led to the state of a scope, the time of the last one, and the size of its idempotency
//! records.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::{add_column, drop_column};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// New columns of `scopes`. Programs of the previous version leave these columns alone, so each has a
/// default.
const SCOPE_COLUMNS: [&str; 3] = ["states", "last_write_at", "idempotency_bytes"];
/// New columns of `idempotency_records`.
const RECORD_COLUMNS: [&str; 2] = ["compressed_answer", "size"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let [states, last_write_at, idempotency_bytes] = SCOPE_COLUMNS;
        add_column(manager, "scopes", text(states).default("").take()).await?;
        add_column(manager, "scopes", count(last_write_at)).await?;
        add_column(manager, "scopes", count(idempotency_bytes)).await?;
        let [compressed_answer, size] = RECORD_COLUMNS;
        let answer = blob_null(compressed_answer).take();
        add_column(manager, "idempotency_records", answer).await?;
        add_column(manager, "idempotency_records", count(size)).await?;
        manager
            .get_connection()
            .execute_unprepared(BEGIN_WITH_NEWEST)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in RECORD_COLUMNS {
            drop_column(manager, "idempotency_records", column).await?;
        }
        for column in SCOPE_COLUMNS {
            drop_column(manager, "scopes", column).await?;
        }
        Ok(())
    }
}

/// Starts the clock of each scope at the newest time in its rows.
const BEGIN_WITH_NEWEST: &str = "
    UPDATE scopes SET last_write_at = COALESCE((
        SELECT MAX(newest) FROM (
            SELECT MAX(updated_at) AS newest FROM plans WHERE scope_id = scopes.id
            UNION ALL SELECT MAX(updated_at) FROM plan_prices WHERE scope_id = scopes.id
            UNION ALL SELECT MAX(updated_at) FROM features WHERE scope_id = scopes.id
            UNION ALL SELECT MAX(updated_at) FROM plan_groups WHERE scope_id = scopes.id
        ) AS times), 0)";

fn count(name: &'static str) -> ColumnDef {
    big_integer(name).default(0).take()
}
