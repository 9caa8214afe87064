//! The migrations that a database has, compared with those that this program knows.

use std::collections::BTreeSet;

use pricebook_migrations::{BREAKING, Migrator};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};
use sea_orm_migration::{IntoSchemaManagerConnection, MigratorTrait, SchemaManager};

use super::statement::all;

/// The table of applied migrations.
const TABLE: &str = "seaql_migrations";
/// The table that a write and a read of plans lock first: a write its row of the scope, a read for the state.
const FIRST_TABLE: &str = "scopes";

/// Applies the migrations that a database does not have yet, in a transaction.
///
/// # Errors
/// As [`are_made`].
pub(in crate::store) async fn take(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if are_made(transaction).await? {
        return Ok(());
    }
    lock_first_table(transaction).await?;
    Migrator::up(transaction, None).await
}

/// Locks the table that writes and reads of plans begin with, so that they queue there without holding another
/// one. If a migration began with a table that they use later, a call that holds a lock on the first
/// would wait for the migration, and the migration for the call: under load no try would succeed.
///
/// SQLite locks the whole file.
async fn lock_first_table(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let is_postgres = transaction.get_database_backend() == DbBackend::Postgres;
    if is_postgres
        && SchemaManager::new(transaction)
            .has_table(FIRST_TABLE)
            .await?
    {
        let lock = format!("LOCK TABLE {FIRST_TABLE} IN ACCESS EXCLUSIVE MODE");
        transaction.execute_unprepared(&lock).await?;
    }
    Ok(())
}

/// Whether there is nothing to do: the schema is that of this program or of a later version, whose
/// additions this program does not need. The check creates nothing, so that a role without the right to
/// create tables suffices.
///
/// # Errors
/// When the schema cannot be served: a migration breaks programs that do not know it, or others are
/// missing.
pub(in crate::store) async fn are_made<C>(connection: &C) -> Result<bool, DbErr>
where
    C: ConnectionTrait,
    for<'a> &'a C: IntoSchemaManagerConnection<'a>,
{
    let Some(applied) = applied(connection).await? else {
        return Ok(false);
    };
    let known = known();
    let later = later(&applied, &known).map_err(DbErr::Custom)?;
    if !later.is_empty() {
        tracing::warn!(
            steps = later.join(", "),
            "the schema is that of a later version"
        );
    }
    Ok(!later.is_empty() || applied == known)
}

/// The names of the applied migrations; `None` where there is no catalog.
pub(in crate::store) async fn applied<C>(connection: &C) -> Result<Option<BTreeSet<String>>, DbErr>
where
    C: ConnectionTrait,
    for<'a> &'a C: IntoSchemaManagerConnection<'a>,
{
    if !SchemaManager::new(connection).has_table(TABLE).await? {
        return Ok(None);
    }
    // Migrator::get_migration_models would make the table, or try to.
    let rows = all(connection, &format!("SELECT version FROM {TABLE}")).await?;
    let applied = rows.iter().map(|row| row.try_get("", "version"));
    applied.collect::<Result<_, DbErr>>().map(Some)
}

/// The names of the migrations that this program knows.
pub(in crate::store) fn known() -> BTreeSet<String> {
    let steps = Migrator::migrations();
    steps.iter().map(|step| step.name().to_owned()).collect()
}

/// The applied migrations that this program does not know.
fn later<'a>(
    applied: &'a BTreeSet<String>,
    known: &'a BTreeSet<String>,
) -> Result<Vec<&'a str>, String> {
    let later: Vec<_> = applied.difference(known).map(String::as_str).collect();
    if later.is_empty() {
        return Ok(later);
    }
    if let Some(step) = later.iter().find(|step| step.ends_with(BREAKING)) {
        return Err(format!(
            "it is that of a later version, with which this one cannot work ({step}); use the \
             program of that version"
        ));
    }
    match known.difference(applied).next() {
        Some(step) => Err(format!(
            "it has the step {} of another version, but not {step} of this one",
            later[0]
        )),
        None => Ok(later),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_a_later_version_are_accepted() {
        let steps = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let known = steps(&["m1", "m2"]);
        for (applied, expected) in [
            (&[][..], Ok(0)),
            (&["m1"], Ok(0)),
            (&["m1", "m2"], Ok(0)),
            (&["m1", "m2", "m3"], Ok(1)),
            (&["m1", "m2", "m3", "m4"], Ok(2)),
            (&["m1", "m3"], Err("m2")),
            (&["m1", "m2", "m3_breaking", "m4"], Err("m3_breaking")),
        ] {
            let applied: BTreeSet<String> = steps(applied);
            match (later(&applied, &known), expected) {
                (Ok(found), Ok(count)) => assert_eq!(found.len(), count, "{applied:?}"),
                (Err(why), Err(step)) => assert!(why.contains(step), "{why}"),
                (found, _) => panic!("{applied:?}: {found:?}"),
            }
        }
    }
}
