//! Features that plans can include.

use super::error::{Error, Result, Violations};
use super::id::FeatureId;
use super::patch::Patch;
use super::text::{Code, Description, Name, UnitName, check_code};
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// How a feature is measured.
    pub enum FeatureType {
        /// On or off.
        Boolean = "boolean",
        /// Counted by consumption.
        Usage = "usage",
        /// Counted by user.
        Seats = "seats",
        /// A durable allowance, such as projects.
        Quota = "quota",
    }
}

/// A feature of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// The id.
    pub id: FeatureId,
    /// The code, unique in the scope among features that are not deleted.
    pub code: Code,
    /// The display name.
    pub name: Name,
    /// How it is measured; fixed at creation.
    pub feature_type: FeatureType,
    /// The description.
    pub description: Option<Description>,
    /// The name of one unit.
    pub unit_name: Option<UnitName>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When one of its own fields last changed.
    pub updated_at: Timestamp,
}

/// A reference to a feature by id or code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeatureRef {
    /// By its id.
    Id(FeatureId),
    /// By its code.
    Code(Code),
}

impl FeatureRef {
    /// Parses a reference. A code cannot start with the prefix of an id, so the two never overlap.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with(FeatureId::PREFIX) {
            return FeatureId::parse(text).map(Self::Id);
        }
        Code::has_pattern(text)
            .then(|| Code::parse(text))
            .flatten()
            .map(Self::Code)
    }

    /// The id or the code.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Id(id) => id.as_str(),
            Self::Code(code) => code.as_str(),
        }
    }

    /// Whether this refers to the given feature.
    pub fn names(&self, feature: &Feature) -> bool {
        match self {
            Self::Id(id) => *id == feature.id,
            Self::Code(code) => *code == feature.code,
        }
    }
}

/// The fields of a new feature.
#[derive(Debug, Clone)]
pub struct NewFeature {
    /// See [`Feature::name`].
    pub name: Name,
    /// See [`Feature::code`].
    pub code: Code,
    /// See [`Feature::feature_type`].
    pub feature_type: FeatureType,
    /// See [`Feature::description`].
    pub description: Option<Description>,
    /// See [`Feature::unit_name`].
    pub unit_name: Option<UnitName>,
}

/// An update of a feature; absent fields stay as they are.
#[derive(Debug, Clone)]
pub struct FeaturePatch {
    /// See [`Feature::name`].
    pub name: Option<Name>,
    /// See [`Feature::description`].
    pub description: Patch<Description>,
    /// See [`Feature::unit_name`].
    pub unit_name: Patch<UnitName>,
}

impl Feature {
    /// Creates a feature.
    ///
    /// # Errors
    /// Validation, if the code looks like a feature id or is reserved.
    pub fn create(new: NewFeature, id: FeatureId, now: Timestamp) -> Result<Self> {
        let mut violations = Violations::default();
        check_code(&mut violations, &new.code, FeatureId::PREFIX);
        violations.into_result()?;
        Ok(Self {
            id,
            code: new.code,
            name: new.name,
            feature_type: new.feature_type,
            description: new.description,
            unit_name: new.unit_name,
            created_at: now,
            updated_at: now,
        })
    }

    /// Updates the feature; `updated_at` changes only if a field does.
    pub fn update(&mut self, patch: FeaturePatch, now: Timestamp) {
        let FeaturePatch {
            name,
            description,
            unit_name,
        } = patch;
        let before = self.clone();
        if let Some(name) = name {
            self.name = name;
        }
        self.description = description.apply(self.description.take());
        self.unit_name = unit_name.apply(self.unit_name.take());
        if *self != before {
            self.updated_at = now;
        }
    }
}

impl FeaturePatch {
    /// Refuses an update without any field.
    ///
    /// # Errors
    /// Validation of `name`, the first field.
    pub fn require_a_field(&self) -> Result<()> {
        let Self {
            name,
            description,
            unit_name,
        } = self;
        if name.is_none() && description.is_keep() && unit_name.is_keep() {
            return Err(Error::invalid(
                "name",
                "At least one of `name`, `description` and `unitName` is required.",
            ));
        }
        Ok(())
    }
}
