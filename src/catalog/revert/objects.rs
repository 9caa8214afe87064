//! Taking back what a change did to one object.

use super::around::Around;
use super::current::CurrentFeatures;
use super::{conflicts, defaults};
use crate::domain::change::{Action, ObjectChange, ObjectType};
use crate::domain::error::Taken;
use crate::domain::feature::{Feature, FeatureRef};
use crate::domain::id::{FeatureId, PlanGroupId, PlanId};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::plan_group::PlanGroup;
use crate::domain::revert::{
    PlanStates, States, take_back_feature, take_back_plan, take_back_plan_group,
};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, OrNone, Result};
use crate::store::tables::changes::Changes;
use crate::store::tables::{feature as features, plan as plans, plan_group as groups};
use crate::store::transaction::Transaction;

/// Brings an object back that the change deleted, or takes back what it changed in it.
pub(super) async fn restore(
    tx: &Transaction,
    around: &Around,
    features: &mut CurrentFeatures,
    object: &ObjectChange,
    now: Timestamp,
) -> Result<Changes> {
    if object.action == Action::Created {
        return Ok(Changes::NONE);
    }
    let id = object.id.as_deref().unwrap_or_default();
    match object.object_type {
        ObjectType::Plan => restore_plan(tx, around.plan(id), features, now).await,
        ObjectType::Feature => restore_feature(tx, around.feature(id), now).await,
        ObjectType::PlanGroup => restore_group(tx, around.group(id), now).await,
        ObjectType::ApiKey => Ok(Changes::NONE),
    }
}

/// Deletes an object that the change made.
pub(super) async fn remove(
    tx: &Transaction,
    object: &ObjectChange,
    now: Timestamp,
) -> Result<Changes> {
    if object.action != Action::Created {
        return Ok(Changes::NONE);
    }
    let id = object.id.clone().unwrap_or_default();
    match object.object_type {
        ObjectType::Plan => remove_plan(tx, id, now).await,
        ObjectType::Feature => remove_feature(tx, id, now).await,
        ObjectType::PlanGroup => remove_group(tx, id).await,
        ObjectType::ApiKey => Ok(Changes::NONE),
    }
}

async fn restore_plan(
    tx: &Transaction,
    [before, after]: [Option<&Plan>; 2],
    features: &mut CurrentFeatures,
    now: Timestamp,
) -> Result<Changes> {
    let Some(before) = before else {
        return Ok(Changes::NONE);
    };
    let id = PlanRef::Id(before.id.clone());
    let current = plans::find(tx, Some(&id)).await.or_none()?;
    let (saved, result) = match (current, after) {
        (Some(current), Some(after)) => {
            let own = features.of(tx, before).await?;
            let plan = PlanStates {
                states: States { before, after },
                features: &own,
            };
            match take_back_plan(&current, plan, now) {
                Ok(result) => (current, result),
                Err(error) => return Err(or_gone(tx, before, &own, error).await?),
            }
        }
        (None, None) => bring_back(tx, before, features, now).await?,
        // It was deleted since, or is back already.
        (None, Some(_)) | (Some(_), None) => return Ok(Changes::NONE),
    };
    require_group(tx, &result).await?;
    let given_up = match result.is_default && !saved.is_default {
        true => defaults::give_up(tx, now).await?,
        false => Changes::NONE,
    };
    Ok(tx.save_plan(&saved, &result).await?.and(given_up))
}

/// A plan that was deleted, as it is stored and as it is to be again. Its derived values follow the rates
/// that it had, and its features are those of today.
async fn bring_back(
    tx: &Transaction,
    before: &Plan,
    features: &mut CurrentFeatures,
    now: Timestamp,
) -> Result<(Plan, Plan)> {
    if plans::code_is_taken(tx, &before.code).await? {
        let code = before.code.as_str();
        let message = format!("Another plan has the code `{code}` by now.");
        return Err(Error::Duplicate(Taken::new("revision", message)));
    }
    let deleted = plans::find_deleted(tx, &before.id).await?;
    let own = features.of(tx, before).await?;
    if own.len() < before.features.len() {
        return Err(or_gone(tx, before, &own, Error::FeatureNotFound).await?);
    }
    let mut result = before.clone();
    for item in &mut result.features {
        let mut stored = deleted.features.iter();
        if let Some(stored) = stored.find(|stored| stored.feature.id == item.feature.id) {
            item.feature = stored.feature.clone();
        }
    }
    result.updated_at = now;
    Ok((deleted, result))
}

