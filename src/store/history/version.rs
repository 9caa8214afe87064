//! Versions of objects: what each was from a revision on.
//!
//! A version is the object's rows as JSON. Most versions differ little from the one before, so they
//! are compressed against an earlier version, their base, which is compressed alone: reading one
//! takes two rows, however many there are. A version that has become too unlike its base is a new
//! one.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryResult, Set, Statement, Value};
use serde::{Deserialize, Serialize};

use super::pack::{pack, unpack};
use crate::domain::change::ObjectType;
use crate::domain::feature::Feature;
use crate::domain::plan::Plan;
use crate::domain::plan_group::PlanGroup;
use crate::domain::{Error, Result};
use crate::store::entity::{feature, object_version, plan, plan_group};
use crate::store::plan_contents::{Definitions, Rows};
use crate::store::transaction::{InScope, Transaction};
use crate::store::{feature as features, plan as plans, plan_group as groups};

/// Up to so many bytes a version is kept compressed against its base, whatever else it could be.
const SMALL: usize = 256;

/// An object whose versions are kept.
pub trait Versioned {
    /// Its kind.
    const TYPE: ObjectType;

    /// Its id.
    fn id(&self) -> &str;

    /// Its rows as JSON; `None` for one that is gone.
    ///
    /// # Errors
    /// `Internal`.
    fn body(&self, at: &Transaction) -> Result<Option<Vec<u8>>>;
}

/// A plan as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredPlan {
    plan: plan::Model,
    parts: Rows,
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|why| Error::Internal(Box::new(why)))
}

fn from_json<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T> {
    serde_json::from_slice(json).map_err(|why| Error::Internal(Box::new(why)))
}

impl Versioned for Plan {
    const TYPE: ObjectType = ObjectType::Plan;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn body(&self, at: &Transaction) -> Result<Option<Vec<u8>>> {
        if self.deleted_at.is_some() {
            return Ok(None);
        }
        let stored = StoredPlan {
            plan: plans::to_row(at, self),
            parts: Rows::of_plan(at.scope().id.as_str(), self),
        };
        to_json(&stored).map(Some)
    }
}

impl Versioned for Feature {
    const TYPE: ObjectType = ObjectType::Feature;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn body(&self, at: &Transaction) -> Result<Option<Vec<u8>>> {
        to_json(&features::to_model(at, self)).map(Some)
    }
}

impl Versioned for PlanGroup {
    const TYPE: ObjectType = ObjectType::PlanGroup;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn body(&self, at: &Transaction) -> Result<Option<Vec<u8>>> {
        to_json(&groups::to_model(at, self)).map(Some)
    }
}

/// A plan of which the features in it have still to be known.
pub struct PastPlan {
    stored: StoredPlan,
}

impl PastPlan {
    /// The ids of the features that it has.
    pub fn feature_ids(&self) -> impl Iterator<Item = &str> {
        let rows = self.stored.parts.features.iter();
        rows.map(|row| row.feature_id.as_str())
    }

    /// The group that it is in.
    pub fn group_id(&self) -> Option<&str> {
        self.stored.plan.plan_group_id.as_deref()
    }

    /// The plan, with its features as they were.
    ///
    /// # Errors
    /// `Internal`, when a feature is missing.
    pub fn with_features(self, features: &PastFeatures) -> Result<Plan> {
        let StoredPlan { plan, parts } = self.stored;
        // Rows of one plan do not say which.
        let contents = parts.into_contents(&features.0)?.remove("");
        plans::from_row(plan, contents.unwrap_or_default())
    }
}

/// Features as they were, by id.
#[derive(Default)]
pub struct PastFeatures(Definitions);

impl PastFeatures {
    /// Adds one as its version says.
    ///
    /// # Errors
    /// `Internal`.
    pub fn add(&mut self, json: &[u8]) -> Result<()> {
        let row: feature::Model = from_json(json)?;
        self.0.insert(row.id.clone(), row);
        Ok(())
    }
}

/// Reads a version of a plan.
///
/// # Errors
/// `Internal`.
pub fn read_plan(json: &[u8]) -> Result<PastPlan> {
    from_json(json).map(|stored| PastPlan { stored })
}

/// Reads a version of a feature.
///
/// # Errors
/// `Internal`.
pub fn read_feature(json: &[u8]) -> Result<Feature> {
    features::from_row(from_json(json)?)
}

/// Reads a version of a plan group.
///
/// # Errors
/// `Internal`.
pub fn read_plan_group(json: &[u8]) -> Result<PlanGroup> {
    from_json::<plan_group::Model>(json).map(groups::from_row)
}

/// The object's newest version no newer than a revision, as it is stored.
struct Found {
    object_id: String,
    body: Option<Vec<u8>>,
    base: Option<Vec<u8>>,
}

impl Found {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            object_id: row.try_get("", "object_id")?,
            body: row.try_get("", "body")?,
            base: row.try_get("", "base")?,
        })
    }

    fn json(&self) -> Result<Option<Vec<u8>>> {
        let Some(body) = &self.body else {
            return Ok(None);
        };
        let like = match &self.base {
            Some(base) => unpack(base, &[])?,
            None => Vec::new(),
        };
        unpack(body, &like).map(Some)
    }
}

