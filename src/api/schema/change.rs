//! Changes on the wire.

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::object::object;
use super::scalar::{AnyValue, Nullable, kind};
use crate::catalog::history::Comparison;
use crate::catalog::revert::Reverted;
use crate::catalog::write::Trial;
use crate::domain::change as domain;
use crate::domain::change::{Action, ActorType, Cause, ObjectType, Origin, Revision};
use crate::domain::scope::{Mode, Scope};
use crate::domain::timestamp::Timestamp;

object! {
    /// A change of the catalog: a write, with everything that it did.
    #[derive(Debug, Serialize)]
    pub struct Change {
        /// The revision of the catalog that the change led to. Each change has the next one.
        revision: Revision { example: 42 },
        /// When it was made.
        at: Timestamp { example: "2026-07-12T18:04:11.000Z" },
        /// Who made it.
        actor: Actor,
        /// The operation, by its id in this document.
        operation: String { example: "update-plan-price" },
        /// The `X-Request-Id` of the call.
        request_id: String { example: "req_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Why it was made: the `Change-Note` of the call.
        note: Nullable<String> { example: "Q3 promotion ends" },
        /// The revision of the change that it takes back.
        reverts: Nullable<Revision> { example: 41 },
        /// What happened to which objects.
        objects: Vec<ObjectChange>,
        /// Always `change`.
        object: kind::Change,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// Who made a change.
    #[derive(Debug, Serialize)]
    pub struct Actor {
        /// The kind of actor.
        r#type: ActorType,
        /// The id of the API key.
        id: Nullable<String> { example: "key_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The name of the API key, or of what else made the change.
        name: String { example: "Back office" },
        /// The first characters of the key's secret.
        prefix: Nullable<String> { example: "ck_sandbox_4f9a1c" },
    }
}

object! {
    /// What happened to one object.
    #[derive(Debug, Serialize)]
    pub struct ObjectChange {
        /// The kind of object.
        object_type: ObjectType,
        /// Its id; null if it has none yet.
        id: Nullable<String> { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Its code, if it has one.
        code: Nullable<String> { example: "example_plan" },
        /// Its name.
        name: String { example: "Pro" },
        /// What happened to it.
        action: Action,
        /// The fields that have another value.
        fields: Vec<FieldChange>,
    }
}

object! {
    /// A field that has another value.
    #[derive(Debug, Serialize)]
    pub struct FieldChange {
        /// Where it is in the object, by codes and intervals.
        path: String { example: "prices[monthly].price" },
        /// The value before, in the units of the API; null if there was none.
        from: AnyValue { example: 4900 },
        /// The value after; null if there is none.
        to: AnyValue { example: 5900 },
        /// Whether the call asked for it, or it followed from that.
        cause: Cause,
    }
}

object! {
    /// How to take a change back.
    #[derive(Debug, Deserialize)]
    pub struct RevertChangeRequest {
        /// Whether to set what the change wrote back even if others built on it. Nothing else is written then either.
        force: Option<bool> { default: false, example: false },
    }
}

object! {
    /// What a dry run found: what the real call would change. It changed nothing.
    #[derive(Debug, Serialize)]
    pub struct DryRun {
        /// Always `false`.
        applied: bool { example: false },
        /// The revision of the catalog that the call was tried on.
        revision: Revision { example: 42 },
        /// What it would change, as far as the key may read it.
        changes: Vec<ObjectChange>,
        /// What looks wrong in what it would change, as far as the key may read it.
        findings: Vec<Finding>,
    }
}

object! {
    /// What is different between two revisions of the catalog.
    #[derive(Debug, Serialize)]
    pub struct RevisionComparison {
        /// The revision that is compared with.
        from: Revision { example: 40 },
        /// The revision that is compared.
        to: Revision { example: 42 },
        /// The objects that differ, by id.
        objects: Vec<ObjectChange>,
    }
}

impl Change {
    /// The change as it goes over the wire.
    pub fn new(change: domain::Change, scope: &Scope) -> Self {
        Self::of_mode(change, scope.mode)
    }

    /// The changes that a refusal names.
    pub fn listed(named: &domain::NamedChanges) -> Vec<Self> {
        let changes = named.changes.iter().cloned();
        changes
            .map(|change| Self::of_mode(change, named.mode))
            .collect()
    }

    fn of_mode(change: domain::Change, mode: Mode) -> Self {
        let domain::Change {
            revision,
            at,
            actor,
            operation,
            request_id,
            note,
            reverts,
            objects,
        } = change;
        Self {
            revision: Revision::new(revision),
            at,
            actor: actor.into(),
            operation,
            request_id,
            note: note.into(),
            reverts: reverts.map(Revision::new).into(),
            objects: objects.into_iter().map(Into::into).collect(),
            object: kind::Change,
            livemode: mode.is_live(),
        }
    }
}

impl Change {
    /// The change that took another one back.
    pub fn of_revert(reverted: &Reverted, origin: &Origin, scope: &Scope) -> Self {
        let change = domain::Change {
            revision: reverted.revision,
            at: reverted.at,
            actor: origin.actor.clone(),
            operation: origin.operation.to_owned(),
            request_id: origin.request_id.clone(),
            note: origin.note.as_ref().map(|note| note.as_str().to_owned()),
            reverts: Some(reverted.reverts),
            objects: reverted.objects.clone(),
        };
        Self::new(change, scope)
    }
}

impl From<domain::Actor> for Actor {
    fn from(actor: domain::Actor) -> Self {
        let domain::Actor {
            actor_type,
            id,
            name,
            prefix,
        } = actor;
        Self {
            r#type: actor_type,
            id: id.map(|id| id.to_string()).into(),
            name,
            prefix: prefix.into(),
        }
    }
}

impl From<domain::ObjectChange> for ObjectChange {
    fn from(change: domain::ObjectChange) -> Self {
        let domain::ObjectChange {
            object_type,
            id,
            code,
            name,
            action,
            fields,
        } = change;
        Self {
            object_type,
            id: id.into(),
            code: code.into(),
            name,
            action,
            fields: fields.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<domain::FieldChange> for FieldChange {
    fn from(field: domain::FieldChange) -> Self {
        let domain::FieldChange {
            path,
            from,
            to,
            cause,
        } = field;
        Self {
            path,
            from: AnyValue(from),
            to: AnyValue(to),
            cause,
        }
    }
}

impl From<Trial> for DryRun {
    fn from(trial: Trial) -> Self {
        let Trial {
            revision,
            changes,
            findings,
        } = trial;
        Self {
            applied: false,
            revision: Revision::new(revision),
            changes: changes.into_iter().map(Into::into).collect(),
            findings: findings.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Comparison> for RevisionComparison {
    fn from(comparison: Comparison) -> Self {
        let Comparison { from, to, objects } = comparison;
        Self {
            from: Revision::new(from),
            to: Revision::new(to),
            objects: objects.into_iter().map(Into::into).collect(),
        }
    }
}
