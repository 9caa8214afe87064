//! A whole catalog, from one database to another of any kind.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    AccessMode, ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction,
    DbBackend, DbErr, EntityTrait, IntoActiveModel, IsolationLevel, Iterable, ModelTrait,
    PaginatorTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, TransactionOptions,
    TransactionTrait, Value,
};

use crate::domain::Error;
use crate::store::connection::db::{Database, DatabaseUrl};
use crate::store::connection::open_existing as existing;
use crate::store::connection::open_existing::cannot;
use crate::store::history::entity as change;
use crate::store::tables::api_key::entity as api_key;
use crate::store::tables::changeset::{entity as changeset, object_entity as changeset_object};
use crate::store::tables::feature::entity as feature;
use crate::store::tables::idempotency::entity as idempotency_record;
use crate::store::tables::organization::{entity as organization, scope_entity as scope};
use crate::store::tables::plan::entity::{
    plan, plan_exchange_rate, plan_feature, plan_price, regional_overage, regional_price,
};
use crate::store::tables::plan_group::entity as plan_group;

/// Rows that are in memory at a time, and that one statement writes: SQLite takes 32766 values.
const ROWS_AT_ONCE: u64 = 100;

/// Does the same for every table, those first that others name; answers what came of each.
macro_rules! for_each_table {
    ($work:ident($($argument:expr),*)) => {{
        let mut done = Vec::new();
        done.push($work::<organization::Entity>($($argument),*).await?);
        done.push($work::<scope::Entity>($($argument),*).await?);
        done.push($work::<api_key::Entity>($($argument),*).await?);
        done.push($work::<feature::Entity>($($argument),*).await?);
        done.push($work::<plan_group::Entity>($($argument),*).await?);
        done.push($work::<plan::Entity>($($argument),*).await?);
        done.push($work::<plan_feature::Entity>($($argument),*).await?);
        done.push($work::<plan_price::Entity>($($argument),*).await?);
        done.push($work::<plan_exchange_rate::Entity>($($argument),*).await?);
        done.push($work::<regional_price::Entity>($($argument),*).await?);
        done.push($work::<regional_overage::Entity>($($argument),*).await?);
        done.push($work::<idempotency_record::Entity>($($argument),*).await?);
        done.push($work::<change::Entity>($($argument),*).await?);
        done.push($work::<changeset::Entity>($($argument),*).await?);
        done.push($work::<changeset_object::Entity>($($argument),*).await?);
        done
    }};
}

/// A table that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: String,
    /// How many rows it has, here as there.
    pub rows: u64,
}

/// Copies a catalog to an empty database, whose schema is made. All of it is read as it was at one
/// moment and written in one transaction, which is kept only if every row in it is then found to be
/// the same.
///
/// # Errors
/// A sentence for the operator; then nothing is in the target.
pub async fn copy(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<Vec<Copied>, String> {
    let source = existing::open(from)
        .await
        .map_err(|error| cannot("open", from, &error))?;
    let copied = copy_to(&source, from, to).await;
    if let Err(error) = source.close().await {
        tracing::warn!(%error, "the source does not close");
    }
    copied
}

async fn copy_to(
    source: &sea_orm::DatabaseConnection,
    from: &DatabaseUrl,
    to: &DatabaseUrl,
) -> Result<Vec<Copied>, String> {
    let unread = |error: Error| cannot("read", from, &error);
    if let Some(why) = existing::outdated(source).await.map_err(unread)? {
        return Err(format!("cannot copy {from}: {why}"));
    }
    let source = snapshot(source)
        .await
        .map_err(|error| unread(error.into()))?;
    let target = open_target(to).await?;
    let copied = fill(&source, &target, to).await;
    let closed = target.close().await;
    let copied = copied?;
    closed.map_err(|error| cannot("close", to, &error))?;
    Ok(copied)
}

/// Begins to read: whatever is written meanwhile is not seen.
async fn snapshot(source: &sea_orm::DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let postgres = source.get_database_backend() == DbBackend::Postgres;
    let options = TransactionOptions {
        isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
        access_mode: postgres.then_some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    };
    source.begin_with_options(options).await
}

/// Opens an empty database and makes the schema in it. One that has a catalog is left as it is, with
/// the schema that it has.
async fn open_target(to: &DatabaseUrl) -> Result<Database, String> {
    let target = Database::connect(to)
        .await
        .map_err(|error| cannot("open", to, &error))?;
    if let Err(sentence) = prepare(&target, to).await {
        let _ = target.close().await;
        return Err(sentence);
    }
    Ok(target)
}

async fn prepare(target: &Database, to: &DatabaseUrl) -> Result<(), String> {
    let unread = |error: Error| cannot("read", to, &error);
    let writer = target.writer();
    if existing::has_table(writer, "organizations")
        .await
        .map_err(unread)?
    {
        let organizations = rows_in::<organization::Entity>(writer).await;
        if organizations.map_err(|error| unread(error.into()))? > 0 {
            return Err(not_empty(to));
        }
    }
    target
        .migrate()
        .await
        .map_err(|error| format!("cannot bring the schema of {to} up to date: {error}"))
}

fn not_empty(to: &DatabaseUrl) -> String {
    format!("{to} is not empty; nothing was copied")
}

async fn fill(
    source: &DatabaseTransaction,
    target: &Database,
    to: &DatabaseUrl,
) -> Result<Vec<Copied>, String> {
    let unwritten = |error: DbErr| cannot("write", to, &error.into());
    let writing = target.begin_bulk().await.map_err(unwritten)?;
    keep_others_out(&writing).await.map_err(unwritten)?;
    if !is_empty(&writing).await.map_err(unwritten)? {
        return Err(not_empty(to));
    }
    let written = write_all(source, &writing).await;
    let written = written.map_err(|error| format!("cannot copy to {to}: {error}"))?;
    let found = compare_all(source, &writing).await;
    let found = found.map_err(|error| format!("cannot compare {to}: {error}"))?;
    if let Some(table) = found.iter().find_map(|found| found.as_ref().err()) {
        return Err(format!(
            "what {to} has in {table} is not the same; nothing was copied"
        ));
    }
    let kept = target.commit(writing).await;
    kept.map_err(|error| cannot("write", to, &error))?;
    Ok(written)
}

/// Nobody else may write to the target; on SQLite nobody can.
async fn keep_others_out(target: &DatabaseTransaction) -> Result<(), DbErr> {
    if target.get_database_backend() == DbBackend::Postgres {
        let tables = names().await?.join(", ");
        let lock = format!("LOCK TABLE {tables} IN EXCLUSIVE MODE");
        target.execute_unprepared(&lock).await?;
    }
    Ok(())
}

/// The tables that are copied.
async fn names() -> Result<Vec<String>, DbErr> {
    async fn name<E: EntityTrait>() -> Result<String, DbErr> {
        Ok(E::default().table_name().to_owned())
    }
    Ok(for_each_table!(name()))
}

async fn is_empty(target: &DatabaseTransaction) -> Result<bool, DbErr> {
    let counts = for_each_table!(rows_in(target));
    Ok(counts.iter().all(|count| *count == 0))
}

async fn rows_in<E>(connection: &impl ConnectionTrait) -> Result<u64, DbErr>
where
    E: EntityTrait,
    E::Model: Sync,
{
    E::find().count(connection).await
}

async fn write_all(
    source: &DatabaseTransaction,
    target: &DatabaseTransaction,
) -> Result<Vec<Copied>, DbErr> {
    Ok(for_each_table!(write(source, target)))
}

/// Writes the rows of a table.
async fn write<E>(
    source: &DatabaseTransaction,
    target: &DatabaseTransaction,
) -> Result<Copied, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Sync,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let mut rows = 0;
    let mut last = None;
    loop {
        let page = page::<E>(source, last.as_ref()).await?;
        let Some(end) = page.last() else { break };
        last = Some(key_of::<E>(end));
        rows += page.len() as u64;
        let page = page
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        E::insert_many(page).exec_without_returning(target).await?;
    }
    Ok(Copied {
        table: E::default().table_name().to_owned(),
        rows,
    })
}

