//! Features on the wire.

use serde::{Deserialize, Serialize};

use super::object::object;
use super::scalar::{Nullable, kind};
use crate::domain::feature as domain;
use crate::domain::feature::{FeaturePatch, FeatureType, NewFeature};
use crate::domain::patch::Patch;
use crate::domain::scope::Scope;
use crate::domain::text::{Code, Description, Name, UnitName};
use crate::domain::timestamp::Timestamp;

object! {
    /// A feature of the catalog: what a plan can include.
    #[derive(Debug, Serialize)]
    pub struct Feature {
        /// The id of the feature.
        id: String { example: "feat_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The display name.
        name: Name { example: "API calls" },
        /// The code, unique among the features of the catalog.
        code: Code { example: "api_calls" },
        /// How it is measured; fixed at creation.
        r#type: FeatureType,
        /// What it is.
        description: Nullable<Description> { example: "Calls of the public API" },
        /// What one unit of it is called.
        unit_name: Nullable<UnitName> { example: "call" },
        /// When it was created.
        created_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// When it last changed.
        updated_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// Always `feature`.
        object: kind::Feature,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A feature to create.
    #[derive(Debug, Deserialize)]
    pub struct CreateFeatureRequest {
        /// The display name.
        name: Name { pattern: Name::PATTERN, example: "API calls" },
        /// The code, unique among the features of the catalog. It cannot start with `feat_` or be `manage`.
        code: Code { example: "api_calls" },
        /// How it is measured; it cannot be changed later.
        r#type: FeatureType { example: "usage" },
        /// What it is.
        description: Option<Description> { example: "Calls of the public API" },
        /// What one unit of it is called.
        unit_name: Option<UnitName> { example: "call" },
    }
}

object! {
    /// A change of a feature. What is absent stays; at least one field is needed.
    #[derive(Debug, Deserialize)]
    pub struct UpdateFeatureRequest {
        /// The display name.
        name: Option<Name> { pattern: Name::PATTERN, example: "API requests" },
        /// What it is; null clears it.
        #[serde(default)]
        description: Patch<Description> { example: "Requests to the public API" },
        /// What one unit of it is called; null clears it.
        #[serde(default)]
        unit_name: Patch<UnitName> { example: "request" },
    }
}

impl CreateFeatureRequest {
    /// The feature that is asked for.
    pub fn into_domain(self) -> NewFeature {
        let Self {
            name,
            code,
            r#type,
            description,
            unit_name,
        } = self;
        NewFeature {
            name,
            code,
            feature_type: r#type,
            description,
            unit_name,
        }
    }
}

impl UpdateFeatureRequest {
    /// The change that is asked for.
    pub fn into_domain(self) -> FeaturePatch {
        let Self {
            name,
            description,
            unit_name,
        } = self;
        FeaturePatch {
            name,
            description,
            unit_name,
        }
    }
}

impl Feature {
    /// The feature as it goes over the wire.
    pub fn new(feature: domain::Feature, scope: &Scope) -> Self {
        let domain::Feature {
            id,
            code,
            name,
            feature_type,
            description,
            unit_name,
            created_at,
            updated_at,
        } = feature;
        Self {
            id: id.to_string(),
            name,
            code,
            r#type: feature_type,
            description: description.into(),
            unit_name: unit_name.into(),
            created_at,
            updated_at,
            object: kind::Feature,
            livemode: scope.livemode(),
        }
    }
}
