//! The permissions of restricted API keys.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Rights, separated by commas. Null is full access: for existing keys, and for keys that an
        // earlier version creates while it runs beside this one.
        let table = Table::alter()
            .table("api_keys")
            .add_column(text_null("permissions"))
            .to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("api_keys")
            .drop_column("permissions")
            .to_owned();
        manager.alter_table(table).await
    }
}
