//! Making a changeset.

use super::compute::{Facts, Intent, Outcome, compute};
use super::{ChangesetView, MAX_OBJECTS};
use crate::catalog::app::App;
use crate::catalog::blocking::blocking;
use crate::catalog::clock::{now, unique};
use crate::catalog::lint::past_rates;
use crate::catalog::past::PastMoment;
use crate::document;
use crate::domain::Result;
use crate::domain::change::{ObjectChange, Origin};
use crate::domain::changeset::{
    Changeset, ChangesetSource, ChangesetStatus, Included, Prune, Summary,
};
use crate::domain::document::Document;
use crate::domain::id::ChangesetId;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::scope::Scope;
use crate::domain::text::Code;
use crate::store::tables::changeset::PackedObjects;
use crate::store::tables::plan as plans;

/// A changeset to make.
#[derive(Debug)]
pub struct Wanted {
    /// What it is made from.
    pub source: WantedSource,
    /// What happens to objects that the source does not have.
    pub prune: Prune,
    /// What of the source it includes; empty for everything.
    pub include: Vec<Included>,
}

/// What a changeset is made from.
#[derive(Debug)]
pub enum WantedSource {
    /// A document.
    Document(Document),
    /// The catalog of another scope, at a revision or as it is. The caller may read it.
    Scope {
        /// The scope.
        scope: Scope,
        /// The revision.
        revision: Option<i64>,
    },
    /// The same catalog, at a revision.
    Revision(i64),
    /// Exchange rates, each currency once.
    Rates {
        /// The rates.
        rates: Vec<(Currency, ExchangeRate)>,
        /// The plans, if not all.
        only: Option<Vec<Code>>,
    },
}

/// A changeset that is not kept yet.
#[derive(Debug, Clone)]
pub struct Draft {
    pub(super) changeset: Changeset,
    /// The document as JSON; `None` for rates.
    pub(super) document: Option<String>,
    pub(super) packed: PackedObjects,
    /// The first of its objects.
    pub(super) objects: Vec<ObjectChange>,
    pub(super) has_more: bool,
}

impl App {
    /// Makes a changeset, and keeps nothing.
    ///
    /// # Errors
    /// Validation, with fields as paths of the document; `FeatureInUse`; `HistoryPruned`;
    /// `Unavailable` or `Internal`.
    pub async fn draft_changeset(
        &self,
        scope: &Scope,
        wanted: Wanted,
        origin: &Origin,
    ) -> Result<Draft> {
        let Wanted {
            source,
            prune,
            include,
        } = wanted;
        let (source, document) = self.resolve(scope, source).await?;
        let state = self.whole_at(scope, None).await?;
        let created_at = now();
        let facts = Facts {
            now: created_at,
            next_creation_order: plans::next_creation_order(&state.snapshot).await?,
            past_rates: past_rates(&state.snapshot, &state.found, created_at).await?,
        };
        let intent = Intent {
            source: source.clone(),
            document: document.clone(),
            prune,
            include: include.clone(),
        };
        // Others may use the connection meanwhile.
        drop(state.snapshot);
        let (_, outcome) = compute(state.found, intent, facts).await?;
        let Outcome {
            after: _,
            changes: _,
            objects,
            findings,
            manual_values,
            digest,
        } = outcome;
        let changeset = Changeset {
            id: ChangesetId::from_uuid(unique()),
            status: ChangesetStatus::Open,
            digest,
            base_revision: state.revision,
            applied_revision: None,
            source,
            prune,
            include,
            note: origin.note.clone(),
            created_by: origin.actor.clone(),
            created_at,
            expires_at: created_at.plus_days(Changeset::DAYS_KEPT),
            summary: Summary::of(&objects),
            findings,
            manual_values,
        };
        blocking(move || packed(changeset, document, objects)).await?
    }

    /// The source of a changeset as it is kept, and the document that it stands for.
    async fn resolve(
        &self,
        scope: &Scope,
        source: WantedSource,
    ) -> Result<(ChangesetSource, Option<Document>)> {
        let whole = |document: Document| Document {
            features: Some(document.features.unwrap_or_default()),
            groups: Some(document.groups.unwrap_or_default()),
            plans: Some(document.plans.unwrap_or_default()),
        };
        Ok(match source {
            WantedSource::Document(document) => (ChangesetSource::Document, Some(document)),
            WantedSource::Scope { scope, revision } => {
                let moment = revision.map(PastMoment::Revision);
                let export = self.export_catalog(&scope, moment).await;
                let export = export.map_err(|error| error.of_source())?;
                let source = ChangesetSource::Scope {
                    mode: scope.mode,
                    revision: export.revision,
                };
                (source, Some(whole(export.found)))
            }
            WantedSource::Revision(revision) => {
                let moment = Some(PastMoment::Revision(revision));
                let export = self.export_catalog(scope, moment).await;
                let export = export.map_err(|error| error.of_source())?;
                (
                    ChangesetSource::Revision(revision),
                    Some(whole(export.found)),
                )
            }
            WantedSource::Rates { rates, only } => (ChangesetSource::Rates { rates, only }, None),
        })
    }
}

fn packed(
    changeset: Changeset,
    document: Option<Document>,
    mut objects: Vec<ObjectChange>,
) -> Result<Draft> {
    let document = document.map(|document| document::write_json(&document));
    let packed = PackedObjects::new(&objects)?;
    let has_more = objects.len() as u64 > MAX_OBJECTS;
    objects.truncate(usize::try_from(MAX_OBJECTS).unwrap_or(usize::MAX));
    Ok(Draft {
        changeset,
        document,
        packed,
        objects,
        has_more,
    })
}

impl Draft {
    /// The changeset with the first of its objects.
    pub fn view(&self) -> ChangesetView {
        ChangesetView {
            changeset: self.changeset.clone(),
            objects: self.objects.clone(),
            has_more: self.has_more,
        }
    }
}
