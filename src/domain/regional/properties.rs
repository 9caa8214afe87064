//! What holds of regional values after any sequence of changes of a plan.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::*;
use crate::domain::feature::{Feature, FeatureType};
use crate::domain::id::{FeatureId, PlanId};
use crate::domain::money::Count;
use crate::domain::plan::{ConsumptionModel, NewPlan, NewPlanPlace};
use crate::domain::plan_check;
use crate::domain::plan_feature::{Overage, PlanFeaturePatch, PlanFeatureSettings};
use crate::domain::plan_price::{BillingInterval, IntroOfferPatch, PricePatch, PriceTerms};
use crate::domain::text::{Code, Name};
use crate::domain::timestamp::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(0);
/// Few, so that steps meet.
const CURRENCIES: [Currency; 4] = [Currency::Eur, Currency::Jpy, Currency::Krw, Currency::Usd];
const RATES: [&str; 7] = [
    "150",
    "1380.50",
    "0.925",
    "0.01",
    "5e-1",
    "1",
    "33.3333333333333",
];
const FEATURES: u128 = 2;

/// A change of the plan. Prices and features are named by a number, as far as there are so many.
#[derive(Debug, Clone)]
enum Step {
    SetRate {
        currency: Currency,
        rate: String,
        manual: ManualValues,
    },
    Upsert {
        price: usize,
        currency: Currency,
        amount: i64,
        balance: Patch<i64>,
    },
    DeleteRegional {
        price: usize,
    },
    DeleteCurrency {
        currency: Currency,
    },
    Resync {
        currency: Currency,
        /// A price whose price and balance, one whose offer, and a feature; everything for none.
        parts: Option<(usize, usize, u128)>,
    },
    AddPrice {
        interval: BillingInterval,
        amount: i64,
        balance: Option<i64>,
    },
    UpdatePrice {
        price: usize,
        amount: Option<i64>,
        balance: Patch<i64>,
        offer: Patch<OfferChange>,
    },
    DeletePrice {
        price: usize,
    },
    SetDefault {
        price: usize,
    },
    AddFeature {
        feature: u128,
        overage: Overage,
    },
    UpdateFeature {
        feature: u128,
        enabled: Option<bool>,
        unit_price: Option<i64>,
        unlimited: Option<bool>,
    },
    RemoveFeature {
        feature: u128,
    },
}

#[derive(Debug, Clone, Default)]
struct ManualValues {
    price: Option<(usize, i64, Patch<i64>)>,
    feature: Option<(u128, i64)>,
    offer: Option<(usize, DiscountType, i64)>,
}

#[derive(Debug, Clone, Copy)]
struct OfferChange {
    enabled: bool,
    discount_type: DiscountType,
    value: i64,
}

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0..20_000_i64, 1 => Just(0), 1 => 0..=Amount::MAX]
}

fn rates() -> impl Strategy<Value = String> {
    select(RATES.as_slice()).prop_map(str::to_owned)
}

fn currencies() -> impl Strategy<Value = Currency> {
    select(CURRENCIES.as_slice())
}

fn discount_types() -> impl Strategy<Value = DiscountType> {
    select(DiscountType::ALL)
}

fn balances() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(amounts())
}

