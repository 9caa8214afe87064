//! What a changeset does to a catalog.

use super::digest::digest;
use crate::catalog::blocking::blocking;
use crate::catalog::clock::unique;
use crate::catalog::lint::PastRates;
use crate::document;
use crate::domain::catalog::Catalog;
use crate::domain::change::ObjectChange;
use crate::domain::changeset::{
    Asked, ChangesetSource, Included, Inclusion, ManualValue, Moment, Proposal, Prune, check_names,
    manual_values, new_ids, object_changes, propose, without_ids,
};
use crate::domain::document::Document;
use crate::domain::lint::{Finding, lint_change};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};

/// What a changeset is made from, without its history.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub source: ChangesetSource,
    /// The document; `None` for rates.
    pub document: Option<Document>,
    pub prune: Prune,
    pub include: Vec<Included>,
}

/// What it does.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The catalog afterwards.
    pub after: Catalog,
    /// The changes, with the ids that new objects get now.
    pub changes: Vec<ObjectChange>,
    /// The changes without ids of what does not exist yet.
    pub objects: Vec<ObjectChange>,
    pub findings: Vec<Finding>,
    pub manual_values: Vec<ManualValue>,
    pub digest: String,
}

/// The facts beside the catalog.
#[derive(Debug)]
pub(super) struct Facts {
    pub now: Timestamp,
    pub next_creation_order: i64,
    pub past_rates: PastRates,
}

/// Computes, away from the threads that serve other calls.
///
/// # Errors
/// Validation, with fields as paths of the document; `FeatureInUse`; `Internal`.
pub(super) async fn compute(
    before: Catalog,
    intent: Intent,
    facts: Facts,
) -> Result<(Catalog, Outcome)> {
    let work = move || {
        let outcome = outcome(&before, intent, &facts)?;
        Ok((before, outcome))
    };
    blocking(work).await?
}

fn outcome(before: &Catalog, intent: Intent, facts: &Facts) -> Result<Outcome> {
    let Intent {
        source,
        document,
        prune,
        include,
    } = intent;
    let inclusion = Inclusion::new(&include);
    let proposal = proposal(before, source, document, prune, (&include, &inclusion))?;
    let moment = Moment {
        now: facts.now,
        next_creation_order: facts.next_creation_order,
        unique,
    };
    let after = propose(before, &proposal, &inclusion, moment)?;
    let changes = object_changes(before, &after, &Asked::by(&proposal, before));
    let new = new_ids(before, &after);
    let objects = without_ids(changes.clone(), &new);
    let mut findings = lint_change(before, &after, &facts.past_rates);
    for finding in &mut findings {
        finding.id = finding.id.take().filter(|id| !new.contains(id));
    }
    Ok(Outcome {
        digest: digest(prune, &include, &objects, &findings),
        manual_values: manual_values(before, &after),
        after,
        changes,
        objects,
        findings,
    })
}

fn proposal(
    before: &Catalog,
    source: ChangesetSource,
    document: Option<Document>,
    prune: Prune,
    (include, inclusion): (&[Included], &Inclusion),
) -> Result<Proposal> {
    let is_whole = source.is_whole();
    match (source, document) {
        (ChangesetSource::Rates { rates, only }, _) => {
            check_names(include, &Document::default(), before)?;
            Ok(Proposal::Rates { rates, only })
        }
        (_, Some(document)) => {
            check_names(include, &document, before)?;
            Ok(Proposal::Document {
                document: inclusion.cut(document, before),
                is_whole,
                prune,
            })
        }
        (_, None) => Err(Error::internal("a changeset has no document")),
    }
}

/// A document from the JSON that a changeset keeps.
///
/// # Errors
/// `Internal`.
pub(super) fn kept_document(json: &str) -> Result<Document> {
    let unreadable = || Error::internal("the document of a changeset cannot be read");
    let node = document::read_json(json).map_err(|_| unreadable())?;
    document::read(&node).map_err(|_| unreadable())
}
