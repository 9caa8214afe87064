//! Writing the log.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::catch_up;
use super::details::{Details, pack_object};
use super::entity::{Entity, Model};
use crate::domain::Result;
use crate::domain::change::Origin;
use crate::store::query::InScope;
use crate::store::tables::changes::LoggedObject;
use crate::store::tables::organization::scope_entity as scope;
use crate::store::tables::revision;
use crate::store::transaction::Transaction;

/// Maximum number of rows in one statement: SQLite takes 32766 values.
const ROWS_AT_ONCE: usize = 1000;

/// The log of the scope that a transaction writes. It is opened before the transaction changes
/// anything, because it may have to catch up with what programs of the previous version did.
#[derive(Debug)]
pub struct Log<'a> {
    tx: &'a Transaction,
}

impl<'a> Log<'a> {
    /// Opens the log, which is complete up to the revision before the write from now on.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn open(tx: &'a Transaction) -> Result<Self> {
        match tx.logged_revision() {
            Some(logged) if logged == tx.revision() => {}
            Some(logged) => {
                let missed = catch_up::missed(tx, logged).await?;
                let origin = catch_up::origin();
                insert(
                    tx,
                    tx.revision() - 1,
                    change_rows(tx, &origin, None, missed)?,
                )
                .await?;
                set_reach(tx, None).await?;
            }
            None => {
                let baseline = catch_up::baseline(tx).await?;
                insert(tx, tx.revision() - 1, baseline).await?;
                set_reach(tx, Some(tx.revision() - 1)).await?;
            }
        }
        Ok(Self { tx })
    }

    /// Logs what the write changed. A write that changed nothing takes back its revision.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn close(
        self,
        origin: &Origin,
        reverts: Option<i64>,
        objects: Vec<LoggedObject>,
    ) -> Result<()> {
        if objects.is_empty() {
            return self.close_unchanged().await;
        }
        let Self { tx } = self;
        let rows = change_rows(tx, origin, reverts, objects)?;
        insert(tx, tx.revision(), rows).await
    }

    /// Takes back the revision of a write that changed nothing.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn close_unchanged(self) -> Result<()> {
        revision::lower(self.tx.connection(), self.tx.scope()).await
    }
}

/// The rows of a change. None if it is of no object.
fn change_rows(
    tx: &Transaction,
    origin: &Origin,
    reverts: Option<i64>,
    objects: Vec<LoggedObject>,
) -> Result<Vec<Model>> {
    let Origin {
        actor,
        operation,
        request_id,
        note,
    } = origin;
    let mut rows = Vec::with_capacity(objects.len());
    let mut changes = Vec::with_capacity(objects.len());
    for LoggedObject { change, version } in objects {
        rows.push(Model {
            scope_id: tx.scope().id.as_str().to_owned(),
            revision: 0,
            position: 0,
            at: tx.now().as_millis(),
            actor_id: None,
            details: None,
            object_type: change.object_type.as_str().to_owned(),
            object_id: change.id.clone().unwrap_or_default(),
            version,
        });
        changes.push(change);
    }
    if let Some(first) = rows.first_mut() {
        first.actor_id = actor.id.as_ref().map(|id| id.as_str().to_owned());
        let mut details = Details {
            actor_type: actor.actor_type,
            actor_name: actor.name.clone(),
            actor_prefix: actor.prefix.clone(),
            operation: (*operation).to_owned(),
            request_id: request_id.clone(),
            note: note.as_ref().map(|note| note.as_str().to_owned()),
            reverts,
            objects: changes,
            apart: None,
        };
        let apart = details.take_apart();
        first.details = Some(details.pack()?);
        for (row, object) in rows.iter_mut().skip(1).zip(apart) {
            row.details = Some(pack_object(object)?);
        }
    }
    Ok(rows)
}

/// Inserts rows at a revision, in their order.
async fn insert(tx: &Transaction, revision: i64, rows: Vec<Model>) -> Result<()> {
    let mut rows = rows
        .into_iter()
        .zip(0..)
        .map(|(row, position)| {
            let row = Model {
                revision,
                position,
                ..row
            };
            row.into_active_model().reset_all()
        })
        .peekable();
    while rows.peek().is_some() {
        Entity::insert_many(rows.by_ref().take(ROWS_AT_ONCE))
            .exec_without_returning(tx.connection())
            .await?;
    }
    Ok(())
}

/// Notes that the log is complete, and, if it is new, where it begins.
async fn set_reach(tx: &Transaction, start: Option<i64>) -> Result<()> {
    use scope::Column;
    let mut update = scope::Entity::update_many()
        .col_expr(Column::LoggedRevision, Expr::value(tx.revision()))
        .filter(Column::Id.eq(tx.scope().id.as_str()));
    if let Some(start) = start {
        update = update.col_expr(Column::HistoryStart, Expr::value(start));
    }
    update.exec(tx.connection()).await?;
    Ok(())
}
