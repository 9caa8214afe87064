//! The fields of each body.

use super::*;

pub(super) const fn must(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: true,
        nullable: false,
    }
}

pub(super) const fn may(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
        nullable: false,
    }
}

pub(super) const fn may_null(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
        nullable: true,
    }
}

pub(super) const ANY: usize = usize::MAX;
pub(super) const NAME: Kind = Kind::Name;
pub const NAME_LENGTH: usize = 200;
pub(super) const ABOUT: Kind = Kind::Text { min: 0, max: 2000 };
pub(super) const UNIT_NAME: Kind = Kind::Text { min: 0, max: ANY };
pub(super) const REFERENCE: Kind = Kind::Text { min: 0, max: ANY };
pub(super) const NON_EMPTY: Kind = Kind::Text { min: 1, max: ANY };
pub(super) const COUNT: Kind = Kind::Int { min: 0, max: BOUND };
pub(super) const POSITIVE: Kind = Kind::Int { min: 1, max: BOUND };
pub(super) const NEW_TRIAL: Kind = Kind::Int { min: 0, max: 730 };
pub(super) const MODELS: Kind = Kind::OneOf(&["metered", "credits", "balance"]);
pub(super) const INTERVALS: Kind =
    Kind::OneOf(&["weekly", "monthly", "quarterly", "yearly", "one_time"]);
pub(super) const DISCOUNTS: Kind = Kind::OneOf(&["percentage", "amount"]);
pub(super) const FEATURE_KINDS: Kind = Kind::OneOf(&["boolean", "usage", "seats", "quota"]);

pub const CREATE_PLAN: &[Field] = &[
    must("name", NAME),
    must("code", Kind::Code),
    may("description", ABOUT),
    may("consumptionModel", MODELS),
    may("isPublic", Kind::Flag),
    may("isFree", Kind::Flag),
    may("blockOnExhaustion", Kind::Flag),
    may("planGroupId", REFERENCE),
    may_null("metadata", Kind::Bag),
];
pub const UPDATE_PLAN: &[Field] = &[
    may("name", NAME),
    may_null("description", ABOUT),
    may_null("metadata", Kind::Bag),
    may("isPublic", Kind::Flag),
];
pub const SET_VISIBILITY: &[Field] = &[must("isPublic", Kind::Flag)];

pub const ADD_PLAN_FEATURE: &[Field] = &[
    must("featureId", NON_EMPTY),
    may("enabled", Kind::Flag),
    may("includedAmount", COUNT),
    may("unlimited", Kind::Flag),
    may(
        "overage",
        Kind::Shape(&[must("enabled", Kind::Flag), must("unitPrice", COUNT)]),
    ),
    may_null("creditsPerUnit", COUNT),
    may("pricingMode", Kind::OneOf(&["fixed", "ai_model"])),
    may_null("margin", COUNT),
];
pub const UPDATE_PLAN_FEATURE: &[Field] = &[
    may("enabled", Kind::Flag),
    may("includedAmount", COUNT),
    may("unlimited", Kind::Flag),
    may(
        "overage",
        Kind::Shape(&[may("enabled", Kind::Flag), may("unitPrice", COUNT)]),
    ),
    may_null("creditsPerUnit", COUNT),
];

pub const ADD_PRICE: &[Field] = &[
    must("billingInterval", INTERVALS),
    must("price", COUNT),
    may("trialDays", NEW_TRIAL),
    may("isDefault", Kind::Flag),
    may_null("includedBalance", COUNT),
    may_null("includedCredits", COUNT),
    may_null("introOffer", Kind::Shape(NEW_OFFER)),
];
pub(super) const NEW_OFFER: &[Field] = &[
    must("enabled", Kind::Flag),
    may_null("discountType", DISCOUNTS),
    may_null("discountValue", POSITIVE),
    may_null("durationCycles", POSITIVE),
];
pub const UPDATE_PRICE: &[Field] = &[
    may("price", COUNT),
    may("isDefault", Kind::Flag),
    may("trialDays", COUNT),
    may_null("includedBalance", COUNT),
    may_null("includedCredits", COUNT),
    may_null("introOffer", Kind::Shape(CHANGED_OFFER)),
];
pub(super) const CHANGED_OFFER: &[Field] = &[
    may("enabled", Kind::Flag),
    may_null("discountType", DISCOUNTS),
    may_null("discountValue", POSITIVE),
    may_null("durationCycles", POSITIVE),
];

pub const UPSERT_REGIONAL: &[Field] = &[must(
    "overrides",
    Kind::Rows {
        min: 1,
        max: 200,
        row: CURRENCY_PRICE,
    },
)];
pub(super) const CURRENCY_PRICE: &[Field] = &[
    must("currency", REFERENCE),
    must("price", COUNT),
    may_null("includedBalance", COUNT),
];
pub const SET_REGIONAL: &[Field] = &[
    must("currency", Kind::Currency),
    must("exchangeRate", Kind::Rate),
    may(
        "prices",
        Kind::Rows {
            min: 0,
            max: 100,
            row: PRICE_OVERRIDE,
        },
    ),
    may(
        "features",
        Kind::Rows {
            min: 0,
            max: 1000,
            row: FEATURE_OVERRIDE,
        },
    ),
    may(
        "introOffers",
        Kind::Rows {
            min: 0,
            max: 100,
            row: OFFER_OVERRIDE,
        },
    ),
];
pub(super) const PRICE_OVERRIDE: &[Field] = &[
    must("priceId", REFERENCE),
    must("price", COUNT),
    may_null("includedBalance", COUNT),
];
pub(super) const FEATURE_OVERRIDE: &[Field] = &[
    must("featureId", REFERENCE),
    must("overageUnitPrice", COUNT),
];
pub(super) const OFFER_OVERRIDE: &[Field] = &[
    must("priceId", REFERENCE),
    must("discountType", DISCOUNTS),
    must("discountValue", POSITIVE),
    must("durationCycles", POSITIVE),
];

pub const RESYNC: &[Field] = &[
    may("prices", Kind::Texts { max: 100 }),
    may("features", Kind::Texts { max: 1000 }),
    may("introOffers", Kind::Texts { max: 100 }),
];

pub const CREATE_FEATURE: &[Field] = &[
    must("name", NAME),
    must("code", Kind::Code),
    must("type", FEATURE_KINDS),
    may("description", ABOUT),
    may("unitName", UNIT_NAME),
];
pub const UPDATE_FEATURE: &[Field] = &[
    may("name", NAME),
    may_null("description", ABOUT),
    may_null("unitName", UNIT_NAME),
];

pub const CREATE_GROUP: &[Field] = &[
    must("name", NAME),
    may("description", ABOUT),
    may("isPublic", Kind::Flag),
];
pub const UPDATE_GROUP: &[Field] = &[
    may("name", NAME),
    may_null("description", ABOUT),
    may("isPublic", Kind::Flag),
];
pub const ADD_TO_GROUP: &[Field] = &[must("planId", NON_EMPTY), may("sortOrder", COUNT)];
pub const REORDER_GROUP: &[Field] = &[must("planIds", Kind::Texts { max: 1000 })];
