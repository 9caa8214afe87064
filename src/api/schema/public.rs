//! What anybody may see of a plan: what a publishable key is shown, which may stand in a page.
//!
//! Each shape is taken apart field by field, so that a field that is new has to be thought of here.

use serde_json::{Map, Value};

use super::Nullable;
use super::plan::Plan;
use super::plan_feature::PlanFeatureItem;
use super::plan_price::PlanPriceItem;
use crate::domain::text::Metadata;

/// How keys of metadata start that are between the company and this program.
const INTERNAL_KEYS: &str = "pricebook:";

impl Plan {
    /// The plan without what is the company's own business: what a unit costs it, at which rates it
    /// converts, and what tools of its own noted.
    pub fn for_public(self) -> Self {
        let Self {
            id,
            name,
            code,
            description,
            consumption_model,
            is_public,
            is_default,
            is_free,
            block_on_exhaustion,
            sort_order,
            plan_group_id,
            metadata,
            created_at,
            updated_at,
            features,
            prices,
            exchange_rates: _,
            object,
            livemode,
        } = self;
        Self {
            id,
            name,
            code,
            description,
            consumption_model,
            is_public,
            is_default,
            is_free,
            block_on_exhaustion,
            sort_order,
            // The catalog has taken a private group away.
            plan_group_id,
            metadata: Nullable(metadata.0.as_ref().and_then(published)),
            created_at,
            updated_at,
            features: features
                .into_iter()
                .map(PlanFeatureItem::for_public)
                .collect(),
            prices: prices.into_iter().map(PlanPriceItem::for_public).collect(),
            exchange_rates: Vec::new(),
            object,
            livemode,
        }
    }
}

impl PlanFeatureItem {
    fn for_public(self) -> Self {
        let Self {
            id,
            code,
            name,
            r#type,
            unit_name,
            enabled,
            included_amount,
            unlimited,
            overage,
            credits_per_unit: _,
            pricing_mode,
            margin: _,
            regional_prices,
        } = self;
        Self {
            id,
            code,
            name,
            r#type,
            unit_name,
            enabled,
            included_amount,
            unlimited,
            overage,
            credits_per_unit: Nullable(None),
            pricing_mode,
            margin: Nullable(None),
            regional_prices,
        }
    }
}

impl PlanPriceItem {
    /// All that a price has is for customers to see.
    fn for_public(self) -> Self {
        let Self {
            id,
            billing_interval,
            price,
            is_default,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
            regional_prices,
        } = self;
        Self {
            id,
            billing_interval,
            price,
            is_default,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
            regional_prices,
        }
    }
}

/// Metadata without internal keys. What cannot be read is not shown.
fn published(metadata: &Metadata) -> Option<Metadata> {
    let mut object: Map<String, Value> = serde_json::from_str(metadata.as_json()).ok()?;
    object.retain(|key, _| !key.starts_with(INTERNAL_KEYS));
    let json = serde_json::to_string(&object).ok()?;
    Some(Metadata::new(json, object.keys().cloned().collect(), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_keeps_digits_and_order() {
        let json = r#"{"z":1.10,"pricebook:file":"a","a":{"pricebook:b":9007199254740993}}"#;
        let shown = published(&Metadata::from_row(json.to_owned())).unwrap();
        let expected = r#"{"z":1.10,"a":{"pricebook:b":9007199254740993}}"#;
        assert_eq!(shown.as_json(), expected);
        assert!(published(&Metadata::from_row("[]".to_owned())).is_none());
    }
}