/// What a version and its base are read from; the base of a base is no other.
const FOUND: &str = "SELECT v.object_id, v.body, b.body AS base FROM object_versions v \
     LEFT JOIN object_versions b ON v.base_revision <> v.revision \
     AND b.scope_id = v.scope_id AND b.object_type = v.object_type \
     AND b.object_id = v.object_id AND b.revision = v.base_revision";

async fn all(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    connection.query_all_raw(statement).await
}

/// What an object was at a revision, as JSON; `None` where it was not there.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn version_of(
    at: &impl InScope,
    object_type: ObjectType,
    object_id: &str,
    revision: i64,
) -> Result<Option<Vec<u8>>> {
    let sql = format!(
        "{FOUND} WHERE v.scope_id = $1 AND v.object_type = $2 AND v.object_id = $3 \
         AND v.revision = (SELECT MAX(n.revision) FROM object_versions n WHERE n.scope_id = $1 \
         AND n.object_type = $2 AND n.object_id = $3 AND n.revision <= $4)"
    );
    let values = [
        at.scope().id.as_str().into(),
        object_type.as_str().into(),
        object_id.into(),
        revision.into(),
    ];
    let rows = all(at.connection().await?, &sql, values).await?;
    match rows.first() {
        Some(row) => Found::read(row)?.json(),
        None => Ok(None),
    }
}

/// What all objects of a kind were at a revision, as JSON by their ids.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn versions_at(
    at: &impl InScope,
    object_type: ObjectType,
    revision: i64,
) -> Result<HashMap<String, Vec<u8>>> {
    let sql = format!(
        "{FOUND} JOIN (SELECT object_id, MAX(revision) AS revision FROM object_versions \
         WHERE scope_id = $1 AND object_type = $2 AND revision <= $3 GROUP BY object_id) n \
         ON n.object_id = v.object_id AND n.revision = v.revision \
         WHERE v.scope_id = $1 AND v.object_type = $2 AND v.body IS NOT NULL"
    );
    let values = [
        at.scope().id.as_str().into(),
        object_type.as_str().into(),
        revision.into(),
    ];
    let rows = all(at.connection().await?, &sql, values).await?;
    let mut versions = HashMap::new();
    for row in &rows {
        let found = Found::read(row)?;
        if let Some(json) = found.json()? {
            versions.insert(found.object_id, json);
        }
    }
    Ok(versions)
}

/// The version that new versions of an object are compressed against.
struct Base {
    revision: i64,
    json: Vec<u8>,
}

async fn base_of(
    at: &Transaction,
    object_type: ObjectType,
    object_id: &str,
) -> Result<Option<Base>> {
    let sql = "SELECT b.revision, b.body FROM object_versions b \
         WHERE b.scope_id = $1 AND b.object_type = $2 AND b.object_id = $3 \
         AND b.revision = (SELECT v.base_revision FROM object_versions v \
         WHERE v.scope_id = $1 AND v.object_type = $2 AND v.object_id = $3 \
         AND v.revision = (SELECT MAX(n.revision) FROM object_versions n \
         WHERE n.scope_id = $1 AND n.object_type = $2 AND n.object_id = $3))";
    let values = [
        at.scope().id.as_str().into(),
        object_type.as_str().into(),
        object_id.into(),
    ];
    let rows = all(at.connection().await?, sql, values).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let body: Option<Vec<u8>> = row.try_get("", "body").map_err(Error::from)?;
    let Some(body) = body else {
        return Ok(None);
    };
    Ok(Some(Base {
        revision: row.try_get("", "revision").map_err(Error::from)?,
        json: unpack(&body, &[])?,
    }))
}

impl Transaction {
    /// Keeps what an object is from a revision on; no body where it is gone.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub(super) async fn keep_version(
        &self,
        object_type: ObjectType,
        object_id: &str,
        revision: i64,
        body: Option<Vec<u8>>,
    ) -> Result<()> {
        let (base_revision, body) = match body {
            Some(json) => {
                let base = base_of(self, object_type, object_id).await?;
                let (base_revision, body) = packed(&json, base, revision)?;
                (base_revision, Some(body))
            }
            None => (revision, None),
        };
        let row = object_version::ActiveModel {
            scope_id: Set(self.scope().id.as_str().to_owned()),
            object_type: Set(object_type.as_str().to_owned()),
            object_id: Set(object_id.to_owned()),
            revision: Set(revision),
            base_revision: Set(base_revision),
            body: Set(body),
        };
        object_version::Entity::insert(row)
            .exec_without_returning(self.connection().await?)
            .await?;
        Ok(())
    }
}

/// A version in few bytes: against its base, unless it is as well compressed alone and can be a base
/// itself.
fn packed(json: &[u8], base: Option<Base>, revision: i64) -> Result<(i64, Vec<u8>)> {
    let Some(base) = base else {
        return Ok((revision, pack(json, &[])?));
    };
    let against = pack(json, &base.json)?;
    if against.len() > SMALL {
        let alone = pack(json, &[])?;
        if alone.len() < against.len() * 2 {
            return Ok((revision, alone));
        }
    }
    Ok((base.revision, against))
}
