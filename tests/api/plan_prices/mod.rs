//! Prices of plans: adding, changing and deleting them, and the default price.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::making::{each, item, merged};
use crate::support::{Actor, Reply, TestServer};

mod defaults;
mod offers;
mod refusals;

const UNKNOWN_PLAN: &str = "pln_00000000000000000000000000000000";
const UNKNOWN_PRICE: &str = "prc_00000000000000000000000000000000";
const INTERVALS: [&str; 5] = ["weekly", "monthly", "quarterly", "yearly", "one_time"];

/// A catalog with a plan of every kind.
struct Shop {
    _server: TestServer,
    owner: Actor,
}

impl Shop {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        for model in ["metered", "credits", "balance"] {
            let body = json!({"consumptionModel": model});
            owner.make_plan(model, body).await;
        }
        owner.make_plan("free", json!({"isFree": true})).await;
        let _server = server;
        Self { _server, owner }
    }

    /// Adds a monthly price of $49.00, with the fields in `more` merged in.
    async fn add(&self, plan: &str, more: Value) -> Reply {
        let body = merged(json!({"billingInterval": "monthly", "price": 4900}), more);
        let path = format!("/plans/{plan}/prices");
        self.owner.post(&path, body).await
    }

    async fn update(&self, plan: &str, price: &str, change: Value) -> Reply {
        let path = format!("/plans/{plan}/prices/{price}");
        self.owner.put(&path, change).await
    }

    async fn delete(&self, plan: &str, price: &str) -> Reply {
        let path = format!("/plans/{plan}/prices/{price}");
        self.owner.delete(&path).await
    }

    async fn set_default(&self, plan: &str, price: &str) -> Reply {
        let path = format!("/plans/{plan}/prices/{price}/default");
        let request = self.owner.request(Method::PUT, &path);
        self.owner.send(request).await
    }

    /// Adds a price for each interval; returns their ids.
    async fn fill(&self, plan: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for interval in INTERVALS {
            let price = self.owner.make_price(plan, interval, 4900, json!({}));
            ids.push(price.await);
        }
        ids
    }

    async fn prices(&self, plan: &str) -> Value {
        self.owner.show_plan(plan).await["prices"].clone()
    }

    /// The intervals of the plan's default prices.
    async fn defaults(&self, plan: &str) -> Vec<Value> {
        let prices = self.prices(plan).await;
        let prices = prices.as_array().unwrap().iter();
        let defaults = prices.filter(|price| price["isDefault"] == true);
        defaults
            .map(|price| price["billingInterval"].clone())
            .collect()
    }
}

fn offer(discount_type: &str, value: i64) -> Value {
    json!({"introOffer": {
        "enabled": true, "discountType": discount_type, "discountValue": value, "durationCycles": 3,
    }})
}

#[tokio::test]
async fn price_fields_left_out_have_defaults() {
    let shop = Shop::open().await;
    let added = shop.add("metered", json!({})).await;
    let plan = shop.owner.get("/plans/metered").await;
    let wanted = json!({
        "id": added.id(), "planId": plan.id(), "billingInterval": "monthly", "price": 4900,
        "isDefault": true, "trialDays": 0, "includedBalance": null, "includedCredits": null,
        "introOffer": null, "createdAt": added.text("createdAt"),
        "updatedAt": added.text("createdAt"), "object": "plan", "livemode": false,
    });
    assert_eq!(added.data(), &wanted);
    let wanted = json!([{
        "id": added.id(), "billingInterval": "monthly", "price": 4900, "isDefault": true,
        "trialDays": 0, "includedBalance": null, "includedCredits": null, "introOffer": null,
        "regionalPrices": [],
    }]);
    assert_eq!(plan.data()["prices"], wanted);
}

