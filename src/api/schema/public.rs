//! The public part of a plan, which publishable keys read. Such keys may be embedded in web pages.
//!
//! Plans and features are taken apart without `..`, so that a new field has to be decided on.

use serde_json::{Map, Value};

use super::plan::Plan;
use super::plan_feature::PlanFeatureItem;
use super::scalar::Nullable;
use crate::domain::text::Metadata;

/// The prefix of metadata keys that are internal to the company.
const INTERNAL_KEYS: &str = "pricebook:";

impl Plan {
    /// The plan without internal data: the costs of units, the exchange rates, and internal
    /// metadata.
    pub fn for_public(mut self) -> Self {
        let Self {
            metadata,
            features,
            exchange_rates,
            id: _,
            name: _,
            code: _,
            description: _,
            consumption_model: _,
            is_public: _,
            is_default: _,
            is_free: _,
            block_on_exhaustion: _,
            sort_order: _,
            // The catalog has removed a private group.
            plan_group_id: _,
            created_at: _,
            updated_at: _,
            object: _,
            livemode: _,
            prices: _,
        } = &mut self;
        *metadata = Nullable(metadata.0.as_ref().and_then(published));
        features.iter_mut().for_each(PlanFeatureItem::hide_costs);
        exchange_rates.clear();
        self
    }
}

impl PlanFeatureItem {
    /// Removes the costs of a unit.
    fn hide_costs(&mut self) {
        let Self {
            credits_per_unit,
            margin,
            id: _,
            code: _,
            name: _,
            r#type: _,
            unit_name: _,
            enabled: _,
            included_amount: _,
            unlimited: _,
            overage: _,
            pricing_mode: _,
            regional_prices: _,
        } = self;
        *credits_per_unit = Nullable(None);
        *margin = Nullable(None);
    }
}

/// Metadata without internal keys; `None` if it cannot be parsed.
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