fn changes<T: std::fmt::Debug + Clone>(
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = Patch<T>> {
    prop_oneof![
        2 => Just(Patch::Keep),
        1 => Just(Patch::Clear),
        2 => values.prop_map(Patch::Set),
    ]
}

fn manual_values() -> impl Strategy<Value = ManualValues> {
    use prop::option::weighted;
    let price = weighted(0.3, (0..5_usize, amounts(), changes(amounts())));
    let feature = weighted(0.3, (0..FEATURES, amounts()));
    let offer = weighted(0.3, (0..5_usize, discount_types(), 1..10_000_i64));
    (price, feature, offer).prop_map(|(price, feature, offer)| ManualValues {
        price,
        feature,
        offer,
    })
}

fn set_rates(manual: impl Strategy<Value = ManualValues>) -> impl Strategy<Value = Step> {
    (currencies(), rates(), manual).prop_map(|(currency, rate, manual)| Step::SetRate {
        currency,
        rate,
        manual,
    })
}

fn upserts() -> impl Strategy<Value = Step> {
    (0..5_usize, currencies(), amounts(), changes(amounts())).prop_map(
        |(price, currency, amount, balance)| Step::Upsert {
            price,
            currency,
            amount,
            balance,
        },
    )
}

fn price_updates() -> impl Strategy<Value = Step> {
    let balance = changes(amounts());
    let offer = (any::<bool>(), discount_types(), 1..10_000_i64).prop_map(
        |(enabled, discount_type, value)| OfferChange {
            enabled,
            discount_type,
            value,
        },
    );
    let amount = prop::option::of(amounts());
    (0..5_usize, amount, balance, changes(offer)).prop_map(|(price, amount, balance, offer)| {
        Step::UpdatePrice {
            price,
            amount,
            balance,
            offer,
        }
    })
}

/// Changes of the base, which set nothing by hand.
fn base_changes() -> impl Strategy<Value = Step> {
    let add_price = (select(BillingInterval::ALL), amounts(), balances()).prop_map(
        |(interval, amount, balance)| Step::AddPrice {
            interval,
            amount,
            balance,
        },
    );
    let overage = (any::<bool>(), amounts()).prop_map(|(enabled, unit_price)| Overage {
        enabled,
        unit_price: UnitPrice::from_row(unit_price),
    });
    let add_feature =
        (0..FEATURES, overage).prop_map(|(feature, overage)| Step::AddFeature { feature, overage });
    let update_feature = (
        0..FEATURES,
        prop::option::of(any::<bool>()),
        prop::option::of(amounts()),
        prop::option::weighted(0.2, any::<bool>()),
    )
        .prop_map(
            |(feature, enabled, unit_price, unlimited)| Step::UpdateFeature {
                feature,
                enabled,
                unit_price,
                unlimited,
            },
        );
    prop_oneof![
        3 => add_price,
        4 => price_updates(),
        1 => (0..5_usize).prop_map(|price| Step::DeletePrice { price }),
        1 => (0..5_usize).prop_map(|price| Step::SetDefault { price }),
        2 => add_feature,
        3 => update_feature,
        1 => (0..FEATURES).prop_map(|feature| Step::RemoveFeature { feature }),
    ]
}

fn deletions() -> impl Strategy<Value = Step> {
    (0..5_usize).prop_map(|price| Step::DeleteRegional { price })
}

fn withdrawals() -> impl Strategy<Value = Step> {
    currencies().prop_map(|currency| Step::DeleteCurrency { currency })
}

fn resyncs() -> impl Strategy<Value = Step> {
    let parts = prop::option::of((0..5_usize, 0..5_usize, 0..FEATURES));
    (currencies(), parts).prop_map(|(currency, parts)| Step::Resync { currency, parts })
}

/// Every kind of change.
fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => base_changes(),
        4 => set_rates(manual_values()),
        2 => upserts(),
        1 => deletions(),
        1 => withdrawals(),
        1 => resyncs(),
    ];
    vec(step, 1..40)
}

/// Every kind of change that sets nothing by hand.
fn derived_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => base_changes(),
        4 => set_rates(Just(ManualValues::default())),
        1 => deletions(),
        1 => withdrawals(),
        1 => resyncs(),
    ];
    vec(step, 1..40)
}

/// A balance plan with nothing in it.
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
    let place = NewPlanPlace {
        is_first: true,
        creation_order: 0,
        group: None,
    };
    Plan::create(new, place, PlanId::from_uuid(Uuid::nil()), NOW).unwrap()
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

/// A plan, and beside it what was set by hand and not taken back since.
#[derive(Debug, Clone)]
struct World {
    plan: Plan,
    manual: Manual,
    /// How many prices there ever were, for ids.
    prices: u128,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Manual {
    prices: BTreeMap<(PriceId, Currency), Amount>,
    balances: BTreeMap<(PriceId, Currency), Option<Amount>>,
    offers: BTreeMap<(PriceId, Currency), (DiscountType, Positive)>,
    overages: BTreeMap<(FeatureId, Currency), UnitPrice>,
}

impl Manual {
    /// What a plan says was set by hand.
    fn of(plan: &Plan) -> Self {
        let mut manual = Self::default();
        for price in &plan.prices {
            for (currency, regional) in &price.regional {
                manual.note_price(&price.id, *currency, regional);
            }
        }
        for item in &plan.features {
            for (currency, regional) in &item.regional {
                if !regional.auto_synced {
                    let key = (item.feature.id.clone(), *currency);
                    manual.overages.insert(key, regional.unit_price);
                }
            }
        }
        manual
    }

