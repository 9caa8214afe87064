//! What the log lacks: the baseline of a catalog that is older than the log, and changes by programs
//! of the previous version, which do not log them.

use std::collections::HashMap;

use uuid::Uuid;

use super::current::{self, WithVersion};
use super::entity::Model;
use super::past;
use super::versions::{Others, others};
use crate::domain::change::{Actor, HasLeaves, ObjectChange, Origin, differing};
use crate::domain::id::RequestId;
use crate::domain::plan::PlanRef;
use crate::domain::{OrNone, Result};
use crate::store::query::InScope;
use crate::store::tables::changes::LoggedObject;
use crate::store::tables::plan as plans;
use crate::store::tables::plan::version as plan_version;
use crate::store::tables::revision;
use crate::store::transaction::Transaction;

/// The origin of changes that nobody logged.
pub(super) fn origin() -> Origin {
    Origin {
        actor: Actor::system(),
        operation: "catch-up",
        request_id: RequestId::from_uuid(Uuid::now_v7()).to_string(),
        note: None,
    }
}

/// The rows of a baseline: everything that the scope has.
pub(super) async fn baseline(tx: &Transaction) -> Result<Vec<Model>> {
    let mut rows = Vec::new();
    add(&mut rows, tx, current::features(tx).await?);
    add(&mut rows, tx, current::groups(tx).await?);
    add(&mut rows, tx, current::plans(tx).await?);
    add(&mut rows, tx, current::keys(tx).await?);
    Ok(rows)
}

fn add<T: HasLeaves>(rows: &mut Vec<Model>, tx: &Transaction, objects: Vec<WithVersion<T>>) {
    rows.extend(objects.into_iter().map(|(object, version)| {
        let object = object.object();
        Model {
            scope_id: tx.scope().id.as_str().to_owned(),
            revision: 0,
            position: 0,
            at: tx.now().as_millis(),
            actor_id: None,
            details: None,
            object_type: object.object_type.as_str().to_owned(),
            object_id: object.id,
            version: Some(version),
        }
    }));
}

/// What changed since the newest versions in the log, which is complete up to a revision.
pub(super) async fn missed(tx: &Transaction, logged: i64) -> Result<Vec<LoggedObject>> {
    let Others {
        features,
        groups,
        keys,
    } = others(tx, i64::MAX).await?;
    let mut missed = unlogged(features, current::features(tx).await?);
    missed.extend(unlogged(groups, current::groups(tx).await?));
    missed.extend(missed_plans(tx, logged).await?);
    missed.extend(unlogged(keys, current::keys(tx).await?));
    Ok(missed)
}

/// The plans that changed: every program marks them with the revision, so the others need not be read.
async fn missed_plans(tx: &Transaction, logged: i64) -> Result<Vec<LoggedObject>> {
    let (mut then, mut now) = (Vec::new(), Vec::new());
    for changed in revision::plans_changed_since(tx, logged).await? {
        then.extend(past::plan_by_id(tx, changed.id.as_str(), i64::MAX).await?);
        let id = PlanRef::Id(changed.id);
        if let Some(plan) = plans::find(tx, Some(&id)).await.or_none()? {
            let version = plan_version::version_of(&plan)?;
            now.extend(version.map(|version| (plan, version)));
        }
    }
    Ok(unlogged(then, now))
}

/// What happened to objects that have these versions now, as nobody asked for it.
fn unlogged<T: HasLeaves>(then: Vec<T>, now: Vec<WithVersion<T>>) -> Vec<LoggedObject> {
    let changes = differing(then, now.iter().map(|(object, _)| object));
    let by_id = now
        .into_iter()
        .map(|(object, version)| (object.object().id, version));
    let mut versions: HashMap<_, _> = by_id.collect();
    let logged = |change: ObjectChange| LoggedObject {
        version: change.id.as_ref().and_then(|id| versions.remove(id)),
        change: change.not_asked_for(),
    };
    changes.into_iter().map(logged).collect()
}
