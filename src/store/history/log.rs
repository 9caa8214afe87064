//! The log itself: one row for every write that changed something.

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::objects::{pack_objects, unpack_objects};
use crate::domain::change::{Actor, ActorType, Change, ObjectType};
use crate::domain::id::ApiKeyId;
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::entity::change::{ActiveModel, Column, Entity, Model};
use crate::store::entity::{feature, object_version, plan, scope};
use crate::store::row::Word;
use crate::store::transaction::{InScope, Transaction, only, within};

fn from_row(row: Model) -> Result<Change> {
    let Model {
        scope_id: _,
        revision,
        at,
        actor_type,
        actor_id,
        actor_name,
        actor_prefix,
        operation,
        request_id,
        note,
        reverts,
        objects,
    } = row;
    Ok(Change {
        revision,
        at: Timestamp::from_millis(at),
        actor: Actor {
            actor_type: ActorType::from_column(&actor_type)?,
            id: actor_id.map(ApiKeyId::from_row),
            name: Name::from_row(actor_name),
            prefix: actor_prefix,
        },
        operation,
        request_id,
        note,
        reverts,
        objects: unpack_objects(&objects)?,
    })
}

/// Which changes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Changes of objects of this kind.
    pub object_type: Option<ObjectType>,
    /// Changes of the object with this id, or of those with this code.
    pub object: Option<String>,
    /// Changes by this key.
    pub actor: Option<ApiKeyId>,
    /// Changes made at this time or later.
    pub since: Option<Timestamp>,
    /// Changes made at this time or earlier.
    pub until: Option<Timestamp>,
}

/// How the log is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPage {
    /// The newest first: those before a revision, or all.
    Before(Option<i64>),
    /// The oldest first: those after a revision.
    After(i64),
}

/// Changes that fit, at most `limit`.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn list_changes(
    at: &impl InScope,
    filter: &ChangeFilter,
    page: LogPage,
    limit: u64,
) -> Result<Vec<Change>> {
    let mut query = within::<Entity>(at).limit(limit);
    query = match page {
        LogPage::After(revision) => query
            .filter(Column::Revision.gt(revision))
            .order_by_asc(Column::Revision),
        LogPage::Before(revision) => {
            if let Some(revision) = revision {
                query = query.filter(Column::Revision.lt(revision));
            }
            query.order_by_desc(Column::Revision)
        }
    };
    let ChangeFilter {
        object_type,
        object,
        actor,
        since,
        until,
    } = filter;
    if let Some(actor) = actor {
        query = query.filter(Column::ActorId.eq(actor.as_str()));
    }
    if let Some(since) = since {
        query = query.filter(Column::At.gte(since.as_millis()));
    }
    if let Some(until) = until {
        query = query.filter(Column::At.lte(until.as_millis()));
    }
    if object_type.is_some() || object.is_some() {
        let ids = match object {
            Some(name) => Some(ids_of(at, name).await?),
            None => None,
        };
        query = query.filter(Column::Revision.in_subquery(revisions_of(at, *object_type, ids)));
    }
    let rows = query.all(at.connection().await?).await?;
    rows.into_iter().map(from_row).collect()
}

/// The ids that a name can stand for: itself, and those of plans and features that have or had it as
/// their code.
async fn ids_of(at: &impl InScope, name: &str) -> Result<Vec<String>> {
    let mut ids = vec![name.to_owned()];
    let plans: Vec<String> = within::<plan::Entity>(at)
        .select_only()
        .column(plan::Column::Id)
        .filter(plan::Column::Code.eq(name))
        .into_tuple()
        .all(at.connection().await?)
        .await?;
    let features: Vec<String> = within::<feature::Entity>(at)
        .select_only()
        .column(feature::Column::Id)
        .filter(feature::Column::Code.eq(name))
        .into_tuple()
        .all(at.connection().await?)
        .await?;
    ids.extend(plans);
    ids.extend(features);
    Ok(ids)
}

/// The revisions at which such objects have versions.
fn revisions_of(
    at: &impl InScope,
    object_type: Option<ObjectType>,
    ids: Option<Vec<String>>,
) -> sea_orm::sea_query::SelectStatement {
    use object_version::Column;
    let mut query = Query::select();
    query
        .column(Column::Revision)
        .from(object_version::Entity)
        .and_where(Column::ScopeId.eq(at.scope().id.as_str()));
    if let Some(ids) = ids {
        query.and_where(Column::ObjectId.is_in(ids));
    }
    if let Some(object_type) = object_type {
        query.and_where(Column::ObjectType.eq(object_type.as_str()));
    }
    query.to_owned()
}

/// The change that led to a revision.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn find_change(at: &impl InScope, revision: i64) -> Result<Option<Change>> {
    let change = within::<Entity>(at).filter(Column::Revision.eq(revision));
    let row = only(change, at.connection().await?).await?;
    row.map(from_row).transpose()
}

/// How far the log of a scope reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The oldest revision at which the catalog can still be read.
    pub oldest: i64,
    /// The revision of the scope.
    pub head: i64,
    /// The revision up to which every change is in the log.
    pub logged: i64,
}

/// How far the log reaches.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn reach(at: &impl InScope) -> Result<Reach> {
    let row = scope::Entity::find_by_id(at.scope().id.as_str());
    let row = only(row, at.connection().await?).await?;
    let row = row.ok_or_else(|| Error::internal("a scope is gone"))?;
    Ok(Reach {
        oldest: row.history_start,
        head: row.revision,
        logged: row.logged_revision,
    })
}

/// The newest revision whose time is not later; `None` where every change is later.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn revision_at(at: &impl InScope, time: Timestamp) -> Result<Option<i64>> {
    let newest: Option<Option<i64>> = within::<Entity>(at)
        .select_only()
        .column_as(Column::Revision.max(), "newest")
        .filter(Column::At.lte(time.as_millis()))
        .into_tuple()
        .one(at.connection().await?)
        .await?;
    Ok(newest.flatten())
}

impl Transaction {
    /// Adds a change to the log.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub(super) async fn insert_change(&self, change: &Change) -> Result<()> {
        let Change {
            revision,
            at,
            actor,
            operation,
            request_id,
            note,
            reverts,
            objects,
        } = change;
        let Actor {
            actor_type,
            id,
            name,
            prefix,
        } = actor;
        let row = ActiveModel {
            scope_id: Set(self.scope().id.as_str().to_owned()),
            revision: Set(*revision),
            at: Set(at.as_millis()),
            actor_type: Set(actor_type.as_str().to_owned()),
            actor_id: Set(id.as_ref().map(|id| id.as_str().to_owned())),
            actor_name: Set(name.as_str().to_owned()),
            actor_prefix: Set(prefix.clone()),
            operation: Set(operation.clone()),
            request_id: Set(request_id.clone()),
            note: Set(note.clone()),
            reverts: Set(*reverts),
            objects: Set(pack_objects(objects)?),
        };
        Entity::insert(row)
            .exec_without_returning(self.connection().await?)
            .await?;
        Ok(())
    }

    /// Notes from which revision on the catalog can be read, and up to which the log is complete.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub(super) async fn set_reach(&self, oldest: Option<i64>, logged: i64) -> Result<()> {
        let mut update = scope::Entity::update_many()
            .col_expr(scope::Column::LoggedRevision, Expr::value(logged))
            .filter(scope::Column::Id.eq(self.scope().id.as_str()));
        if let Some(oldest) = oldest {
            update = update.col_expr(scope::Column::HistoryStart, Expr::value(oldest));
        }
        update.exec(self.connection().await?).await?;
        Ok(())
    }
}
