//! The objects of changesets: many in a row, so that a page of them costs no more than its size.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::object_entity::{Column, Entity, Model};
use crate::domain::Result;
use crate::domain::change::ObjectChange;
use crate::domain::id::ChangesetId;
use crate::store::history::stored::{objects_from_json, objects_to_json};
use crate::store::pack::{pack_plain, unpack_plain};
use crate::store::query::InScope;
use crate::store::transaction::Transaction;

/// Number of objects in a row.
const OBJECTS_IN_ROW: usize = 50;
/// Number of rows that are inserted at once.
const ROWS_AT_ONCE: usize = 100;
/// Maximum number of objects of a page.
pub const MAX_OBJECTS: u64 = 1000;

/// The objects of a changeset, ready to be kept.
#[derive(Debug, Clone)]
pub struct PackedObjects(Vec<Vec<u8>>);

impl PackedObjects {
    /// Packs objects.
    ///
    /// # Errors
    /// `Internal`.
    pub fn new(objects: &[ObjectChange]) -> Result<Self> {
        let rows = objects.chunks(OBJECTS_IN_ROW);
        let packed = rows.map(|some| pack_plain(objects_to_json(some)?.as_bytes()));
        packed.collect::<Result<_>>().map(Self)
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }
}

/// Some of the objects of a changeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectPage {
    /// How many to skip.
    pub skip: u64,
    /// How many to read.
    pub limit: u64,
}

impl ObjectPage {
    /// All objects.
    pub const EVERYTHING: Self = Self {
        skip: 0,
        limit: i64::MAX.unsigned_abs(),
    };
}

/// A page of the objects of a changeset. Whether the changeset is in the scope is the caller's to know.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn objects(
    tx: &impl InScope,
    id: &ChangesetId,
    page: ObjectPage,
) -> Result<Vec<ObjectChange>> {
    let in_row = OBJECTS_IN_ROW as u64;
    let skipped = page.skip % in_row;
    let first = page.skip - skipped;
    let end = page.skip.saturating_add(page.limit);
    let bound = |place: u64| i64::try_from(place).unwrap_or(i64::MAX);
    let rows = Entity::find()
        .filter(Column::ChangesetId.eq(id.as_str()))
        .filter(Column::Position.gte(bound(first)))
        .filter(Column::Position.lt(bound(end)))
        .order_by_asc(Column::Position)
        .all(tx.connection())
        .await?;
    let mut found = Vec::new();
    for row in rows {
        found.extend(objects_from_json(&unpack_plain(&row.objects)?)?);
    }
    let place = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
    let wanted = found.into_iter().skip(place(skipped));
    Ok(wanted.take(place(page.limit)).collect())
}

impl Transaction {
    pub(super) async fn insert_objects(
        &self,
        id: &ChangesetId,
        objects: &PackedObjects,
    ) -> Result<()> {
        let rows = objects.0.clone().into_iter().enumerate();
        let rows = rows.map(|(index, packed)| {
            let position = index * OBJECTS_IN_ROW;
            let row = Model {
                changeset_id: id.to_string(),
                position: i64::try_from(position).unwrap_or(i64::MAX),
                objects: packed,
            };
            row.into_active_model().reset_all()
        });
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            Entity::insert_many(rows.by_ref().take(ROWS_AT_ONCE))
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }
}
