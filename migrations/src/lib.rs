//! The migrations, the same for SQLite and PostgreSQL.
//!
//! A released migration is never edited: every change is a new one. Tables and columns
//! have the names of the API's fields; times are milliseconds since 1970 and money is integers,
//! so that both databases store and compare the same values.
//!
//! Servers of the previous version run during a migration and start after it, since it only adds
//! things that they do not need. A migration that would break them has a name that ends in
//! `_breaking`; they refuse to start after it.
#![forbid(unsafe_code)]

use sea_orm_migration::prelude::*;

mod m0001_catalog;
mod m0002_plan_contents;
mod m0003_permissions;
mod m0004_plan_revisions;
mod m0005_creation_order;
mod m0006_states;
mod m0007_changes;
mod m0008_changesets;
mod table;

/// The suffix of the name of a migration that breaks programs that do not know it.
pub const BREAKING: &str = "_breaking";

/// All migrations, oldest first.
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
            Box::new(m0007_changes::Migration),
            Box::new(m0008_changesets::Migration),
        ]
    }
}