/// For every table nothing, or its name where it is not the same.
async fn compare_all(
    source: &DatabaseTransaction,
    target: &DatabaseTransaction,
) -> Result<Vec<Result<(), String>>, DbErr> {
    Ok(for_each_table!(compare(source, target)))
}

/// Compares the rows of a table: each of the source with the one in the target that has its key, and
/// how many there are.
async fn compare<E>(
    source: &DatabaseTransaction,
    target: &DatabaseTransaction,
) -> Result<Result<(), String>, DbErr>
where
    E: EntityTrait,
    E::Model: PartialEq + Sync,
{
    let different = Ok(Err(E::default().table_name().to_owned()));
    let mut rows = 0;
    let mut last = None;
    loop {
        let page = page::<E>(source, last.as_ref()).await?;
        let Some(end) = page.last() else { break };
        last = Some(key_of::<E>(end));
        rows += page.len() as u64;
        let there = with_keys_of::<E>(target, &page).await?;
        if page
            .iter()
            .any(|row| there.get(&key_of::<E>(row)) != Some(row))
        {
            return different;
        }
    }
    if rows_in::<E>(target).await? == rows {
        Ok(Ok(()))
    } else {
        different
    }
}

/// What names a row: the values of its primary key.
fn key_of<E: EntityTrait>(row: &E::Model) -> Vec<Value> {
    key_columns::<E>().map(|column| row.get(column)).collect()
}

fn key_columns<E: EntityTrait>() -> impl Iterator<Item = E::Column> {
    E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column)
}

/// The next rows after a key, in the order that the database has its keys in.
async fn page<E: EntityTrait>(
    source: &DatabaseTransaction,
    last: Option<&Vec<Value>>,
) -> Result<Vec<E::Model>, DbErr> {
    let mut query = E::find().limit(ROWS_AT_ONCE);
    for column in key_columns::<E>() {
        query = query.order_by_asc(column);
    }
    if let Some(last) = last {
        let columns = key_columns::<E>().map(|column| Expr::col(column.as_column_ref()));
        let values = last.iter().map(|value| Expr::val(value.clone()));
        query = query.filter(Expr::tuple(columns).gt(Expr::tuple(values)));
    }
    query.all(source).await
}

/// The rows of the target that have the keys of these.
async fn with_keys_of<E: EntityTrait>(
    target: &DatabaseTransaction,
    rows: &[E::Model],
) -> Result<HashMap<Vec<Value>, E::Model>, DbErr> {
    let mut any = Condition::any();
    for row in rows {
        let mut this = Condition::all();
        for column in key_columns::<E>() {
            this = this.add(column.eq(row.get(column)));
        }
        any = any.add(this);
    }
    let found = E::find().filter(any).all(target).await?;
    Ok(found
        .into_iter()
        .map(|row| (key_of::<E>(&row), row))
        .collect())
}

#[cfg(test)]
mod tests;
