//! The leaves of each kind of object, in the order in which people read them.
//!
//! An object's own id and its times are no leaves. A part of a plan that has an id begins with a
//! leaf for it, at the path of the part itself.

use super::{Leaf, ObjectType, Value};
use crate::domain::api_key::ApiKey;
use crate::domain::feature::Feature;
use crate::domain::money::{Amount, BasisPoints, Count, Currency, Positive};
use crate::domain::permission::Rights;
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_feature::{Overage, PlanFeature, PlanFeatureSettings, RegionalOverage};
use crate::domain::plan_group::PlanGroup;
use crate::domain::plan_price::{IntroOffer, PlanPrice, PriceTerms};
use crate::domain::regional::{OfferTerms, RegionalOffer, RegionalPrice};

/// What an object is called in a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its kind.
    pub object_type: ObjectType,
    /// Its id.
    pub id: String,
    /// Its code, where it has one.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
}

/// An object that a change can be about.
pub trait HasLeaves {
    /// What it is called.
    fn object(&self) -> Object;

    /// Its values.
    fn leaves(&self) -> Vec<Leaf>;
}

/// Gathers leaves below a path.
struct Gatherer<'a> {
    leaves: &'a mut Vec<Leaf>,
    path: String,
    is_derived: bool,
}

impl<'a> Gatherer<'a> {
    fn root(leaves: &'a mut Vec<Leaf>) -> Self {
        Self {
            leaves,
            path: String::new(),
            is_derived: false,
        }
    }

    /// A gatherer for what is below a part, such as `prices[monthly]`.
    fn part(&mut self, part: impl std::fmt::Display) -> Gatherer<'_> {
        let gap = if self.path.is_empty() { "" } else { "." };
        Gatherer {
            path: format!("{}{gap}{part}", self.path),
            leaves: self.leaves,
            is_derived: self.is_derived,
        }
    }

    /// The leaf at the path of the part itself.
    fn own(&mut self, value: impl Into<Value>) -> &mut Self {
        let path = self.path.clone();
        self.push(path, value)
    }

    fn add(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        let gap = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{gap}{name}", self.path);
        self.push(path, value)
    }

    /// A value that the server computes if `is_derived`.
    fn add_derived(&mut self, name: &str, value: impl Into<Value>, is_derived: bool) -> &mut Self {
        let before = std::mem::replace(&mut self.is_derived, is_derived);
        self.add(name, value);
        self.is_derived = before;
        self
    }

    fn push(&mut self, path: String, value: impl Into<Value>) -> &mut Self {
        self.leaves.push(Leaf {
            path,
            value: value.into(),
            is_derived: self.is_derived,
        });
        self
    }
}

