//! Small catalogs.

use uuid::Uuid;

use crate::domain::catalog::Catalog;
use crate::domain::change::Value;
use crate::domain::feature::{Feature, FeatureType};
use crate::domain::id::{FeatureId, PlanGroupId, PlanId, PriceId};
use crate::domain::lint::{Finding, LintRule, PastRates, lint_catalog, lint_change};
use crate::domain::money::{Amount, Count, Currency, Positive, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan::{ConsumptionModel, NewPlan, NewPlanPosition, Plan};
use crate::domain::plan_feature::{Overage, PlanFeatureSettings};
use crate::domain::plan_group::{NewPlanGroup, PlanGroup};
use crate::domain::plan_price::{BillingInterval, DiscountType, IntroOffer, PriceTerms};
use crate::domain::regional::{RegionalOverride, RegionalPricing};
use crate::domain::text::{Code, Metadata, Name};
use crate::domain::timestamp::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(0);

/// A plan that is put together step by step.
#[derive(Debug, Clone)]
pub(super) struct Shop(pub Plan);

/// A public plan without prices. Its code is `p` and its number.
pub(super) fn plan(number: u128) -> Shop {
    let new = NewPlan {
        name: Name::from_row(format!("Plan {number}")),
        code: Code::from_row(format!("p{number}")),
        description: None,
        consumption_model: ConsumptionModel::Balance,
        is_public: true,
        is_free: false,
        block_on_exhaustion: None,
        metadata: None,
    };
    let position = NewPlanPosition {
        is_first: false,
        creation_order: i64::try_from(number).unwrap(),
        group: None,
    };
    let id = PlanId::from_uuid(Uuid::from_u128(number));
    Shop(Plan::create(new, position, id, NOW).unwrap())
}

/// A public plan with a monthly price in cents.
pub(super) fn monthly(number: u128, price: i64) -> Shop {
    plan(number).price(BillingInterval::Monthly, price)
}

impl Shop {
    pub fn price(self, interval: BillingInterval, price: i64) -> Self {
        self.terms(interval, price, None, None)
    }

    pub fn terms(
        mut self,
        interval: BillingInterval,
        price: i64,
        balance: Option<i64>,
        offer: Option<(DiscountType, i64)>,
    ) -> Self {
        let terms = PriceTerms {
            price: Amount::from_row(price),
            trial_days: Count::ZERO,
            included_balance: balance.map(Amount::from_row),
            included_credits: None,
            intro_offer: offer.map(|(kind, value)| IntroOffer {
                enabled: true,
                discount_type: Some(kind),
                discount_value: Some(Positive::from_row(value)),
                duration_cycles: Some(Positive::from_row(1)),
            }),
        };
        let unique = self.0.creation_order * 10 + i64::from(interval as u8);
        let id = PriceId::from_uuid(Uuid::from_u128(u128::try_from(unique).unwrap()));
        let added = self.0.add_price(interval, terms, false, id, NOW);
        added.map(drop).unwrap();
        self
    }

    pub fn rate(mut self, currency: Currency, rate: &str) -> Self {
        let request = RegionalPricing {
            currency,
            exchange_rate: rate.to_owned(),
            prices: Vec::new(),
            features: Vec::new(),
            intro_offers: Vec::new(),
        };
        self.0.set_regional_pricing(&request).unwrap();
        self
    }

    /// A price by hand.
    pub fn manual(self, interval: BillingInterval, currency: Currency, price: i64) -> Self {
        self.manual_with(interval, currency, price, Patch::Keep)
    }

    pub fn manual_with(
        mut self,
        interval: BillingInterval,
        currency: Currency,
        price: i64,
        balance: Patch<i64>,
    ) -> Self {
        let wanted = RegionalOverride {
            currency: currency.as_str().to_owned(),
            price: Amount::from_row(price),
            included_balance: balance.map(Amount::from_row),
        };
        let mut prices = self.0.prices.iter();
        let price = prices.find(|price| price.billing_interval == interval);
        let id = price.map(|price| price.id.clone());
        let set = self.0.upsert_regional_prices(id.as_ref(), &[wanted]);
        set.map(drop).unwrap();
        self
    }

    /// A feature with overage, with prices of it by hand.
    pub fn overage(mut self, unit_price: i64, manual: &[(Currency, i64)]) -> Self {
        let feature = Feature {
            id: FeatureId::from_uuid(Uuid::from_u128(1)),
            code: Code::from_row("calls".to_owned()),
            name: Name::from_row("Calls".to_owned()),
            feature_type: FeatureType::Usage,
            description: None,
            unit_name: None,
            created_at: NOW,
            updated_at: NOW,
        };
        let settings = PlanFeatureSettings {
            overage: Overage {
                enabled: true,
                unit_price: UnitPrice::from_row(unit_price),
            },
            ..PlanFeatureSettings::DEFAULT
        };
        self.0.add_feature(feature, settings).unwrap();
        for (currency, price) in manual {
            let regional = self.0.features[0].regional.get_mut(currency).unwrap();
            regional.unit_price = UnitPrice::from_row(*price);
            regional.auto_synced = false;
        }
        self
    }

    pub fn private(mut self) -> Self {
        self.0.is_public = false;
        self
    }

    pub fn free(mut self) -> Self {
        self.0.is_free = true;
        self
    }

    pub fn metadata(mut self, json: &str) -> Self {
        self.0.metadata = Some(Metadata::from_row(json.to_owned()));
        self
    }

    /// Puts the plan into a group, at the position of its number.
    pub fn in_group(mut self, group: &PlanGroup) -> Self {
        self.0.plan_group_id = Some(group.id.clone());
        self
    }
}

pub(super) fn group(number: u128) -> PlanGroup {
    let new = NewPlanGroup {
        name: Name::from_row(format!("Group {number}")),
        description: None,
        is_public: true,
    };
    PlanGroup::create(new, PlanGroupId::from_uuid(Uuid::from_u128(number)), NOW)
}

pub(super) fn catalog(plans: impl IntoIterator<Item = Shop>) -> Catalog {
    grouped([], plans)
}

pub(super) fn grouped(
    groups: impl IntoIterator<Item = PlanGroup>,
    plans: impl IntoIterator<Item = Shop>,
) -> Catalog {
    Catalog {
        features: Vec::new(),
        groups: groups.into_iter().collect(),
        plans: plans.into_iter().map(|shop| shop.0).collect(),
    }
}

/// What is found in one plan.
pub(super) fn lint(shop: Shop) -> Vec<Finding> {
    lint_all(&catalog([shop]))
}

pub(super) fn lint_all(catalog: &Catalog) -> Vec<Finding> {
    lint_catalog(catalog, &PastRates::new())
}

/// What is found in a change of one plan.
pub(super) fn change(before: Shop, after: Shop) -> Vec<Finding> {
    change_all(&catalog([before]), &catalog([after]))
}

pub(super) fn change_all(before: &Catalog, after: &Catalog) -> Vec<Finding> {
    lint_change(before, after, &PastRates::new())
}

/// The rules and paths of findings.
pub(super) fn places(findings: &[Finding]) -> Vec<(LintRule, &str)> {
    findings.iter().map(|one| (one.rule, &*one.path)).collect()
}

pub(super) fn rules(findings: &[Finding]) -> Vec<LintRule> {
    findings.iter().map(|one| one.rule).collect()
}

pub(super) fn decimal(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}