    fn note_price(&mut self, id: &PriceId, currency: Currency, regional: &RegionalPrice) {
        let key = || (id.clone(), currency);
        if !regional.auto_synced {
            self.prices.insert(key(), regional.price);
        }
        if !regional.balance_auto_synced {
            self.balances.insert(key(), regional.included_balance);
        }
        if let RegionalOffer::Manual(offer) = regional.intro_offer {
            let value = (offer.discount_type, offer.discount_value);
            self.offers.insert(key(), value);
        }
    }

    /// A price set by hand leaves the balance beside it alone where it does not name it.
    fn set_price(&mut self, id: &PriceId, currency: Currency, amount: i64, balance: Patch<i64>) {
        let key = (id.clone(), currency);
        self.prices.insert(key.clone(), Amount::from_row(amount));
        match balance {
            Patch::Set(balance) => drop(self.balances.insert(key, Some(Amount::from_row(balance)))),
            Patch::Clear => drop(self.balances.remove(&key)),
            Patch::Keep => {}
        }
    }

    fn forget_currency(&mut self, gone: Currency) {
        self.prices.retain(|(_, currency), _| *currency != gone);
        self.balances.retain(|(_, currency), _| *currency != gone);
        self.offers.retain(|(_, currency), _| *currency != gone);
        self.overages.retain(|(_, currency), _| *currency != gone);
    }

    fn forget_price(&mut self, id: &PriceId) {
        self.prices.retain(|(of, _), _| of != id);
        self.balances.retain(|(of, _), _| of != id);
        self.offers.retain(|(of, _), _| of != id);
    }

    fn forget_feature(&mut self, id: &FeatureId) {
        self.overages.retain(|(of, _), _| of != id);
    }
}

impl World {
    fn new() -> Self {
        Self {
            plan: new_plan(),
            manual: Manual::default(),
            prices: 0,
        }
    }

    fn after(steps: &[Step]) -> Self {
        let mut world = Self::new();
        for step in steps {
            world.take(step);
        }
        world
    }

