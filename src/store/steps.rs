//! The steps of the schema that a database has, beside those that this program knows.

use std::collections::BTreeSet;

use pricebook_migrations::{BREAKING, Migrator};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use sea_orm_migration::MigratorTrait;

/// Takes the steps that a database does not have yet, in a transaction.
///
/// # Errors
/// As [`are_later`].
pub(super) async fn take(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if are_later(transaction).await? {
        return Ok(());
    }
    Migrator::up(transaction, None).await
}

/// Whether a later version has brought the schema up to date already. This program then serves it as
/// it is: what was added it does not need.
///
/// # Errors
/// When it cannot: a step breaks with programs that do not know it, or others are missing.
async fn are_later(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Migrator::install(connection).await?;
    let applied = Migrator::get_migration_models(connection).await?;
    let applied = applied.into_iter().map(|step| step.version).collect();
    let known = known();
    let later = later(&applied, &known).map_err(DbErr::Custom)?;
    if !later.is_empty() {
        tracing::warn!(
            steps = later.join(", "),
            "the schema is that of a later version"
        );
    }
    Ok(!later.is_empty())
}

/// The names of the steps that this program knows.
pub(super) fn known() -> BTreeSet<String> {
    let steps = Migrator::migrations();
    steps.iter().map(|step| step.name().to_owned()).collect()
}

/// The steps that are not known here.
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
    fn steps_of_a_later_version_are_taken_as_they_are() {
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
