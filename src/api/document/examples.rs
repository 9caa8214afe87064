//! What the document shows as examples: for each operation a request that works as it stands, the
//! answer to it, and the error that a caller is most likely to meet.
//!
//! They tell one story: the plan `example_plan` with the feature `example_calls`, a monthly price, and values
//! in yen and won. The codes start with `example_`, so that trying an example changes no real
//! plan or feature. The tests send every request to a server and compare the answers with these.

use serde_json::{Value, json};

use crate::api::kit::error::{Code, Rejection};
use crate::api::schema::currency::CurrencyInfo;
use crate::domain::Error;
use crate::domain::error::{PlansWithFeature, StaleTag, Taken};
use crate::domain::money::Currency;
use crate::domain::text::Code as PlanCode;

/// Where the server of the examples is.
const SERVER: &str = "https://pricebook.example.com";

const PLAN: &str = "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34";
const OTHER_PLAN: &str = "pln_01960b2e91d77e02b3c81f4d6a5e9072";
const FEATURE: &str = "feat_01960b2e8f3a7c41a5d2e9b07c6f1d34";
const PRICE: &str = "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34";
const GROUP: &str = "grp_01960b2e8f3a7c41a5d2e9b07c6f1d34";
const KEY: &str = "key_01960b2e8f3a7c41a5d2e9b07c6f1d34";

const CREATED: &str = "2026-07-11T09:30:00.000Z";
const CHANGED: &str = "2026-07-12T18:04:11.000Z";
const EXPIRES: &str = "2026-10-09T09:30:00.000Z";

const DESCRIPTION: &str = "For teams that ship every day";
const CHANGED_DESCRIPTION: &str = "For teams that ship every day, and at night";
const GROUP_DESCRIPTION: &str = "Plans for teams of every size";
const KEY_PREFIX: &str = "pk_sandbox_4f9a1c";