#[tokio::test]
async fn what_is_sent_is_what_is_kept() {
    let shop = Shop::open().await;
    let off = json!({
        "enabled": false, "discountType": null, "discountValue": null, "durationCycles": null,
    });
    let cases = [
        ("metered", json!({"price": 0, "trialDays": 14})),
        ("metered", json!({"price": 9_007_199_254_740_991_i64})),
        ("metered", offer("percentage", 2500)),
        ("metered", offer("amount", 4900)),
        ("metered", json!({"introOffer": off})),
        ("credits", json!({"includedCredits": 0})),
        (
            "credits",
            json!({"includedCredits": 1000, "includedBalance": null}),
        ),
        ("balance", json!({"includedBalance": 0})),
        (
            "balance",
            json!({"includedBalance": 5000, "includedCredits": null}),
        ),
        ("free", json!({"price": 0, "trialDays": 0})),
    ];
    for (plan, terms) in cases {
        let added = shop.add(plan, terms.clone()).await;
        let shown = shop.prices(plan).await[0].clone();
        for (field, value) in terms.as_object().unwrap() {
            assert_eq!(&added.data()[field], value, "{terms}");
            assert_eq!(&shown[field], value, "{terms}");
        }
        shop.delete(plan, added.id()).await.data();
    }
}

#[tokio::test]
async fn a_live_catalog_says_that_it_is_live() {
    let server = TestServer::start().await;
    let owner = server.actor("acme", Mode::Live).await;
    owner.make_plan("pro", json!({})).await;
    let body = json!({"billingInterval": "monthly", "price": 1});
    let added = owner.post("/plans/pro/prices", body).await;
    let path = format!("/plans/pro/prices/{}", added.id());
    let updated = owner.put(&path, json!({})).await;
    let default = owner.put(&format!("{path}/default"), json!({})).await;
    let deleted = owner.delete(&path).await;
    for reply in [added, updated, default, deleted] {
        assert_eq!(reply.data()["livemode"], true);
    }
}

#[tokio::test]
async fn a_plan_has_one_price_per_billing_interval() {
    let shop = Shop::open().await;
    let ids = shop.fill("metered").await;
    for (interval, id) in INTERVALS.iter().zip(&ids) {
        let again = shop
            .add("metered", json!({"billingInterval": interval}))
            .await;
        again.refused(409, "duplicate");
        assert_eq!(again.body["error"]["param"], "billingInterval");
        shop.delete("metered", id).await.data();
        shop.add("metered", json!({"billingInterval": interval}))
            .await
            .data();
    }
    // Each plan has its own intervals.
    shop.add("credits", json!({})).await.data();
}

#[tokio::test]
async fn prices_are_in_order_of_addition() {
    let shop = Shop::open().await;
    for interval in ["yearly", "one_time", "weekly"] {
        shop.add("metered", json!({"billingInterval": interval}))
            .await
            .data();
    }
    let order = async || each(&shop.prices("metered").await, "billingInterval");
    assert_eq!(order().await, json!(["yearly", "one_time", "weekly"]));
    let first = shop.prices("metered").await[0]["id"].clone();
    let first = first.as_str().unwrap();
    shop.update("metered", first, json!({"price": 1}))
        .await
        .data();
    assert_eq!(order().await, json!(["yearly", "one_time", "weekly"]));
    shop.delete("metered", first).await.data();
    shop.add("metered", json!({"billingInterval": "yearly"}))
        .await
        .data();
    assert_eq!(order().await, json!(["one_time", "weekly", "yearly"]));
}

#[tokio::test]
async fn free_plan_takes_no_price_trial_or_offer() {
    let shop = Shop::open().await;
    let cases: [(Value, &[&str]); 4] = [
        (json!({"price": 1}), &["price"]),
        (json!({"price": 0, "trialDays": 1}), &["trialDays"]),
        (
            merged(json!({"price": 0}), offer("percentage", 1)),
            &["introOffer.enabled"],
        ),
        (
            merged(json!({"price": 1, "trialDays": 1}), offer("percentage", 1)),
            &["price", "trialDays", "introOffer.enabled"],
        ),
    ];
    for (terms, fields) in &cases {
        shop.add("free", terms.clone()).await.invalid(fields);
    }
    let off = json!({"price": 0, "introOffer": {"enabled": false}});
    let price = shop.add("free", off).await.id().to_owned();
    for (change, fields) in cases {
        shop.update("free", &price, change).await.invalid(fields);
    }
}

