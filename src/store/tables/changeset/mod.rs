//! Changesets.

pub(in crate::store) mod entity;
pub(in crate::store) mod object_entity;
mod objects;
mod room;
mod stored;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use self::entity::{Column, Entity, Model};
pub use self::objects::{MAX_OBJECTS, ObjectPage, PackedObjects, objects};
pub use self::room::sweep;
use self::stored::{Found, Source, StoredActor, from_json, to_json};
use super::row::Word;
use crate::domain::change::Note;
use crate::domain::changeset::{Changeset, ChangesetStatus, Included, Prune, Summary};
use crate::domain::id::ChangesetId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::pack::{pack_plain, unpack_plain};
use crate::store::query::{InScope, only, within};
use crate::store::transaction::Transaction;

/// The position of a changeset in the list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangesetPosition {
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// Its id.
    pub id: String,
}

fn to_row(tx: &Transaction, changeset: &Changeset, document: Option<&str>) -> Result<Model> {
    let Changeset {
        id,
        status,
        digest,
        base_revision,
        applied_revision,
        source,
        prune,
        include,
        note,
        created_by,
        created_at,
        expires_at,
        summary: Summary {
            created,
            updated,
            deleted,
        },
        findings,
        manual_values,
    } = changeset;
    let include: Vec<_> = include.iter().map(Included::as_text).collect();
    let found = to_json(&Found::new(findings, manual_values))?;
    let document = document.map(|text| pack_plain(text.as_bytes()));
    Ok(Model {
        id: id.to_string(),
        scope_id: tx.scope().id.as_str().to_owned(),
        status: status.to_string(),
        digest: digest.clone(),
        base_revision: *base_revision,
        applied_revision: *applied_revision,
        source: to_json(&Source::from(source))?,
        prune: prune.to_string(),
        include: (!include.is_empty())
            .then(|| to_json(&include))
            .transpose()?,
        note: note.as_ref().map(|note| note.as_str().to_owned()),
        created_by: to_json(&StoredActor::from(created_by))?,
        created_at: created_at.as_millis(),
        expires_at: expires_at.as_millis(),
        created: *created,
        updated: *updated,
        deleted: *deleted,
        size: 0,
        document: document.transpose()?,
        findings: pack_plain(found.as_bytes())?,
    })
}

fn from_row(row: Model) -> Result<Changeset> {
    let Model {
        id,
        scope_id: _,
        status,
        digest,
        base_revision,
        applied_revision,
        source,
        prune,
        include,
        note,
        created_by,
        created_at,
        expires_at,
        created,
        updated,
        deleted,
        size: _,
        document: _,
        findings,
    } = row;
    let include: Vec<String> = include.map_or(Ok(Vec::new()), |json| from_json(&json))?;
    let include = include.iter().map(|text| {
        Included::parse(text).ok_or_else(|| Error::internal("a changeset includes nothing known"))
    });
    let found: Found = from_json(&unpack_plain(&findings)?)?;
    let (findings, manual_values) = found.read()?;
    Ok(Changeset {
        id: ChangesetId::from_row(id),
        status: ChangesetStatus::from_column(&status)?,
        digest,
        base_revision,
        applied_revision,
        source: from_json::<Source>(&source)?.read()?,
        prune: Prune::from_column(&prune)?,
        include: include.collect::<Result<_>>()?,
        note: note.and_then(|note| Note::parse(&note).ok()),
        created_by: from_json::<StoredActor>(&created_by)?.read()?,
        created_at: Timestamp::from_millis(created_at),
        expires_at: Timestamp::from_millis(expires_at),
        summary: Summary {
            created,
            updated,
            deleted,
        },
        findings,
        manual_values,
    })
}

/// A changeset as it is kept, with the document that it was made from.
#[derive(Debug)]
pub struct KeptChangeset {
    /// The changeset.
    pub changeset: Changeset,
    /// The document as JSON; `None` for rates.
    pub document: Option<String>,
}

/// The changeset with an id, with its document.
///
/// # Errors
/// `ChangesetNotFound`, also when it has expired; `Unavailable` or `Internal`.
pub async fn find(
    tx: &impl InScope,
    id: Option<&ChangesetId>,
    now: Timestamp,
) -> Result<KeptChangeset> {
    let id = id.ok_or(Error::ChangesetNotFound)?;
    let kept = within::<Entity>(tx)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::ExpiresAt.gt(now.as_millis()));
    let row = only(kept, tx.connection()).await?;
    let row = row.ok_or(Error::ChangesetNotFound)?;
    let document = row.document.as_deref().map(unpack_plain).transpose()?;
    Ok(KeptChangeset {
        changeset: from_row(row)?,
        document,
    })
}

/// Changesets, the newest first, each with its position.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn list(
    tx: &impl InScope,
    status: Option<ChangesetStatus>,
    page: &PageRequest<ChangesetPosition>,
    now: Timestamp,
) -> Result<Page<(Changeset, ChangesetPosition)>> {
    let mut query = within::<Entity>(tx)
        .filter(Column::ExpiresAt.gt(now.as_millis()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.rows_to_read());
    if let Some(status) = status {
        query = query.filter(Column::Status.eq(status.as_str()));
    }
    if let Some(ChangesetPosition { created_at, id }) = &page.after {
        let earlier = Condition::any().add(Column::CreatedAt.lt(*created_at)).add(
            Condition::all()
                .add(Column::CreatedAt.eq(*created_at))
                .add(Column::Id.lt(id.as_str())),
        );
        query = query.filter(earlier);
    }
    let rows = query.all(tx.connection()).await?;
    let Page { items, has_more } = Page::from_rows(rows, page);
    let placed = items.into_iter().map(|row| {
        let position = ChangesetPosition {
            created_at: row.created_at,
            id: row.id.clone(),
        };
        Ok((from_row(row)?, position))
    });
    Ok(Page {
        items: placed.collect::<Result<_>>()?,
        has_more,
    })
}

impl Transaction {
    /// Keeps a new changeset. If there is no more room in the scope, the oldest ones go.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn insert_changeset(
        &self,
        changeset: &Changeset,
        document: Option<&str>,
        objects: &PackedObjects,
    ) -> Result<()> {
        let mut row = to_row(self, changeset, document)?;
        let bytes = row.document.as_ref().map_or(0, Vec::len) + row.findings.len();
        row.size = i64::try_from(bytes + objects.bytes()).unwrap_or(i64::MAX);
        Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(self.connection())
            .await?;
        self.insert_objects(&changeset.id, objects).await?;
        self.make_room_for_changesets().await
    }

    /// Sets what became of a changeset.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn set_changeset_status(
        &self,
        id: &ChangesetId,
        status: ChangesetStatus,
        applied_revision: Option<i64>,
    ) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Status, Expr::value(status.as_str()))
            .col_expr(Column::AppliedRevision, Expr::value(applied_revision))
            .filter(Column::ScopeId.eq(self.scope().id.as_str()))
            .filter(Column::Id.eq(id.as_str()))
            .exec(self.connection())
            .await?;
        Ok(())
    }
}
