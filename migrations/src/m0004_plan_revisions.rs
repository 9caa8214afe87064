//! The last write that changed each plan, so that a server that caches plans can read the changes
//! since its last look.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["tracked_writes", "keys_revision"] {
            add(manager, "scopes", column).await?;
        }
        add(manager, "plans", "revision").await?;
        manager
            .create_index(index("plans", &["scope_id", "revision"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "ix_plans_scope_id_revision";
        let index = Index::drop().name(name).table("plans").to_owned();
        manager.drop_index(index).await?;
        drop(manager, "plans", "revision").await?;
        for column in ["keys_revision", "tracked_writes"] {
            drop(manager, "scopes", column).await?;
        }
        Ok(())
    }
}

/// Adds a count that starts at 0, even in rows of a program of the previous version, which does not
/// name it.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
) -> Result<(), DbErr> {
    let column = big_integer(name).default(0).take();
    let table = Table::alter().table(table).add_column(column).to_owned();
    manager.alter_table(table).await
}

async fn drop(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
) -> Result<(), DbErr> {
    let table = Table::alter().table(table).drop_column(name).to_owned();
    manager.alter_table(table).await
}