fn gathered(gather: impl FnOnce(&mut Gatherer<'_>)) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    gather(&mut Gatherer::root(&mut leaves));
    leaves
}

impl HasLeaves for Feature {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::Feature,
            id: self.id.to_string(),
            code: Some(self.code.as_str().to_owned()),
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves(&self) -> Vec<Leaf> {
        let Self {
            id: _,
            code,
            name,
            feature_type,
            description,
            unit_name,
            created_at: _,
            updated_at: _,
        } = self;
        gathered(|at| {
            at.add("name", name.as_str())
                .add("code", code.as_str())
                .add("type", feature_type.as_str())
                .add(
                    "description",
                    description.as_ref().map(|text| text.as_str()),
                )
                .add("unitName", unit_name.as_ref().map(|text| text.as_str()));
        })
    }
}

impl HasLeaves for PlanGroup {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::PlanGroup,
            id: self.id.to_string(),
            code: None,
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves(&self) -> Vec<Leaf> {
        let Self {
            id: _,
            name,
            description,
            is_public,
            created_at: _,
            updated_at: _,
        } = self;
        gathered(|at| {
            at.add("name", name.as_str())
                .add(
                    "description",
                    description.as_ref().map(|text| text.as_str()),
                )
                .add("isPublic", *is_public);
        })
    }
}

impl HasLeaves for ApiKey {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::ApiKey,
            id: self.id.to_string(),
            code: None,
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves(&self) -> Vec<Leaf> {
        let Self {
            id: _,
            name,
            prefix,
            rights,
            expires_at,
            last_used_at: _,
            created_at: _,
        } = self;
        let expires_at = expires_at.map(|at| at.to_string());
        gathered(|at| {
            at.add("name", name.as_str())
                .add("prefix", prefix.as_str())
                .add("permissions", permissions(rights))
                .add("expiresAt", expires_at.as_deref());
        })
    }
}

/// What a key may do, as the API shows it: null for everything.
fn permissions(rights: &Rights) -> Value {
    let Rights::Restricted(permissions) = rights else {
        return Value::Null;
    };
    let mut lists = Vec::new();
    for resource in crate::domain::permission::Resource::ALL {
        let words: Vec<_> = permissions
            .list(*resource)
            .iter()
            .map(|access| format!("\"{access}\""))
            .collect();
        if !words.is_empty() {
            lists.push(format!("\"{resource}\":[{}]", words.join(",")));
        }
    }
    Value::Json(format!("{{{}}}", lists.join(",")))
}

impl HasLeaves for Plan {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::Plan,
            id: self.id.to_string(),
            code: Some(self.code.as_str().to_owned()),
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves(&self) -> Vec<Leaf> {
        let Self {
            id: _,
            code,
            name,
            description,
            consumption_model,
            is_public,
            is_default,
            is_free,
            block_on_exhaustion,
            sort_order,
            creation_order: _,
            plan_group_id,
            metadata,
            created_at: _,
            updated_at: _,
            deleted_at: _,
            features,
            prices,
            exchange_rates,
        } = self;
        let metadata = metadata
            .as_ref()
            .map(|data| Value::Json(data.as_json().to_owned()));
        gathered(|at| {
            at.add("name", name.as_str())
                .add("code", code.as_str())
                .add(
                    "description",
                    description.as_ref().map(|text| text.as_str()),
                )
                .add("consumptionModel", consumption_model.as_str())
                .add("isPublic", *is_public)
                .add("isDefault", *is_default)
                .add("isFree", *is_free)
                .add("blockOnExhaustion", *block_on_exhaustion)
                .add("sortOrder", *sort_order)
                .add("planGroupId", plan_group_id.as_ref().map(|id| id.as_str()))
                .add("metadata", metadata);
            for feature in features {
                plan_feature(
                    &mut at.part(format_args!("features[{}]", feature.feature.code.as_str())),
                    feature,
                );
            }
            for price in prices {
                plan_price(
                    &mut at.part(format_args!("prices[{}]", price.billing_interval)),
                    price,
                );
            }
            for PlanExchangeRate {
                currency,
                exchange_rate,
            } in exchange_rates
            {
                let rate = Value::Decimal(exchange_rate.as_str().to_owned());
                at.part(format_args!("exchangeRates[{currency}]"))
                    .add("exchangeRate", rate);
            }
        })
    }
}

/// What a plan includes of a feature; the feature's own name and type are no part of the plan.
fn plan_feature(at: &mut Gatherer<'_>, item: &PlanFeature) {
    let PlanFeature {
        feature,
        settings,
        position: _,
        regional: _,
    } = item;
    let PlanFeatureSettings {
        enabled,
        included_amount,
        unlimited,
        overage: Overage {
            enabled: overage_enabled,
            unit_price,
        },
        credits_per_unit,
        pricing_mode,
        margin,
    } = settings;
    at.own(feature.id.as_str())
        .add("enabled", *enabled)
        .add("includedAmount", included_amount.get())
        .add("unlimited", *unlimited)
        .add("overage.enabled", *overage_enabled)
        .add("overage.unitPrice", unit_price.get())
        .add("creditsPerUnit", credits_per_unit.map(Count::get))
        .add("pricingMode", pricing_mode.as_str())
        .add("margin", margin.map(BasisPoints::get));
    for (currency, value) in item.regional_in_sight() {
        let RegionalOverage {
            unit_price,
            auto_synced,
        } = value;
        regional_part(at, *currency)
            .add_derived("overageUnitPrice", unit_price.get(), *auto_synced)
            .add_derived("autoSynced", *auto_synced, *auto_synced);
    }
}

fn regional_part<'a>(at: &'a mut Gatherer<'_>, currency: Currency) -> Gatherer<'a> {
    at.part(format_args!("regionalPrices[{currency}]"))
}

fn plan_price(at: &mut Gatherer<'_>, item: &PlanPrice) {
    let PlanPrice {
        id,
        billing_interval: _,
        terms,
        is_default,
        position: _,
        created_at: _,
        updated_at: _,
        regional,
    } = item;
    let PriceTerms {
        price,
        trial_days,
        included_balance,
        included_credits,
        intro_offer,
    } = terms;
    at.own(id.as_str())
        .add("price", price.get())
        .add("isDefault", *is_default)
        .add("trialDays", trial_days.get())
        .add("includedBalance", included_balance.map(Amount::get))
        .add("includedCredits", included_credits.map(Count::get));
    if let Some(offer) = intro_offer {
        let IntroOffer {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = offer;
        at.part("introOffer")
            .add("enabled", *enabled)
            .add("discountType", discount_type.map(|word| word.as_str()))
            .add("discountValue", discount_value.map(Positive::get))
            .add("durationCycles", duration_cycles.map(Positive::get));
    }
    for (currency, value) in regional {
        regional_price(&mut regional_part(at, *currency), item, value);
    }
}

fn regional_price(at: &mut Gatherer<'_>, item: &PlanPrice, value: &RegionalPrice) {
    let RegionalPrice {
        price,
        auto_synced,
        included_balance,
        balance_auto_synced,
        intro_offer: _,
    } = value;
    at.add_derived("price", price.get(), *auto_synced)
        .add_derived(
            "includedBalance",
            included_balance.map(Amount::get),
            *balance_auto_synced,
        )
        .add_derived("autoSynced", *auto_synced, *auto_synced);
    let shown = match item.offer_in_sight(value) {
        Some(RegionalOffer::Manual(terms)) => Some((terms, false)),
        Some(RegionalOffer::Derived(terms)) => terms.map(|terms| (terms, true)),
        Some(RegionalOffer::Deleted) | None => None,
    };
    if let Some((terms, auto_synced)) = shown {
        let OfferTerms {
            discount_type,
            discount_value,
            duration_cycles,
        } = terms;
        at.part("introOffer")
            .add_derived("discountType", discount_type.as_str(), auto_synced)
            .add_derived("discountValue", discount_value.get(), auto_synced)
            .add_derived("durationCycles", duration_cycles.get(), auto_synced)
            .add_derived("autoSynced", auto_synced, auto_synced);
    }
}
