//! Plans: the aggregate that features, prices and regional values belong to.
//!
//! The rules about the parts of a plan are methods of [`Plan`] in the files of the parts:
//! [`plan_feature`](super::plan_feature), [`plan_price`](super::plan_price) and
//! [`regional`](super::regional). The rules for a plan as a whole are in `plan_check`.

use super::error::{Result, Violations};
use super::id::{PlanGroupId, PlanId};
use super::money::{Currency, ExchangeRate};
use super::patch::Patch;
use super::plan_feature::PlanFeature;
use super::plan_price::PlanPrice;
use super::text::{Code, Description, Metadata, Name, check_code};
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// How customers of a plan pay for their use.
    pub enum ConsumptionModel {
        /// Use is counted and billed afterwards.
        Metered = "metered",
        /// Use is deducted from credits.
        Credits = "credits",
        /// Use is deducted from a balance of money.
        Balance = "balance",
    }
}

/// A plan with its features, prices and exchange rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The id.
    pub id: PlanId,
    /// The code, unique in the scope among plans that are not deleted.
    pub code: Code,
    /// The display name.
    pub name: Name,
    /// The description.
    pub description: Option<Description>,
    /// How its customers pay for their use; fixed at creation.
    pub consumption_model: ConsumptionModel,
    /// Whether it is public; lists omit private plans unless the request includes them.
    pub is_public: bool,
    /// Whether it is the default plan: true for exactly one plan of a scope that has plans.
    pub is_default: bool,
    /// Whether it costs nothing; fixed at creation.
    pub is_free: bool,
    /// Whether use stops when credits or balance run out; `None` on metered plans.
    pub block_on_exhaustion: Option<bool>,
    /// Its position in its group; for a plan without a group, its position by creation.
    pub sort_order: i64,
    /// The number of plans ever created in the scope before it.
    pub creation_order: i64,
    /// Its group.
    pub plan_group_id: Option<PlanGroupId>,
    /// The client's own data.
    pub metadata: Option<Metadata>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When one of its own fields last changed; its features and prices do not count.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Its features, in the order of addition.
    pub features: Vec<PlanFeature>,
    /// Its prices, in the order of addition; one per billing interval.
    pub prices: Vec<PlanPrice>,
    /// The rates at which regional values are derived, ordered by currency.
    pub exchange_rates: Vec<PlanExchangeRate>,
}

/// The exchange rate of one currency in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanExchangeRate {
    /// The currency.
    pub currency: Currency,
    /// Units of it per US dollar.
    pub exchange_rate: ExchangeRate,
}

/// A reference to a plan by id or code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanRef {
    /// By its id.
    Id(PlanId),
    /// By its code.
    Code(Code),
}

impl PlanRef {
    /// Parses a reference. A code cannot start with the prefix of an id, so the two never overlap.
    ///
    /// ```
    /// use pricebook::domain::plan::PlanRef;
    ///
    /// assert!(matches!(PlanRef::parse("pro"), Some(PlanRef::Code(_))));
    /// let id = "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34";
    /// assert!(matches!(PlanRef::parse(id), Some(PlanRef::Id(_))));
    /// assert!(PlanRef::parse("pln_pro").is_none());
    /// assert!(PlanRef::parse("Pro plan").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with(PlanId::PREFIX) {
            return PlanId::parse(text).map(Self::Id);
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
}

/// The fields of a new plan.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// See [`Plan::name`].
    pub name: Name,
    /// See [`Plan::code`].
    pub code: Code,
    /// See [`Plan::description`].
    pub description: Option<Description>,
    /// See [`Plan::consumption_model`].
    pub consumption_model: ConsumptionModel,
    /// See [`Plan::is_public`].
    pub is_public: bool,
    /// See [`Plan::is_free`].
    pub is_free: bool,
    /// See [`Plan::block_on_exhaustion`].
    pub block_on_exhaustion: Option<bool>,
    /// See [`Plan::metadata`].
    pub metadata: Option<Metadata>,
}

/// The position of a new plan among existing ones.
#[derive(Debug, Clone)]
pub struct NewPlanPosition {
    /// Whether the scope has no plans yet.
    pub is_first: bool,
    /// See [`Plan::creation_order`].
    pub creation_order: i64,
    /// Its group and its position there.
    pub group: Option<(PlanGroupId, i64)>,
}

