//! A plan that changes, beside a model of its manual values.

use uuid::Uuid;

use super::manual::Manual;
use super::step::{ManualValues, OfferChange, Step};
use crate::domain::error::Result;
use crate::domain::feature::{Feature, FeatureRef, FeatureType};
use crate::domain::id::{FeatureId, PlanId, PriceId};
use crate::domain::money::{Amount, Count, Currency, Positive, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan::{ConsumptionModel, NewPlan, NewPlanPosition, Plan};
use crate::domain::plan_feature::{PlanFeaturePatch, PlanFeatureSettings};
use crate::domain::plan_price::{BillingInterval, IntroOfferPatch, PricePatch, PriceTerms};
use crate::domain::regional::{
    FeatureOverride, IntroOfferOverride, PriceOverride, RegionalOverride, RegionalPricing, Resync,
};
use crate::domain::text::{Code, Name};
use crate::domain::timestamp::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(0);

/// A plan, and the values that were set manually and not reset since.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub plan: Plan,
    pub manual: Manual,
    /// The number of prices ever added, for ids.
    prices: u128,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            plan: new_plan(),
            manual: Manual::default(),
            prices: 0,
        }
    }

    pub(super) fn after(steps: &[Step]) -> Self {
        let mut world = Self::new();
        for step in steps {
            world.take(step);
        }
        world
    }

    /// Takes a step, unless the plan refuses it.
    pub(super) fn take(&mut self, step: &Step) {
        let mut next = self.clone();
        if next.attempt(step).is_ok() {
            *self = next;
        }
    }

    fn attempt(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::SetRate {
                currency,
                rate,
                manual,
            } => self.set_rate(*currency, rate, manual),
            Step::Upsert {
                price,
                currency,
                amount,
                balance,
            } => self.upsert(*price, *currency, *amount, *balance),
            Step::DeleteRegional { price } => {
                let id = self.price_id(*price);
                self.plan.delete_regional_prices(id.as_ref())?;
                self.manual.forget_price(&id.unwrap());
                Ok(())
            }
            Step::DeleteCurrency { currency } => {
                self.plan.delete_regional_pricing(Some(*currency))?;
                self.manual.forget_currency(*currency);
                Ok(())
            }
            Step::Resync { currency, parts } => self.resync(*currency, *parts),
            Step::DeletePrice { price } => {
                let id = self
                    .plan
                    .delete_price(self.price_id(*price).as_ref(), NOW)?;
                self.manual.forget_price(&id);
                Ok(())
            }
            Step::RemoveFeature { feature } => {
                let id = self.plan.remove_feature(feature_ref(*feature).as_ref())?;
                self.manual.forget_feature(&id);
                Ok(())
            }
            other => self.change_base(other),
        }
    }

    /// Takes a step that neither sets nor resets manual values.
    fn change_base(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::AddPrice {
                interval,
                amount,
                balance,
            } => self.add_price(*interval, *amount, *balance),
            Step::UpdatePrice {
                price,
                amount,
                balance,
                offer,
            } => {
                let patch = price_patch(*amount, *balance, *offer);
                let id = self.price_id(*price);
                self.plan.update_price(id.as_ref(), &patch, NOW).map(drop)
            }
            Step::SetDefault { price } => {
                let id = self.price_id(*price);
                self.plan.set_default_price(id.as_ref(), NOW).map(drop)
            }
            Step::AddFeature {
                feature: number,
                overage,
            } => {
                let settings = PlanFeatureSettings {
                    overage: *overage,
                    ..PlanFeatureSettings::DEFAULT
                };
                self.plan.add_feature(feature(*number), settings).map(drop)
            }
            Step::UpdateFeature {
                feature,
                enabled,
                unit_price,
                unlimited,
            } => {
                let patch = PlanFeaturePatch {
                    unlimited: *unlimited,
                    overage_enabled: *enabled,
                    overage_unit_price: unit_price.map(UnitPrice::from_row),
                    ..PlanFeaturePatch::default()
                };
                let name = feature_ref(*feature);
                self.plan.update_feature(name.as_ref(), &patch).map(drop)
            }
            _ => unreachable!("the other steps are taken elsewhere"),
        }
    }

    pub(super) fn price_id(&self, number: usize) -> Option<PriceId> {
        self.plan.prices.get(number).map(|price| price.id.clone())
    }

    fn add_price(
        &mut self,
        interval: BillingInterval,
        amount: i64,
        balance: Option<i64>,
    ) -> Result<()> {
        self.prices += 1;
        let terms = PriceTerms {
            price: Amount::from_row(amount),
            trial_days: Count::ZERO,
            included_balance: balance.map(Amount::from_row),
            included_credits: None,
            intro_offer: None,
        };
        let id = PriceId::from_uuid(Uuid::from_u128(self.prices));
        self.plan
            .add_price(interval, terms, false, id, NOW)
            .map(drop)
    }

    pub(super) fn set_rate(
        &mut self,
        currency: Currency,
        rate: &str,
        manual: &ManualValues,
    ) -> Result<()> {
        let mut request = rate_request(currency, rate);
        if let Some((price, amount, balance)) = manual.price {
            request.prices.push(PriceOverride {
                price_id: self.price_id(price),
                price: Amount::from_row(amount),
                included_balance: balance.map(Amount::from_row),
            });
        }
        if let Some((feature, unit_price)) = manual.feature {
            request.features.push(FeatureOverride {
                feature: feature_ref(feature),
                overage_unit_price: UnitPrice::from_row(unit_price),
            });
        }
        if let Some((price, discount_type, value)) = manual.offer {
            request.intro_offers.push(IntroOfferOverride {
                price_id: self.price_id(price),
                discount_type,
                discount_value: Positive::from_row(value),
                duration_cycles: Positive::from_row(1),
            });
        }
        self.plan.set_regional_pricing(&request)?;
        self.note(&request);
        Ok(())
    }

    fn note(&mut self, request: &RegionalPricing) {
        let currency = request.currency;
        for item in &request.prices {
            let id = item.price_id.as_ref().unwrap();
            let balance = item.included_balance.map(Amount::get);
            self.manual
                .set_price(id, currency, item.price.get(), balance);
        }
        for item in &request.features {
            let Some(FeatureRef::Id(id)) = &item.feature else {
                unreachable!("features are named by id here");
            };
            let key = (id.clone(), currency);
            self.manual.overages.insert(key, item.overage_unit_price);
        }
        for item in &request.intro_offers {
            let key = (item.price_id.clone().unwrap(), currency);
            let value = (item.discount_type, item.discount_value);
            self.manual.offers.insert(key, value);
        }
    }

    fn upsert(
        &mut self,
        price: usize,
        currency: Currency,
        amount: i64,
        balance: Patch<i64>,
    ) -> Result<()> {
        let id = self.price_id(price);
        let wanted = RegionalOverride {
            currency: currency.as_str().to_uppercase(),
            price: Amount::from_row(amount),
            included_balance: balance.map(Amount::from_row),
        };
        self.plan.upsert_regional_prices(id.as_ref(), &[wanted])?;
        let id = id.unwrap();
        self.manual.set_price(&id, currency, amount, balance);
        Ok(())
    }
}