/// An example with the name that it has among those of its operation.
pub type Named = (&'static str, Value);

/// The requests that an operation shows, the first one being the one to begin with.
pub fn requests(operation: &str) -> Vec<Named> {
    match operation {
        "set-plan-regional-pricing" => vec![
            (
                "Everything derived",
                json!({"currency": "jpy", "exchangeRate": 150}),
            ),
            (
                "A price of overage set by hand",
                json!({
                    "currency": "krw",
                    "exchangeRate": 1380.5,
                    "features": [{"featureId": "example_calls", "overageUnitPrice": 27000}],
                }),
            ),
        ],
        "create-api-key" => vec![
            (
                "A publishable key, for a pricing page that reads public plans",
                json!({
                    "name": "Pricing page",
                    "expiresInDays": 90,
                    "permissions": {"plan": ["read_public"]},
                }),
            ),
            (
                "A restricted key",
                json!({
                    "name": "Reports",
                    "expiresInDays": 90,
                    "permissions": {"plan": ["read"], "feature": ["read"]},
                }),
            ),
            (
                "A key with full access",
                json!({"name": "Back end", "expiresInDays": 90}),
            ),
        ],
        _ => request(operation)
            .map(|body| ("Example", body))
            .into_iter()
            .collect(),
    }
}

fn request(operation: &str) -> Option<Value> {
    Some(match operation {
        "create-plan" => json!({
            "name": "Pro",
            "code": "example_plan",
            "description": DESCRIPTION,
            "consumptionModel": "metered",
            "isPublic": true,
            "metadata": {"badge": "popular"},
        }),
        "update-plan" => json!({
            "name": "Pro 2026",
            "description": CHANGED_DESCRIPTION,
            "metadata": {"badge": "new"},
        }),
        "set-plan-visibility" => json!({"isPublic": false}),
        "add-plan-feature" => json!({
            "featureId": "example_calls",
            "enabled": true,
            "includedAmount": 10000,
            "overage": {"enabled": true, "unitPrice": 20},
        }),
        "update-plan-feature" => json!({"includedAmount": 20000, "overage": {"unitPrice": 25}}),
        "add-plan-price" => json!({
            "billingInterval": "monthly",
            "price": 4900,
            "trialDays": 14,
            "isDefault": true,
            "introOffer": {
                "enabled": true,
                "discountType": "percentage",
                "discountValue": 2500,
                "durationCycles": 3,
            },
        }),
        "update-plan-price" => json!({"price": 5900, "trialDays": 30}),
        "upsert-regional-prices" => json!({
            "overrides": [
                {"currency": "eur", "price": 4500},
                {"currency": "gbp", "price": 3900},
            ],
        }),
        "create-feature" => json!({
            "name": "API calls",
            "code": "example_calls",
            "type": "usage",
            "description": "Calls of the public API",
            "unitName": "call",
        }),
        "resync-plan-regional-pricing" => json!({"features": ["example_calls"]}),
        "update-feature" => json!({"name": "API requests", "unitName": "request"}),
        "create-plan-group" => json!({"name": "Team plans", "description": GROUP_DESCRIPTION}),
        "update-plan-group" => json!({"name": "Plans for teams", "isPublic": false}),
        "add-plan-to-group" => json!({"planId": "example_plan"}),
        "reorder-plans-in-group" => json!({"planIds": ["example_starter", "example_plan"]}),
        _ => return None,
    })
}

/// The body of the answer that an operation shows.
pub fn answer(operation: &str) -> Value {
    let (data, next) = match operation {
        "list-plans" => (json!([priced_plan()]), Some("cGxhbnMgMCAw")),
        "list-features" => (
            json!([feature()]),
            Some("ZmVhdF8wMTk2MGIyZThmM2E3YzQxYTVkMmU5YjA3YzZmMWQzNCAw"),
        ),
        "list-plan-groups" => (
            json!([group_with_plan()]),
            Some("Z3JwXzAxOTYwYjJlOGYzYTdjNDFhNWQyZTliMDdjNmYxZDM0IDA"),
        ),
        "list-api-keys" => (
            json!([api_key()]),
            Some("a2V5XzAxOTYwYjJlOGYzYTdjNDFhNWQyZTliMDdjNmYxZDM0IDA"),
        ),
        _ => (data(operation), None),
    };
    let mut body = json!({"success": true, "data": data});
    // A page that is not the last, since some tools trip over null beside `data`.
    if let Some(next) = next {
        body["hasMore"] = true.into();
        body["nextCursor"] = next.into();
    }
    body
}

fn data(operation: &str) -> Value {
    match operation {
        "get-plan" => priced_plan(),
        "create-plan" => new_plan(),
        "update-plan" => changed_plan(),
        "delete-plan" => of_plan(json!({"id": PLAN, "deleted": true})),
        "set-plan-visibility" => of_plan(json!({"id": PLAN, "isPublic": false})),
        "add-plan-feature" => plan_feature(10000, 20),
        "update-plan-feature" => plan_feature(20000, 25),
        "remove-plan-feature" => of_plan(json!({"id": FEATURE, "removed": true})),
        "add-plan-price" => plan_price(4900, 14, CREATED),
        "update-plan-price" => plan_price(5900, 30, CHANGED),
        "delete-plan-price" => of_plan(json!({"id": PRICE, "deleted": true})),
        "set-default-plan-price" => of_plan(json!({"id": PRICE, "isDefault": true})),
        "set-plan-regional-pricing" | "resync-plan-regional-pricing" => of_plan(json!({
            "planId": PLAN,
            "currency": "jpy",
            "exchangeRate": 150,
            "pricesConfigured": 1,
            "featuresConfigured": 1,
        })),
        "upsert-regional-prices" => of_plan(json!({
            "priceId": PRICE,
            "overrides": [
                {"currency": "eur", "price": 4500},
                {"currency": "gbp", "price": 3900},
            ],
        })),
        "delete-regional-prices" => of_plan(json!({"deleted": true})),
        "delete-plan-regional-pricing" => {
            of_plan(json!({"planId": PLAN, "currency": "jpy", "deleted": true}))
        }
        "get-feature" | "create-feature" => feature(),
        "update-feature" => changed_feature(),
        "delete-feature" => kind("feature", json!({"id": FEATURE, "deleted": true})),
        "get-plan-group" => group_with_plan(),
        "create-plan-group" => group(json!([])),
        "update-plan-group" => changed_group(),
        "delete-plan-group" => kind("plan_group", json!({"id": GROUP, "deleted": true})),
        "add-plan-to-group" => kind("plan_group", json!({"success": true})),
        "remove-plan-from-group" => kind("plan_group", json!({"id": PLAN, "removed": true})),
        "reorder-plans-in-group" => kind("plan_group", json!({"reordered": true})),
        "list-currencies" => currencies(),
        "create-api-key" => created_api_key(),
        "delete-api-key" => kind("api_key", json!({"id": KEY, "deleted": true})),
        _ => Value::Null,
    }
}

/// An object with what every object of the wire ends with.
fn kind(word: &str, mut object: Value) -> Value {
    object["object"] = word.into();
    object["livemode"] = false.into();
    object
}

fn of_plan(object: Value) -> Value {
    kind("plan", object)
}

fn new_plan() -> Value {
    of_plan(json!({
        "id": PLAN,
        "name": "Pro",
        "code": "example_plan",
        "description": DESCRIPTION,
        "consumptionModel": "metered",
        "isPublic": true,
        "isDefault": true,
        "isFree": false,
        "blockOnExhaustion": null,
        "sortOrder": 0,
        "planGroupId": null,
        "metadata": {"badge": "popular"},
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "features": [],
        "prices": [],
        "exchangeRates": [],
    }))
}

fn priced_plan() -> Value {
    let mut plan = new_plan();
    plan["features"] = json!([{
        "id": FEATURE,
        "code": "example_calls",
        "name": "API calls",
        "type": "usage",
        "unitName": "call",
        "enabled": true,
        "includedAmount": 10000,
        "unlimited": false,
        "overage": {"enabled": true, "model": "per_unit", "unitPrice": 20},
        "creditsPerUnit": null,
        "pricingMode": "fixed",
        "margin": null,
        "regionalPrices": [
            {"currency": "jpy", "overageUnitPrice": 3000, "autoSynced": true},
            {"currency": "krw", "overageUnitPrice": 27000, "autoSynced": false},
        ],
    }]);
    plan["prices"] = json!([{
        "id": PRICE,
        "billingInterval": "monthly",
        "price": 4900,
        "isDefault": true,
        "trialDays": 14,
        "includedBalance": null,
        "includedCredits": null,
        "introOffer": intro_offer(),
        "regionalPrices": [regional_price("jpy", 7350), regional_price("krw", 67645)],
    }]);
    plan["exchangeRates"] = json!([
        {"currency": "jpy", "exchangeRate": 150},
        {"currency": "krw", "exchangeRate": 1380.5},
    ]);
    plan
}

fn changed_plan() -> Value {
    let mut plan = priced_plan();
    plan["name"] = "Pro 2026".into();
    plan["description"] = CHANGED_DESCRIPTION.into();
    plan["metadata"] = json!({"badge": "new"});
    plan["updatedAt"] = CHANGED.into();
    plan
}

fn intro_offer() -> Value {
    json!({
        "enabled": true,
        "discountType": "percentage",
        "discountValue": 2500,
        "durationCycles": 3,
    })
}

fn regional_price(currency: &str, price: i64) -> Value {
    json!({
        "currency": currency,
        "price": price,
        "includedBalance": null,
        "autoSynced": true,
        "introOffer": {
            "discountType": "percentage",
            "discountValue": 2500,
            "durationCycles": 3,
            "autoSynced": true,
        },
    })
}

fn plan_feature(included_amount: i64, unit_price: i64) -> Value {
    of_plan(json!({
        "planId": PLAN,
        "featureId": FEATURE,
        "enabled": true,
        "includedAmount": included_amount,
        "unlimited": false,
        "overage": {"enabled": true, "unitPrice": unit_price},
        "creditsPerUnit": null,
        "pricingMode": "fixed",
        "margin": null,
    }))
}

fn plan_price(price: i64, trial_days: i64, updated_at: &str) -> Value {
    of_plan(json!({
        "id": PRICE,
        "planId": PLAN,
        "billingInterval": "monthly",
        "price": price,
        "isDefault": true,
        "trialDays": trial_days,
        "includedBalance": null,
        "includedCredits": null,
        "introOffer": intro_offer(),
        "createdAt": CREATED,
        "updatedAt": updated_at,
    }))
}

fn feature() -> Value {
    kind(
        "feature",
        json!({
            "id": FEATURE,
            "name": "API calls",
            "code": "example_calls",
            "type": "usage",
            "description": "Calls of the public API",
            "unitName": "call",
            "createdAt": CREATED,
            "updatedAt": CREATED,
        }),
    )
}

fn changed_feature() -> Value {
    let mut feature = feature();
    feature["name"] = "API requests".into();
    feature["unitName"] = "request".into();
    feature["updatedAt"] = CHANGED.into();
    feature
}

fn group(plans: Value) -> Value {
    let mut group = json!({
        "id": GROUP,
        "name": "Team plans",
        "description": GROUP_DESCRIPTION,
        "isPublic": true,
        "createdAt": CREATED,
        "updatedAt": CREATED,
    });
    group["plans"] = plans;
    kind("plan_group", group)
}

fn group_with_plan() -> Value {
    group(json!([
        {"id": PLAN, "name": "Pro", "sortOrder": 0},
        {"id": OTHER_PLAN, "name": "Starter", "sortOrder": 1},
    ]))
}

fn changed_group() -> Value {
    let mut group = group_with_plan();
    group["name"] = "Plans for teams".into();
    group["isPublic"] = false.into();
    group["updatedAt"] = CHANGED.into();
    group
}

fn currencies() -> Value {
    let all = Currency::ALL.iter().copied().map(CurrencyInfo::new);
    // What is made of texts and numbers can always be written.
    serde_json::to_value(all.collect::<Vec<_>>()).unwrap_or_default()
}

fn api_key() -> Value {
    kind(
        "api_key",
        json!({
            "id": KEY,
            "name": "Pricing page",
            "prefix": KEY_PREFIX,
            "permissions": {"plan": ["read_public"]},
            "expiresAt": EXPIRES,
            "lastUsedAt": CHANGED,
            "createdAt": CREATED,
        }),
    )
}

fn created_api_key() -> Value {
    kind(
        "api_key",
        json!({
            "id": KEY,
            "name": "Pricing page",
            "apiKey": "pk_sandbox_4f9a1c…",
            "prefix": KEY_PREFIX,
            "permissions": {"plan": ["read_public"]},
            "expiresAt": EXPIRES,
            "createdAt": CREATED,
        }),
    )
}

/// Whether the error of a code names a field of the operation, so that each shows one of its own.
pub const fn is_of_operation(code: Code) -> bool {
    matches!(
        code,
        Code::ValidationError | Code::Duplicate | Code::FeatureAlreadyExists
    )
}

/// The error that an operation shows for a code: the answer to a refusal of that kind.
pub fn error(operation: &str, code: Code) -> Value {
    let rejection = match code {
        Code::ValidationError => {
            let (field, words) = mistake(operation);
            Error::invalid(field, words).into()
        }
        Code::Duplicate => Error::Duplicate(taken(operation)).into(),
        Code::FeatureAlreadyExists => Error::FeatureAlreadyExists(taken(operation)).into(),
        Code::FeatureInUse => Error::FeatureInUse(plans_with_feature()).into(),
        Code::PreconditionFailed => Error::PreconditionFailed(StaleTag {
            etag: "\"5f2b8c0d9e4a71b36c8f1d20a7e593b4\"".to_owned(),
            revision: 42,
        })
        .into(),
        _ => Rejection::of(code),
    };
    // Maps with text keys can always be written.
    serde_json::to_value(rejection.body(SERVER)).unwrap_or_default()
}

fn plans_with_feature() -> PlansWithFeature {
    PlansWithFeature {
        codes: Vec::from_iter(PlanCode::parse("example_plan")),
        more: 0,
    }
}

/// A field that callers of the operation get wrong, and what they hear.
fn mistake(operation: &str) -> (&'static str, &'static str) {
    const REQUIRED: &str = "Is required.";
    const EMPTY: &str = "Must have at least 1 character.";
    const WHOLE: &str = "Must be an integer.";
    const MINOR_UNITS: &str = "Must be an integer, in minor units: 4999 for $49.99.";
    const MINOR_UNITS_ABROAD: &str = "Must be an integer, in minor units of its currency: 4999 for 49.99 where it has two digits.";
    const RATE: &str = "Must be an integer, in 1/10000 of a major unit: 20 for 0.002.";
    match operation {
        "list-plans" | "list-features" | "list-plan-groups" | "list-api-keys" => {
            ("limit", "Must be an integer from 1 to 100.")
        }
        "create-plan" => ("code", REQUIRED),
        "create-feature" => ("type", REQUIRED),
        "create-plan-group" | "create-api-key" => ("name", REQUIRED),
        "set-plan-visibility" => ("isPublic", REQUIRED),
        "add-plan-feature" => ("overage.unitPrice", RATE),
        "update-plan-feature" => ("includedAmount", WHOLE),
        "add-plan-price" => ("billingInterval", REQUIRED),
        "update-plan-price" => ("price", MINOR_UNITS),
        "set-plan-regional-pricing" => ("exchangeRate", "Must be above zero."),
        "resync-plan-regional-pricing" => ("currency", "The plan has no exchange rate for jpy."),
        "upsert-regional-prices" => ("overrides[0].price", MINOR_UNITS_ABROAD),
        "add-plan-to-group" => ("planId", REQUIRED),
        "reorder-plans-in-group" => ("planIds", "Must have at least 1 item."),
        "set-default-plan-price" => ("Idempotency-Key", "Must have 1 to 255 characters."),
        "update-plan" | "update-feature" | "update-plan-group" => ("name", EMPTY),
        _ => (
            "commet-version",
            "Must be a date written as YYYY-MM-DD, such as 2026-07-11.",
        ),
    }
}

/// The field whose value exists already, and what the caller hears.
fn taken(operation: &str) -> Taken {
    let (field, words) = match operation {
        "create-plan" => ("code", "A plan with this code exists already."),
        "create-feature" => ("code", "A feature with this code exists already."),
        "add-plan-feature" => ("featureId", "The plan has this feature already."),
        "add-plan-price" => ("billingInterval", "The plan has a monthly price already."),
        "add-plan-to-group" => ("planId", "The plan is in this group already."),
        _ => ("name", "A plan group with this name exists already."),
    };
    Taken::new(field, words)
}
