//! The default plan after a change was taken back.

use crate::catalog::plan::change;
use crate::domain::Result;
use crate::domain::change::{Change, ObjectChange};
use crate::domain::id::PlanId;
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::timestamp::Timestamp;
use crate::store::tables::changes::Changes;
use crate::store::tables::plan as plans;
use crate::store::transaction::Transaction;

/// Sees to it that a catalog with plans has one default plan. Of several, it is one that the change
/// that was taken back had touched; if there is none, it is the first of the list.
pub(super) async fn keep_one(
    tx: &Transaction,
    reverted: &Change,
    now: Timestamp,
) -> Result<Changes> {
    let defaults = plans::defaults(tx).await?;
    let chosen = match defaults.as_slice() {
        [_] => return Ok(Changes::NONE),
        [] => match plans::first(tx).await? {
            Some(first) => first.id,
            None => return Ok(Changes::NONE),
        },
        [first, ..] => {
            let touched = |id: &&PlanId| {
                let mut objects = reverted.objects.iter();
                objects.any(|object| object.id.as_deref() == Some(id.as_str()))
            };
            defaults.iter().find(touched).unwrap_or(first).clone()
        }
    };
    let mut changes = Changes::NONE;
    for id in defaults.into_iter().filter(|id| *id != chosen) {
        changes = changes.and(set_default(tx, id, false, now).await?);
    }
    Ok(changes.and(set_default(tx, chosen, true, now).await?))
}

/// Takes the default from the plan that has it, for another one that is to have it: no two plans have
/// it at a time.
pub(super) async fn give_up(tx: &Transaction, now: Timestamp) -> Result<Changes> {
    let mut changes = Changes::NONE;
    for id in plans::defaults(tx).await? {
        changes = changes.and(set_default(tx, id, false, now).await?);
    }
    Ok(changes)
}

async fn set_default(
    tx: &Transaction,
    id: PlanId,
    is_default: bool,
    now: Timestamp,
) -> Result<Changes> {
    let set = |plan: &mut Plan| {
        if plan.is_default != is_default {
            plan.is_default = is_default;
            plan.updated_at = now;
        }
        Ok(())
    };
    let (_, changes) = change(tx, Some(&PlanRef::Id(id)), set).await?.into_parts();
    Ok(changes.logged_as(ObjectChange::not_asked_for))
}
