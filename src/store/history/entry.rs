//! Entries of the log: changes, of which many objects are read only if they are wanted.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::details::{Details, unpack_object};
use super::entity::{Column, Entity, Model};
use crate::domain::change::{Actor, Change, ObjectChange, ObjectType};
use crate::domain::id::ApiKeyId;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, within};

/// Maximum number of objects that are read of those that are named.
const MAX_NAMED: u64 = 100;

/// A change, without most of its objects if these are many.
#[derive(Debug)]
pub struct Entry {
    change: Change,
    /// The number of all objects, if only the first is here.
    apart: Option<usize>,
}

impl Entry {
    pub(super) fn from_row(row: Model) -> Result<Self> {
        let Model {
            scope_id: _,
            revision,
            position: _,
            at,
            actor_id,
            details,
            object_type: _,
            object_id: _,
            version: _,
        } = row;
        let details = details.ok_or_else(|| Error::internal("a change has no details"))?;
        let Details {
            actor_type,
            actor_name,
            actor_prefix,
            operation,
            request_id,
            note,
            reverts,
            objects,
            apart,
        } = Details::unpack(&details)?;
        let change = Change {
            revision,
            at: Timestamp::from_millis(at),
            actor: Actor {
                actor_type,
                id: actor_id.map(ApiKeyId::from_row),
                name: actor_name,
                prefix: actor_prefix,
            },
            operation,
            request_id,
            note,
            reverts,
            objects,
        };
        Ok(Self { change, apart })
    }

    /// The revision of the change.
    pub fn revision(&self) -> i64 {
        self.change.revision
    }

    /// Number of objects of the change.
    pub fn objects(&self) -> usize {
        self.apart.unwrap_or(self.change.objects.len())
    }

    /// Whether all objects are here.
    pub fn is_whole(&self) -> bool {
        self.apart.is_none()
    }

    /// The change with the objects that are here.
    pub fn into_change(self) -> Change {
        self.change
    }

    /// The change with all its objects.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn whole(self, tx: &impl InScope) -> Result<Change> {
        let Self { mut change, apart } = self;
        if let Some(all) = apart {
            let rows = others(tx, change.revision);
            change.objects.extend(read(tx, rows).await?);
            if change.objects.len() != all {
                return Err(Error::unavailable("the change was pruned meanwhile"));
            }
        }
        Ok(change)
    }

    /// The change; if its objects are many, only with those that have one of these ids, and at most
    /// 100 of these.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn about(self, tx: &impl InScope, ids: &[String]) -> Result<Change> {
        let Self { mut change, apart } = self;
        if apart.is_some() {
            let is_wanted = |object: &ObjectChange| {
                let id = object.id.as_ref();
                id.is_some_and(|id| ids.contains(id))
            };
            change.objects.retain(is_wanted);
            let named = objects_named(tx, change.revision, ids).await?;
            change.objects.extend(named);
        }
        Ok(change)
    }
}

/// The rows of the objects of a change that are stored apart.
fn others(tx: &impl InScope, revision: i64) -> Select<Entity> {
    within::<Entity>(tx)
        .select_only()
        .column(Column::Details)
        .filter(Column::Revision.eq(revision))
        .filter(Column::Position.gt(0))
        .order_by_asc(Column::Position)
}

/// The objects of a change that have one of these ids, but for the first of the change.
async fn objects_named(
    tx: &impl InScope,
    revision: i64,
    ids: &[String],
) -> Result<Vec<ObjectChange>> {
    // The index of objects leads to them, with the types before the ids. The position is left to us:
    // with it, SQLite would walk over the whole change.
    let types = ObjectType::ALL.iter().map(|one| one.as_str());
    let rows = within::<Entity>(tx)
        .select_only()
        .columns([Column::Position, Column::Details])
        .filter(Column::Revision.eq(revision))
        .filter(Column::ObjectType.is_in(types))
        .filter(Column::ObjectId.is_in(ids))
        .limit(MAX_NAMED);
    let rows: Vec<(i64, Option<Vec<u8>>)> = rows.into_tuple().all(tx.connection()).await?;
    let mut rows: Vec<_> = rows
        .into_iter()
        .filter(|(position, _)| *position > 0)
        .collect();
    rows.sort_by_key(|(position, _)| *position);
    rows.into_iter()
        .map(|(_, details)| unpacked(details))
        .collect()
}

fn unpacked(details: Option<Vec<u8>>) -> Result<ObjectChange> {
    let details = details.ok_or_else(|| Error::internal("an object has no details"))?;
    unpack_object(&details)
}

async fn read(tx: &impl InScope, rows: Select<Entity>) -> Result<Vec<ObjectChange>> {
    let rows: Vec<Option<Vec<u8>>> = rows.into_tuple().all(tx.connection()).await?;
    rows.into_iter().map(unpacked).collect()
}