    /// Takes a step, unless the plan refuses it.
    fn take(&mut self, step: &Step) {
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

    /// Steps that set nothing by hand and take nothing of it away.
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

    fn price_id(&self, number: usize) -> Option<PriceId> {
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

    fn set_rate(&mut self, currency: Currency, rate: &str, manual: &ManualValues) -> Result<()> {
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

fn rate_request(currency: Currency, rate: &str) -> RegionalPricing {
    RegionalPricing {
        currency,
        exchange_rate: rate.to_owned(),
        prices: Vec::new(),
        features: Vec::new(),
        intro_offers: Vec::new(),
    }
}

/// Sets every rate of the plan again as it is.
fn set_rates_again(plan: &mut Plan) -> Result<()> {
    for rate in plan.exchange_rates.clone() {
        let request = rate_request(rate.currency, rate.exchange_rate.as_str());
        plan.set_regional_pricing(&request)?;
    }
    Ok(())
}

/// The plan as if it had never had a regional value but those that its rates give it.
fn derived_afresh(plan: &Plan) -> Plan {
    let mut fresh = plan.clone();
    for price in &mut fresh.prices {
        price.regional.clear();
    }
    for item in &mut fresh.features {
        item.regional.clear();
    }
    set_rates_again(&mut fresh).unwrap();
    fresh
}

/// Checks that what is derived is what its base says now.
fn check_derived(plan: &Plan) -> Result<(), TestCaseError> {
    for price in &plan.prices {
        for (currency, regional) in &price.regional {
            check_derived_price(plan.rate_of(*currency), &price.terms, *currency, regional)?;
        }
    }
    for item in &plan.features {
        for (currency, regional) in item.regional.iter().filter(|(_, value)| value.auto_synced) {
            let overage = item.settings.overage;
            let rate = plan.rate_of(*currency).expect("a rate to derive with");
            prop_assert!(overage.enabled);
            prop_assert_eq!(
                Ok(regional.unit_price),
                rate.convert_unit_price(overage.unit_price)
            );
        }
    }
    Ok(())
}

fn check_derived_price(
    rate: Option<&ExchangeRate>,
    terms: &PriceTerms,
    currency: Currency,
    regional: &RegionalPrice,
) -> Result<(), TestCaseError> {
    let converted = |base: Amount| {
        rate.expect("a rate")
            .convert_amount(base, currency)
            .unwrap()
    };
    if regional.auto_synced {
        prop_assert_eq!(regional.price, converted(terms.price));
    }
    if regional.balance_auto_synced {
        let base = terms.included_balance.filter(|_| rate.is_some());
        prop_assert_eq!(regional.included_balance, base.map(converted));
    }
    if let RegionalOffer::Derived(None) = regional.intro_offer {
        prop_assert!(rate.is_none() || terms.enabled_offer().is_none());
    }
    if let RegionalOffer::Derived(Some(offer)) = regional.intro_offer {
        let base = terms.enabled_offer().expect("an offer to derive from");
        let value = base.discount_value.expect("an enabled offer is complete");
        let wanted = match offer.discount_type {
            DiscountType::Percentage => value.get(),
            DiscountType::Amount => converted(Amount::from_row(value.get())).get(),
        };
        prop_assert_eq!(Some(offer.discount_type), base.discount_type);
        prop_assert_eq!(offer.discount_value.get(), wanted);
        prop_assert_eq!(Some(offer.duration_cycles), base.duration_cycles);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn derived_values_follow_and_manual_ones_stay(steps in any_steps()) {
        let mut world = World::new();
        for step in steps {
            world.take(&step);
            check_derived(&world.plan)?;
            let breaches = plan_check::breaches(&world.plan);
            prop_assert!(breaches.is_empty(), "{:?}", breaches);
            prop_assert_eq!(Manual::of(&world.plan), world.manual.clone());
        }
    }

    #[test]
    fn pricing_a_plan_twice_changes_nothing(
        steps in any_steps(), currency in currencies(), rate in rates(), manual in manual_values(),
    ) {
        let mut once = World::after(&steps);
        prop_assume!(once.set_rate(currency, &rate, &manual).is_ok());
        let mut twice = once.clone();
        twice.set_rate(currency, &rate, &manual).unwrap();
        prop_assert_eq!(twice.plan, once.plan);
    }

    #[test]
    fn repricing_all_derived_is_fresh_pricing(steps in derived_steps()) {
        let mut plan = World::after(&steps).plan;
        // While its values were deleted, a base may have become one that a rate cannot derive.
        prop_assume!(set_rates_again(&mut plan).is_ok());
        prop_assert_eq!(&derived_afresh(&plan), &plan);
    }

    /// Not even an upsert, a change of the base or a resync, in whatever order.
    #[test]
    fn deleted_value_returns_only_with_its_rate(
        before in any_steps(), steps in any_steps(), price in 0..5_usize,
    ) {
        let mut world = World::after(&before);
        let Some(id) = world.price_id(price) else { return Ok(()) };
        world.plan.delete_regional_prices(Some(&id)).unwrap();
        world.manual.forget_price(&id);
        for step in steps {
            if !matches!(step, Step::SetRate { .. } | Step::DeleteCurrency { .. }) {
                world.take(&step);
            }
        }
        let left = world.plan.prices.iter().find(|left| left.id == id);
        for (currency, regional) in left.iter().flat_map(|left| &left.regional) {
            let has_rate = world.plan.rate_of(*currency).is_some();
            prop_assert!(!matches!(regional.intro_offer, RegionalOffer::Derived(Some(_))));
            // The row is one that an upsert made, whose price may have been resynced since.
            prop_assert!(has_rate || !regional.auto_synced);
        }
    }

    /// Nothing but a deletion ever takes a derived value away that a rate would bring back.
    #[test]
    fn without_deletions_nothing_is_missing(steps in any_steps()) {
        let kept = |step: &Step| {
            !matches!(step, Step::DeleteRegional { .. } | Step::DeleteCurrency { .. })
        };
        let steps: Vec<_> = steps.into_iter().filter(kept).collect();
        let plan = World::after(&steps).plan;
        let mut again = plan.clone();
        set_rates_again(&mut again).unwrap();
        prop_assert_eq!(again, plan);
    }

    #[test]
    fn one_default_and_one_price_an_interval(steps in any_steps()) {
        let plan = World::after(&steps).plan;
        let defaults = plan.prices.iter().filter(|price| price.is_default).count();
        prop_assert_eq!(defaults, usize::from(!plan.prices.is_empty()));
        let intervals: BTreeSet<_> = plan.prices.iter().map(|price| price.billing_interval).collect();
        prop_assert_eq!(intervals.len(), plan.prices.len());
    }
}