impl World {
    fn resync(&mut self, currency: Currency, parts: Option<(usize, usize, u128)>) -> Result<()> {
        let Some((price, offer, feature)) = parts else {
            self.plan
                .resync_regional_pricing(Some(currency), &Resync::Everything)?;
            self.manual.forget_currency(currency);
            return Ok(());
        };
        let (price, offer) = (self.price_id(price), self.price_id(offer));
        let has_feature = self
            .plan
            .feature_index(feature_ref(feature).as_ref())
            .is_ok();
        let features = has_feature.then(|| feature_ref(feature));
        let wanted = Resync::Named {
            prices: price.iter().cloned().map(Some).collect(),
            features: features.into_iter().collect(),
            intro_offers: offer.iter().cloned().map(Some).collect(),
        };
        self.plan.resync_regional_pricing(Some(currency), &wanted)?;
        if let Some(id) = price {
            self.manual.prices.remove(&(id.clone(), currency));
            self.manual.balances.remove(&(id, currency));
        }
        if let Some(id) = offer {
            self.manual.offers.remove(&(id, currency));
        }
        if let Some(FeatureRef::Id(id)) = feature_ref(feature) {
            self.manual.overages.remove(&(id, currency));
        }
        Ok(())
    }
}

fn price_patch(amount: Option<i64>, balance: Patch<i64>, offer: Patch<OfferChange>) -> PricePatch {
    PricePatch {
        price: amount.map(Amount::from_row),
        included_balance: balance.map(Amount::from_row),
        intro_offer: offer.map(|offer| IntroOfferPatch {
            enabled: Some(offer.enabled),
            discount_type: Patch::Set(offer.discount_type),
            discount_value: Patch::Set(Positive::from_row(offer.value)),
            duration_cycles: Patch::Set(Positive::from_row(1)),
        }),
        ..PricePatch::default()
    }
}

pub(super) fn rate_request(currency: Currency, rate: &str) -> RegionalPricing {
    RegionalPricing {
        currency,
        exchange_rate: rate.to_owned(),
        prices: Vec::new(),
        features: Vec::new(),
        intro_offers: Vec::new(),
    }
}

/// An empty balance plan.
fn new_plan() -> Plan {
    let new = NewPlan {
        name: Name::from_row("Plan".to_owned()),
        code: Code::from_row("plan".to_owned()),
        description: None,
        consumption_model: ConsumptionModel::Balance,
        is_public: true,
        is_free: false,
        block_on_exhaustion: None,
        metadata: None,
    };
    let position = NewPlanPosition {
        is_first: true,
        creation_order: 0,
        group: None,
    };
    Plan::create(new, position, PlanId::from_uuid(Uuid::nil()), NOW).unwrap()
}

fn feature(number: u128) -> Feature {
    Feature {
        id: FeatureId::from_uuid(Uuid::from_u128(number)),
        code: Code::from_row(format!("feature_{number}")),
        name: Name::from_row("Feature".to_owned()),
        feature_type: FeatureType::Usage,
        description: None,
        unit_name: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn feature_ref(number: u128) -> Option<FeatureRef> {
    Some(FeatureRef::Id(feature(number).id))
}
