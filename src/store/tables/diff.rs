//! Saving a set of rows by the difference to the stored one.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    Iterable, ModelTrait, sea_query::OnConflict,
};

use crate::domain::Result;
use crate::store::query::InScope;

/// Maximum number of rows in one statement: databases limit the values in one, SQLite to 32766.
const ROWS_AT_ONCE: usize = 1000;

/// The columns of a row.
type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// A row that has an identity.
pub(in crate::store) trait Keyed: ModelTrait {
    /// A value that stays the same when the row changes, and that no other row of the table has.
    type Key: Eq + Hash;

    /// The row's identity.
    fn key(&self) -> Self::Key;

    /// Whether a column never changes once the row is inserted. It is not written again: SQLite
    /// would rebuild the entries of every index with such a column.
    fn is_fixed(column: &ColumnOf<Self>) -> bool;

    /// Whether the row has to be written after the others, because a unique index lets only one
    /// row of its kind be there at a time.
    fn goes_last(&self) -> bool {
        false
    }
}

/// The changes that lead from one set of rows to another.
pub(in crate::store) struct RowChanges<M> {
    deleted: Vec<M>,
    updated: Vec<M>,
    inserted: Vec<M>,
}

impl<M: Keyed + PartialEq> RowChanges<M> {
    /// Compares two sets of rows.
    pub fn between(before: Vec<M>, after: Vec<M>) -> Self {
        let kept: HashSet<M::Key> = after.iter().map(Keyed::key).collect();
        let mut old = HashMap::new();
        let mut deleted = Vec::new();
        for row in before {
            if kept.contains(&row.key()) {
                old.insert(row.key(), row);
            } else {
                deleted.push(row);
            }
        }
        let (mut updated, mut inserted) = (Vec::new(), Vec::new());
        for row in after {
            match old.get(&row.key()) {
                Some(before) if *before == row => {}
                Some(_) => updated.push(row),
                None => inserted.push(row),
            }
        }
        updated.sort_by_key(Keyed::goes_last);
        Self {
            deleted,
            updated,
            inserted,
        }
    }
}

impl<M, A> RowChanges<M>
where
    M: Keyed + IntoActiveModel<A>,
    M::Entity: EntityTrait<Model = M, ActiveModel = A>,
    A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    /// Deletes the rows that are gone.
    pub async fn delete(&mut self, tx: &impl InScope) -> Result<()> {
        for row in self.deleted.drain(..) {
            row.into_active_model().delete(tx.connection()).await?;
        }
        Ok(())
    }

    /// Writes the rows that changed or are new.
    pub async fn write(self, tx: &impl InScope) -> Result<()> {
        let mut rows = self.updated.into_iter().chain(self.inserted).peekable();
        while rows.peek().is_some() {
            let some = rows.by_ref().take(ROWS_AT_ONCE);
            overwrite(tx.connection(), some).await?;
        }
        Ok(())
    }
}

/// Writes rows in one statement. Existing ones are overwritten, except for the columns that never change.
pub(in crate::store) async fn overwrite<M, A>(
    connection: &DatabaseTransaction,
    rows: impl IntoIterator<Item = M>,
) -> Result<()>
where
    M: Keyed + IntoActiveModel<A>,
    M::Entity: EntityTrait<Model = M, ActiveModel = A>,
    A: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    let mut by_identity = OnConflict::columns(<M::Entity as EntityTrait>::PrimaryKey::iter());
    by_identity.update_columns(ColumnOf::<M>::iter().filter(|column| !M::is_fixed(column)));
    M::Entity::insert_many(rows)
        .on_conflict(by_identity)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}
