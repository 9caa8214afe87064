//! The schema of the database, step by step, the same for SQLite and PostgreSQL.
//!
//! A step that has landed is never edited: what has to change is a new step. Tables and columns
//! have the names of the API's fields; times are milliseconds since 1970 and money is integers,
//! so that both databases store and compare the same values.
//!
//! Servers of the previous version go on while a step is taken, and start after it: it adds what they do
//! not need to know. A step that they cannot live with is called `…_breaking`, and they then refuse to
//! start.
#![forbid(unsafe_code)]

use sea_orm_migration::prelude::*;

mod m0001_catalog;
mod m0002_plan_contents;
mod m0003_permissions;
mod m0004_plan_revisions;
mod m0005_creation_order;
mod m0006_states;
mod table;

/// How the name of a step ends that programs without it cannot live with.
pub const BREAKING: &str = "_breaking";

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_catalog::Migration),
            Box::new(m0002_plan_contents::Migration),
            Box::new(m0003_permissions::Migration),
            Box::new(m0004_plan_revisions::Migration),
            Box::new(m0005_creation_order::Migration),
            Box::new(m0006_states::Migration),
        ]
    }
}
