//! Changesets on the wire.

use std::collections::BTreeMap;

use poem_openapi::registry::{MetaSchemaRef, Registry};
use serde::{Deserialize, Serialize};

use super::change::{Actor, ObjectChange};
use super::describe::Schema;
use super::finding::Finding;
use super::object::object;
use super::scalar::{DocumentField, Nullable, Rate, RateMap, Reference, SafeInteger, kind};
use crate::catalog::changeset::{Applied, ChangesetView};
use crate::domain::change::Revision;
use crate::domain::changeset as domain;
use crate::domain::changeset::{ChangesetStatus, Included, Prune};
use crate::domain::lint::LintRule;
use crate::domain::scope::{Mode, Scope};
use crate::domain::timestamp::Timestamp;

object! {
    /// A change of many things at once, which is looked at and then applied, whole or not at all.
    #[derive(Debug, Serialize)]
    pub struct Changeset {
        /// The id.
        id: String { example: "chs_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// What became of it.
        status: ChangesetStatus,
        /// A digest of what it does and of its findings, to be sent when it is applied: SHA-256 in hexadecimal.
        digest: String { example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
        /// The revision of the catalog that it was made from.
        base_revision: Revision { example: 42 },
        /// What it was made from.
        source: ChangesetSource,
        /// Why it was made: the `Change-Note` of the call.
        note: Nullable<String> { example: "Q3 promotion ends" },
        /// What happens to objects that the source does not have.
        prune: Prune,
        /// The sections and objects of the source that it includes; null for everything.
        include: Nullable<Vec<String>>,
        /// What happens to which objects. What does not exist yet has no id. Left out of lists.
        #[serde(skip_serializing_if = "Option::is_none")]
        objects: Option<Vec<ObjectChange>>,
        /// What looks wrong in what it does.
        findings: Vec<Finding>,
        /// Values set by hand that stay as they are while their derived values move.
        manual_values: Vec<ManualValue>,
        /// How many objects it makes, changes and deletes.
        summary: ChangesetSummary,
        /// When it was made.
        created_at: Timestamp { example: "2026-07-12T18:04:11.000Z" },
        /// Who made it.
        created_by: Actor,
        /// The revision that it led to, if it was applied.
        applied_revision: Nullable<Revision> { example: 43 },
        /// Until when it is kept.
        expires_at: Timestamp { example: "2026-07-19T18:04:11.000Z" },
        /// Always `changeset`.
        object: kind::Changeset,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// What a changeset was made from.
    #[derive(Debug, Serialize)]
    pub struct ChangesetSource {
        /// Its kind: `document`, `scope`, `revision` or `rates`.
        r#type: String { example: "document" },
        /// The mode whose catalog it is, of a scope.
        scope: Nullable<Mode>,
        /// The revision, of a scope or a revision.
        revision: Nullable<Revision> { example: 42 },
        /// The exchange rates by currency, of rates.
        rates: Nullable<RateMap>,
        /// The codes of the plans, of rates that are not for all.
        only: Nullable<Vec<String>>,
    }
}

object! {
    /// How many objects a changeset makes, changes and deletes.
    #[derive(Debug, Serialize)]
    pub struct ChangesetSummary {
        /// Number of new objects.
        created: SafeInteger { example: 1 },
        /// Number of changed objects.
        updated: SafeInteger { example: 2 },
        /// Number of deleted objects.
        deleted: SafeInteger { example: 0 },
    }
}

object! {
    /// A value set by hand that stays as it is while its derived value moves.
    #[derive(Debug, Serialize)]
    pub struct ManualValue {
        /// The id of the plan.
        id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The code of the plan.
        code: String { example: "pro" },
        /// The field, by codes and intervals.
        path: String { example: "prices[monthly].regionalPrices[eur].price" },
        /// The value, in the units of the API.
        value: SafeInteger { example: 4500 },
        /// What would be derived after the change, in the units of the API; null if nothing can be.
        derived_would_be: Nullable<SafeInteger> { example: 4557 },
        /// How far the value is from that, as a fraction of it: `-0.0125` is 1.25 % below.
        deviation: Nullable<String> { example: "-0.0125" },
    }
}

object! {
    /// What to make a changeset from.
    #[derive(Debug, Deserialize)]
    pub struct CreateChangesetRequest {
        /// The source: `document`, `scope` with or without `revision`, `revision` alone, or `rates` with or without `only`.
        source: ChangesetSourceRequest,
        /// What happens to objects that the source does not have: they stay (`none`), or they are deleted in the sections that the source has (`all`).
        prune: Option<Prune> { default: "none" },
        /// The part of the source that the changeset includes, such as `plans/pro` or `features`; everything if omitted. Features that its plans need come along.
        include: Option<Vec<Reference>> { min_items: 1_usize, max_items: 1000_usize },
    }
}

object! {
    /// The source of a changeset.
    #[derive(Debug, Deserialize)]
    pub struct ChangesetSourceRequest {
        /// A document of the catalog: YAML as a text, or the same as JSON.
        document: Option<DocumentField>,
        /// The mode of the other catalog of the organization. A live key reads its sandbox; to read live, send a live key in `Source-Api-Key`.
        scope: Option<Mode>,
        /// A revision: of the other catalog if `scope` is sent, otherwise of this one.
        revision: Option<RevisionNumber>,
        /// Exchange rates by currency, as numbers or texts: units of the currency per US dollar.
        rates: Option<RateMap>,
        /// The codes of the plans that get the rates; all that have the currencies if omitted.
        only: Option<Vec<Reference>> { min_items: 1_usize, max_items: 1000_usize },
    }
}

object! {
    /// What was looked at, so that a changeset can be applied.
    #[derive(Debug, Deserialize)]
    pub struct ApplyChangesetRequest {
        /// The digest of the changeset.
        digest: String { example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
        /// The rules of findings that are errors and are meant all the same.
        acknowledge: Option<Vec<LintRule>> { max_items: 100_usize },
        /// `live`, demanded where objects or prices of the live catalog are deleted.
        confirm: Option<Mode>,
    }
}

object! {
    /// A changeset that was applied.
    #[derive(Debug, Serialize)]
    pub struct AppliedChangeset {
        /// The id of the changeset.
        changeset_id: String { example: "chs_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The revision that it led to; the current one if it changed nothing.
        revision: Revision { example: 43 },
        /// Number of objects that it changed.
        changes: SafeInteger { example: 3 },
        /// Always `changeset`.
        object: kind::Changeset,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

/// A revision in a request.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct RevisionNumber(pub i64);

impl Schema for RevisionNumber {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        Revision::schema(registry)
    }
}

impl Changeset {
    /// A changeset without its objects.
    pub fn listed(changeset: domain::Changeset, scope: &Scope) -> Self {
        let domain::Changeset {
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
            summary,
            findings,
            manual_values,
        } = changeset;
        let include: Vec<_> = include.iter().map(Included::as_text).collect();
        let domain::Summary {
            created,
            updated,
            deleted,
        } = summary;
        Self {
            id: id.to_string(),
            status,
            digest,
            base_revision: Revision::new(base_revision),
            source: source.into(),
            note: note.map(|note| note.as_str().to_owned()).into(),
            prune,
            include: (!include.is_empty()).then_some(include).into(),
            objects: None,
            findings: findings.into_iter().map(Into::into).collect(),
            manual_values: manual_values.into_iter().map(Into::into).collect(),
            summary: ChangesetSummary {
                created: SafeInteger(created),
                updated: SafeInteger(updated),
                deleted: SafeInteger(deleted),
            },
            created_at,
            created_by: created_by.into(),
            applied_revision: applied_revision.map(Revision::new).into(),
            expires_at,
            object: kind::Changeset,
            livemode: scope.livemode(),
        }
    }

    /// A changeset with a page of its objects.
    pub fn new(view: ChangesetView, scope: &Scope) -> Self {
        let ChangesetView {
            changeset,
            objects,
            has_more: _,
        } = view;
        Self {
            objects: Some(objects.into_iter().map(Into::into).collect()),
            ..Self::listed(changeset, scope)
        }
    }
}

impl From<domain::ChangesetSource> for ChangesetSource {
    fn from(source: domain::ChangesetSource) -> Self {
        let of = |word: &str| Self {
            r#type: word.to_owned(),
            scope: None.into(),
            revision: None.into(),
            rates: None.into(),
            only: None.into(),
        };
        match source {
            domain::ChangesetSource::Document => of("document"),
            domain::ChangesetSource::Scope { mode, revision } => Self {
                scope: Some(mode).into(),
                revision: Some(Revision::new(revision)).into(),
                ..of("scope")
            },
            domain::ChangesetSource::Revision(revision) => Self {
                revision: Some(Revision::new(revision)).into(),
                ..of("revision")
            },
            domain::ChangesetSource::Rates { rates, only } => {
                let rates = rates.iter();
                let rates = rates.map(|(currency, rate)| (currency.to_string(), Rate::from(rate)));
                let only = only.map(|codes| {
                    let codes = codes.iter().map(|code| code.as_str().to_owned());
                    codes.collect::<Vec<_>>()
                });
                Self {
                    rates: Some(RateMap(rates.collect::<BTreeMap<_, _>>())).into(),
                    only: only.into(),
                    ..of("rates")
                }
            }
        }
    }
}

impl From<domain::ManualValue> for ManualValue {
    fn from(value: domain::ManualValue) -> Self {
        let domain::ManualValue {
            id,
            code,
            path,
            value,
            derived_would_be,
            deviation,
        } = value;
        Self {
            id,
            code,
            path,
            value: SafeInteger(value),
            derived_would_be: derived_would_be.map(SafeInteger).into(),
            deviation: deviation.into(),
        }
    }
}

impl AppliedChangeset {
    /// The answer to applying a changeset.
    pub fn new(applied: &Applied, scope: &Scope) -> Self {
        let Applied {
            id,
            revision,
            changes,
        } = applied;
        Self {
            changeset_id: id.to_string(),
            revision: Revision::new(*revision),
            changes: SafeInteger(*changes),
            object: kind::Changeset,
            livemode: scope.livemode(),
        }
    }
}
