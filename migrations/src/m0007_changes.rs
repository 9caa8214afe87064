//! The log of changes, with what every object was at each of them.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::{add_column, drop_all, drop_column, index, references};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// New columns of `scopes`: up to which revision the log is complete, and where it begins. They are
/// null until the log has a baseline.
const SCOPE_COLUMNS: [&str; 2] = ["logged_revision", "history_start"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in SCOPE_COLUMNS {
            add_column(manager, "scopes", big_integer_null(column).take()).await?;
        }
        manager.create_table(changes()).await?;
        manager
            .create_index(index(
                "changes",
                &["scope_id", "object_type", "object_id", "revision"],
            ))
            .await?;
        manager
            .create_index(index("changes", &["scope_id", "actor_id", "revision"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["changes"]).await?;
        for column in SCOPE_COLUMNS {
            drop_column(manager, "scopes", column).await?;
        }
        Ok(())
    }
}

fn changes() -> TableCreateStatement {
    Table::create()
        .table("changes")
        .col(text("scope_id"))
        .col(big_integer("revision"))
        .col(big_integer("position"))
        .col(big_integer("at"))
        .col(text_null("actor_id"))
        .col(blob_null("details"))
        .col(text("object_type"))
        .col(text("object_id"))
        .col(blob_null("version"))
        .primary_key(
            Index::create()
                .col("scope_id")
                .col("revision")
                .col("position"),
        )
        .foreign_key(&mut references("changes", "scope_id", "scopes"))
        .to_owned()
}