/// An update of a plan; absent fields stay as they are.
#[derive(Debug, Clone)]
pub struct PlanPatch {
    /// See [`Plan::name`].
    pub name: Option<Name>,
    /// See [`Plan::description`].
    pub description: Patch<Description>,
    /// See [`Plan::metadata`]; replaces the whole object, and null clears it.
    pub metadata: Patch<Metadata>,
    /// See [`Plan::is_public`].
    pub is_public: Option<bool>,
}

impl NewPlan {
    /// Checks the fields on their own, regardless of other plans.
    ///
    /// # Errors
    /// Validation.
    pub fn check(&self) -> Result<()> {
        let mut violations = Violations::default();
        check_code(&mut violations, &self.code, PlanId::PREFIX);
        violations.require(
            self.consumption_model != ConsumptionModel::Metered
                || self.block_on_exhaustion != Some(true),
            "blockOnExhaustion",
            "A metered plan has nothing to exhaust; omit the field or send false.",
        );
        if let Some(metadata) = &self.metadata {
            metadata.check(&mut violations);
        }
        violations.into_result()
    }
}

impl Plan {
    /// Creates a plan.
    ///
    /// # Errors
    /// See [`NewPlan::check`].
    pub fn create(
        new: NewPlan,
        position: NewPlanPosition,
        id: PlanId,
        now: Timestamp,
    ) -> Result<Self> {
        new.check()?;
        let (plan_group_id, sort_order) = match position.group {
            Some((group, sort_order)) => (Some(group), sort_order),
            None => (None, position.creation_order),
        };
        let block_on_exhaustion = match new.consumption_model {
            ConsumptionModel::Metered => None,
            ConsumptionModel::Credits | ConsumptionModel::Balance => {
                Some(new.block_on_exhaustion.unwrap_or(false))
            }
        };
        Ok(Self {
            id,
            code: new.code,
            name: new.name,
            description: new.description,
            consumption_model: new.consumption_model,
            is_public: new.is_public,
            is_default: position.is_first,
            is_free: new.is_free,
            block_on_exhaustion,
            sort_order,
            creation_order: position.creation_order,
            plan_group_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            features: Vec::new(),
            prices: Vec::new(),
            exchange_rates: Vec::new(),
        })
    }

    /// Updates the plan; `updated_at` changes only if a field does.
    ///
    /// # Errors
    /// Validation of the metadata's limits.
    pub fn update(&mut self, patch: PlanPatch, now: Timestamp) -> Result<()> {
        let PlanPatch {
            name,
            description,
            metadata,
            is_public,
        } = patch;
        let mut violations = Violations::default();
        if let Patch::Set(metadata) = &metadata {
            metadata.check(&mut violations);
        }
        violations.into_result()?;
        let mut changed = false;
        if let Some(name) = name {
            changed |= replace(&mut self.name, name);
        }
        let description = description.apply(self.description.clone());
        changed |= replace(&mut self.description, description);
        if !metadata.is_keep() {
            let metadata = metadata.into_value();
            let before = self.metadata.as_ref().map(Metadata::as_json);
            changed |= before != metadata.as_ref().map(Metadata::as_json);
            self.metadata = metadata;
        }
        if let Some(is_public) = is_public {
            changed |= replace(&mut self.is_public, is_public);
        }
        if changed {
            self.updated_at = now;
        }
        Ok(())
    }

    /// Marks the plan as deleted; it leaves its group and is no longer the default.
    pub fn delete(&mut self, now: Timestamp) {
        self.plan_group_id = None;
        self.sort_order = self.creation_order;
        self.is_default = false;
        self.deleted_at = Some(now);
    }

    /// The exchange rate of a currency.
    pub fn rate_of(&self, currency: Currency) -> Option<&ExchangeRate> {
        self.exchange_rates
            .iter()
            .find(|rate| rate.currency == currency)
            .map(|rate| &rate.exchange_rate)
    }
}

/// Replaces a value; returns whether it changed.
fn replace<T: PartialEq>(slot: &mut T, value: T) -> bool {
    let changed = *slot != value;
    *slot = value;
    changed
}