/// The refusal of a plan whose features are not all in the catalog any more; other errors stay.
async fn or_gone(
    tx: &Transaction,
    before: &Plan,
    current: &[Feature],
    error: Error,
) -> Result<Error> {
    if !matches!(error, Error::FeatureNotFound) {
        return Ok(error);
    }
    let ids = before.features.iter().map(|item| &item.feature.id);
    let gone = ids.filter(|id| !current.iter().any(|feature| feature.id == **id));
    conflicts::newest_of(tx, gone.map(ToString::to_string).collect()).await
}

/// Refuses a plan in a group that is gone.
async fn require_group(tx: &Transaction, plan: &Plan) -> Result<()> {
    let Some(group) = &plan.plan_group_id else {
        return Ok(());
    };
    match groups::find(tx, Some(group)).await.or_none()? {
        Some(_) => Ok(()),
        None => Err(conflicts::newest_of(tx, vec![group.to_string()]).await?),
    }
}

async fn restore_feature(
    tx: &Transaction,
    [before, after]: [Option<&Feature>; 2],
    now: Timestamp,
) -> Result<Changes> {
    let Some(before) = before else {
        return Ok(Changes::NONE);
    };
    let id = FeatureRef::Id(before.id.clone());
    let current = features::find(tx, Some(&id)).await.or_none()?;
    match (current, after) {
        (Some(current), Some(after)) => {
            let states = States { before, after };
            let result = take_back_feature(&current, states, now);
            if result == current {
                return Ok(Changes::NONE);
            }
            tx.update_feature(&current, &result).await
        }
        (None, None) => {
            let code = FeatureRef::Code(before.code.clone());
            match features::find(tx, Some(&code)).await.or_none()? {
                None => tx.restore_feature(before).await,
                Some(_) => {
                    let code = before.code.as_str();
                    let message = format!("Another feature has the code `{code}` by now.");
                    Err(Error::Duplicate(Taken::new("revision", message)))
                }
            }
        }
        (None, Some(_)) | (Some(_), None) => Ok(Changes::NONE),
    }
}

async fn restore_group(
    tx: &Transaction,
    [before, after]: [Option<&(PlanGroup, Option<i64>)>; 2],
    now: Timestamp,
) -> Result<Changes> {
    let Some((before, order)) = before else {
        return Ok(Changes::NONE);
    };
    let current = groups::find(tx, Some(&before.id)).await.or_none()?;
    let (current, result) = match (current, after) {
        (Some(current), Some((after, _))) => {
            let states = States { before, after };
            let result = take_back_plan_group(&current, states, now);
            (Some(current), result)
        }
        (None, None) => (None, before.clone()),
        (None, Some(_)) | (Some(_), None) => return Ok(Changes::NONE),
    };
    if groups::name_is_taken(tx, &result.name, &result.id).await? {
        let message = "Another plan group has the name by now.";
        return Err(Error::Duplicate(Taken::new("revision", message)));
    }
    match current {
        Some(current) if current == result => Ok(Changes::NONE),
        Some(current) => tx.update_plan_group(&current, &result).await,
        None => tx.restore_plan_group(&result, *order).await,
    }
}

async fn remove_plan(tx: &Transaction, id: String, now: Timestamp) -> Result<Changes> {
    let id = PlanRef::Id(PlanId::from_row(id));
    let Some(current) = plans::find(tx, Some(&id)).await.or_none()? else {
        return Ok(Changes::NONE);
    };
    let mut deleted = current.clone();
    deleted.delete(now);
    tx.save_plan(&current, &deleted).await
}

async fn remove_feature(tx: &Transaction, id: String, now: Timestamp) -> Result<Changes> {
    let id = FeatureRef::Id(FeatureId::from_row(id));
    let Some(feature) = features::find(tx, Some(&id)).await.or_none()? else {
        return Ok(Changes::NONE);
    };
    match features::plans_with(tx, &feature.id).await? {
        Some(plans) => Err(Error::FeatureInUse(plans)),
        None => tx.delete_feature(&feature, now).await,
    }
}

async fn remove_group(tx: &Transaction, id: String) -> Result<Changes> {
    let id = PlanGroupId::from_row(id);
    let Some(group) = groups::find(tx, Some(&id)).await.or_none()? else {
        return Ok(Changes::NONE);
    };
    let members = groups::members(tx, &group).await?;
    if members.is_empty() {
        return tx.delete_plan_group(&group).await;
    }
    let ids = members.iter().map(|member| member.plan_id.to_string());
    Err(conflicts::newest_of(tx, ids.collect()).await?)
}