#[tokio::test]
async fn credits_and_balance_belong_to_their_plans() {
    let shop = Shop::open().await;
    let cases = [
        ("metered", "includedCredits"),
        ("metered", "includedBalance"),
        ("credits", "includedBalance"),
        ("balance", "includedCredits"),
    ];
    for (plan, field) in cases {
        shop.add(plan, json!({field: 0})).await.invalid(&[field]);
        let added = shop.add(plan, json!({field: null})).await;
        let price = added.id();
        shop.update(plan, price, json!({field: 0}))
            .await
            .invalid(&[field]);
        shop.update(plan, price, json!({field: null})).await.data();
        shop.delete(plan, price).await.data();
    }
    let both = json!({"includedBalance": 1, "includedCredits": 1});
    shop.add("metered", both)
        .await
        .invalid(&["includedBalance", "includedCredits"]);
}

#[tokio::test]
async fn update_keeps_absent_and_clears_null() {
    let shop = Shop::open().await;
    let terms = json!({"trialDays": 14, "includedBalance": 5000});
    let terms = merged(terms, offer("percentage", 2500));
    let added = shop.add("balance", terms).await;
    let mut wanted = added.data().clone();
    let changes = [
        (json!({}), "/price", json!(4900)),
        (
            json!({"introOffer": {}}),
            "/introOffer/enabled",
            json!(true),
        ),
        (json!({"price": 5900}), "/price", json!(5900)),
        (json!({"trialDays": 0}), "/trialDays", json!(0)),
        (
            json!({"includedBalance": 6000}),
            "/includedBalance",
            json!(6000),
        ),
        (
            json!({"includedBalance": null}),
            "/includedBalance",
            Value::Null,
        ),
        (
            json!({"introOffer": {"discountValue": 100}}),
            "/introOffer/discountValue",
            json!(100),
        ),
        (
            json!({"introOffer": {"discountType": "amount"}}),
            "/introOffer/discountType",
            json!("amount"),
        ),
        (
            json!({"introOffer": {"durationCycles": 1}}),
            "/introOffer/durationCycles",
            json!(1),
        ),
        (
            json!({"introOffer": {"enabled": false}}),
            "/introOffer/enabled",
            json!(false),
        ),
        (
            json!({"introOffer": {"discountValue": null}}),
            "/introOffer/discountValue",
            Value::Null,
        ),
        (
            json!({"introOffer": {"discountType": null}}),
            "/introOffer/discountType",
            Value::Null,
        ),
    ];
    for (change, path, value) in changes {
        let updated = shop.update("balance", added.id(), change.clone()).await;
        *wanted.pointer_mut(path).unwrap() = value;
        wanted["updatedAt"] = updated.data()["updatedAt"].clone();
        assert_eq!(updated.data(), &wanted, "{change}");
    }
}

#[tokio::test]
async fn an_update_that_changes_nothing_is_no_change() {
    let shop = Shop::open().await;
    let terms = merged(json!({"trialDays": 14}), offer("amount", 100));
    let added = shop.add("metered", terms.clone()).await;
    let same = merged(terms, json!({"price": 4900, "isDefault": true}));
    for change in [json!({}), json!({"introOffer": {}}), same] {
        let updated = shop.update("metered", added.id(), change).await;
        assert_eq!(updated.data(), added.data());
    }
}

#[tokio::test]
async fn plans_are_named_by_id_or_code() {
    let shop = Shop::open().await;
    let plan = shop.owner.get("/plans/metered").await.id().to_owned();
    for plan in ["metered", &plan] {
        let price = shop.add(plan, json!({})).await.id().to_owned();
        shop.update(plan, &price, json!({"price": 1})).await.data();
        shop.set_default(plan, &price).await.data();
        shop.delete(plan, &price).await.data();
    }
}

#[tokio::test]
async fn the_list_shows_prices_as_their_plan_does() {
    let shop = Shop::open().await;
    for plan in ["metered", "credits", "balance"] {
        shop.fill(plan).await;
    }
    let list = shop.owner.get("/plans").await;
    for plan in ["metered", "credits", "balance", "free"] {
        let listed = item(list.data(), "code", plan);
        assert_eq!(listed, &shop.owner.show_plan(plan).await);
    }
}
