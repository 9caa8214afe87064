//! The log of changes, and what every object was at each of them.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::{drop_all, index, references};

/// The tables, in the order in which they are made.
const TABLES: &[&str] = &["changes", "object_versions"];
/// What `scopes` gains: up to which revision every change is in the log, and from which on.
const SCOPE_COLUMNS: [&str; 2] = ["logged_revision", "history_start"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in SCOPE_COLUMNS {
            let mut column = big_integer(column).default(0).take();
            let scopes = Table::alter()
                .table("scopes")
                .add_column(&mut column)
                .to_owned();
            manager.alter_table(scopes).await?;
        }
        changes(manager).await?;
        object_versions(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, TABLES).await?;
        for column in SCOPE_COLUMNS {
            let scopes = Table::alter()
                .table("scopes")
                .drop_column(column)
                .to_owned();
            manager.alter_table(scopes).await?;
        }
        Ok(())
    }
}

async fn changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("changes")
        .col(text("scope_id"))
        .col(big_integer("revision"))
        .col(big_integer("at"))
        .col(text("actor_type"))
        .col(text_null("actor_id"))
        .col(text("actor_name"))
        .col(text_null("actor_prefix"))
        .col(text("operation"))
        .col(text_null("request_id"))
        .col(text_null("note"))
        .col(big_integer_null("reverts"))
        .col(blob("objects"))
        .primary_key(Index::create().col("scope_id").col("revision"))
        .foreign_key(&mut references("changes", "scope_id", "scopes"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(index("changes", &["scope_id", "at"]))
        .await
}

async fn object_versions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("object_versions")
        .col(text("scope_id"))
        .col(text("object_type"))
        .col(text("object_id"))
        .col(big_integer("revision"))
        .col(big_integer("base_revision"))
        .col(blob_null("body"))
        .primary_key(
            Index::create()
                .col("scope_id")
                .col("object_type")
                .col("object_id")
                .col("revision"),
        )
        .foreign_key(&mut references("object_versions", "scope_id", "scopes"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(index(
            "object_versions",
            &["scope_id", "object_type", "revision"],
        ))
        .await
}
