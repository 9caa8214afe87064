//! Organizations and their scopes.

pub(in crate::store) mod entity;
pub(in crate::store) mod scope_entity;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};

use self::{entity as organization, scope_entity as scope};
use super::row::Word;
use crate::domain::id::{OrganizationId, ScopeId};
use crate::domain::scope::{Mode, Scope};
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::connection::db::Database;
use crate::store::query::only;
use crate::store::transaction::Transaction;

/// Whether there is no organization yet.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn is_empty(database: &Database) -> Result<bool> {
    Ok(organization::Entity::find()
        .count(database.reader())
        .await?
        == 0)
}

/// Ids for the rows that [`transaction`] may insert.
#[derive(Debug)]
pub struct NewIds {
    /// The id of the organization, if it is new.
    pub organization: OrganizationId,
    /// The id of the scope, if it is new.
    pub scope: ScopeId,
}

/// Begins to write the scope of the organization with this name in this mode; both are made in the
/// same transaction if they are new. Answers whether the organization is.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn transaction(
    database: &Database,
    name: &Name,
    mode: Mode,
    ids: NewIds,
    now: Timestamp,
) -> Result<(Transaction, bool)> {
    let connection = database.begin_write().await?;
    let wanted = ids.organization.clone();
    let organization_id = organization_named(&connection, name, ids.organization, now).await?;
    let is_new = organization_id == wanted;
    let scope = scope_of(&connection, organization_id, mode, ids.scope).await?;
    Ok((
        Transaction::begin(connection, scope, database.file().clone()).await?,
        is_new,
    ))
}

/// The scopes whose log of changes has no baseline.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn without_history(database: &Database) -> Result<Vec<Scope>> {
    let rows = scope::Entity::find()
        .filter(scope::Column::HistoryStart.is_null())
        .all(database.reader())
        .await?;
    rows.into_iter().map(scope_from_row).collect()
}

/// All scopes of all organizations: for upkeep.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn all_scopes(database: &Database) -> Result<Vec<Scope>> {
    let rows = scope::Entity::find().all(database.reader()).await?;
    rows.into_iter().map(scope_from_row).collect()
}

/// The scope of a row.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn scope_from_row(row: scope::Model) -> Result<Scope> {
    let scope::Model {
        id,
        organization_id,
        mode,
        revision: _,
        tracked_writes: _,
        keys_revision: _,
        states: _,
        last_write_at: _,
        idempotency_bytes: _,
        logged_revision: _,
        history_start: _,
    } = row;
    Ok(Scope {
        id: ScopeId::from_row(id),
        organization_id: OrganizationId::from_row(organization_id),
        mode: Mode::from_column(&mode)?,
    })
}

/// The scope in a mode of the organization that a scope belongs to. Both are there as soon as one is
/// wanted, so a mode that nobody has used yet is empty.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn scope_in(database: &Database, own: &Scope, mode: Mode) -> Result<Scope> {
    let of_mode = scope::Entity::find()
        .filter(scope::Column::OrganizationId.eq(own.organization_id.as_str()))
        .filter(scope::Column::Mode.eq(mode.as_str()));
    let found = only(of_mode, database.reader()).await?;
    if let Some(row) = found {
        return scope_from_row(row);
    }
    let connection = database.begin_write().await?;
    let new = ScopeId::from_uuid(uuid::Uuid::now_v7());
    let scope = scope_of(&connection, own.organization_id.clone(), mode, new).await?;
    database.commit(connection).await?;
    Ok(scope)
}

async fn organization_named(
    connection: &impl ConnectionTrait,
    name: &Name,
    new_id: OrganizationId,
    now: Timestamp,
) -> Result<OrganizationId> {
    // Insert first and look afterwards: two processes that make the same one both find it.
    let row = organization::ActiveModel {
        id: Set(new_id.as_str().to_owned()),
        name: Set(name.as_str().to_owned()),
        created_at: Set(now.as_millis()),
    };
    organization::Entity::insert(row)
        .on_conflict_do_nothing_on([organization::Column::Name])
        .exec_without_returning(connection)
        .await?;
    let named = organization::Entity::find().filter(organization::Column::Name.eq(name.as_str()));
    let found = only(named, connection)
        .await?
        .ok_or_else(|| Error::internal("an organization just made is missing"))?;
    Ok(OrganizationId::from_row(found.id))
}

async fn scope_of(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    mode: Mode,
    new_id: ScopeId,
) -> Result<Scope> {
    let row = scope::ActiveModel {
        id: Set(new_id.as_str().to_owned()),
        organization_id: Set(organization_id.as_str().to_owned()),
        mode: Set(mode.as_str().to_owned()),
        revision: Set(0),
        tracked_writes: Set(0),
        keys_revision: Set(0),
        states: Set(String::new()),
        last_write_at: Set(0),
        idempotency_bytes: Set(0),
        logged_revision: Set(Some(0)),
        history_start: Set(Some(0)),
    };
    scope::Entity::insert(row)
        .on_conflict_do_nothing_on([scope::Column::OrganizationId, scope::Column::Mode])
        .exec_without_returning(connection)
        .await?;
    let of_mode = scope::Entity::find()
        .filter(scope::Column::OrganizationId.eq(organization_id.as_str()))
        .filter(scope::Column::Mode.eq(mode.as_str()));
    let found = only(of_mode, connection)
        .await?
        .ok_or_else(|| Error::internal("a scope just made is missing"))?;
    Ok(Scope {
        id: ScopeId::from_row(found.id),
        organization_id,
        mode,
    })
}
