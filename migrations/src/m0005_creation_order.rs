//! The order in which features, groups and keys of a scope were created. Ids do not give it, since
//! they follow the clocks of several servers, which may differ.
//!
//! A row that a program of the previous version inserts has no position. It is listed last, by id, until
//! the next insert of this version gives it one.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::{add_column, drop_column, unique};

const TABLES: [&str; 3] = ["features", "plan_groups", "api_keys"];
const COLUMNS: [&str; 2] = ["scope_id", "creation_order"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            add_column(manager, table, big_integer_null("creation_order")).await?;
            let by_id = format!(
                "UPDATE {table} SET creation_order = placed.place FROM \
                 (SELECT id, row_number() OVER (PARTITION BY scope_id ORDER BY id) - 1 AS place \
                 FROM {table}) AS placed WHERE placed.id = {table}.id"
            );
            manager.get_connection().execute_unprepared(&by_id).await?;
            manager.create_index(unique(table, &COLUMNS)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let name = format!("ux_{table}_{}", COLUMNS.join("_"));
            let index = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(index).await?;
            drop_column(manager, table, "creation_order").await?;
        }
        Ok(())
    }
}
