//! Random changes of a plan.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::money::{Amount, Currency, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan_feature::Overage;
use crate::domain::plan_price::{BillingInterval, DiscountType};

/// Few, so that steps affect the same values.
pub(super) const CURRENCIES: [Currency; 4] =
    [Currency::Eur, Currency::Jpy, Currency::Krw, Currency::Usd];
pub(super) const RATES: [&str; 7] = [
    "150",
    "1380.50",
    "0.925",
    "0.01",
    "5e-1",
    "1",
    "33.3333333333333",
];
pub(super) const FEATURES: u128 = 2;

/// A change of the plan. Prices and features are named by number; a step that names a missing one
/// is refused.
#[derive(Debug, Clone)]
pub(super) enum Step {
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
        /// A price whose price and balance are derived again, a price whose offer is, and a
        /// feature; `None` for everything.
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
pub(super) struct ManualValues {
    pub price: Option<(usize, i64, Patch<i64>)>,
    pub feature: Option<(u128, i64)>,
    pub offer: Option<(usize, DiscountType, i64)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct OfferChange {
    pub enabled: bool,
    pub discount_type: DiscountType,
    pub value: i64,
}

pub(super) fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0..20_000_i64, 1 => Just(0), 1 => 0..=Amount::MAX]
}

pub(super) fn rates() -> impl Strategy<Value = String> {
    select(RATES.as_slice()).prop_map(str::to_owned)
}

pub(super) fn currencies() -> impl Strategy<Value = Currency> {
    select(CURRENCIES.as_slice())
}

pub(super) fn discount_types() -> impl Strategy<Value = DiscountType> {
    select(DiscountType::ALL)
}

pub(super) fn balances() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(amounts())
}

pub(super) fn changes<T: std::fmt::Debug + Clone>(
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = Patch<T>> {
    prop_oneof![
        2 => Just(Patch::Keep),
        1 => Just(Patch::Clear),
        2 => values.prop_map(Patch::Set),
    ]
}

pub(super) fn manual_values() -> impl Strategy<Value = ManualValues> {
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

pub(super) fn set_rates(
    manual: impl Strategy<Value = ManualValues>,
) -> impl Strategy<Value = Step> {
    (currencies(), rates(), manual).prop_map(|(currency, rate, manual)| Step::SetRate {
        currency,
        rate,
        manual,
    })
}

pub(super) fn upserts() -> impl Strategy<Value = Step> {
    (0..5_usize, currencies(), amounts(), changes(amounts())).prop_map(
        |(price, currency, amount, balance)| Step::Upsert {
            price,
            currency,
            amount,
            balance,
        },
    )
}

pub(super) fn price_updates() -> impl Strategy<Value = Step> {
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

/// Changes of base values, which set nothing manually.
pub(super) fn base_changes() -> impl Strategy<Value = Step> {
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

pub(super) fn deletions() -> impl Strategy<Value = Step> {
    (0..5_usize).prop_map(|price| Step::DeleteRegional { price })
}

pub(super) fn withdrawals() -> impl Strategy<Value = Step> {
    currencies().prop_map(|currency| Step::DeleteCurrency { currency })
}

pub(super) fn resyncs() -> impl Strategy<Value = Step> {
    let parts = prop::option::of((0..5_usize, 0..5_usize, 0..FEATURES));
    (currencies(), parts).prop_map(|(currency, parts)| Step::Resync { currency, parts })
}

/// Every kind of change.
pub(super) fn any_steps() -> impl Strategy<Value = Vec<Step>> {
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

/// Every kind of change without manual values.
pub(super) fn derived_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => base_changes(),
        4 => set_rates(Just(ManualValues::default())),
        1 => deletions(),
        1 => withdrawals(),
        1 => resyncs(),
    ];
    vec(step, 1..40)
}
