//! The rules of a plan as a whole: they hold for the state after a call, whatever the call is, and
//! an existing violation blocks only changes that make it worse.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::making::merged;
use crate::support::shop::Shop;
use crate::support::{Reply, TestServer};

mod currencies;
mod offers;
mod older;

/// The plan of these tests has the feature `calls`.
impl Shop {
    async fn with_calls(interval: &str) -> Self {
        let shop = Self::with(json!({}), interval, json!({})).await;
        let body = json!({"featureId": "calls"});
        shop.owner.post("/plans/pro/features", body).await.data();
        shop
    }

    /// The same catalog after a program of an earlier version has written to it.
    async fn rewritten(self, statement: &str) -> Self {
        let database = self.server.database.connect().await;
        let done = database.execute_unprepared(statement).await.expect("SQL");
        assert_eq!(done.rows_affected(), 1, "{statement}");
        database.close().await.expect("it closes");
        let server = TestServer::on(self.server.database.clone()).await;
        Self {
            owner: self.owner.at(&server.base),
            server,
            price: self.price,
        }
    }

    async fn change_feature(&self, change: Value) -> Reply {
        self.owner.put("/plans/pro/features/calls", change).await
    }

    async fn upsert_price(&self, currency: &str, price: i64) -> Reply {
        self.upsert(json!([{"currency": currency, "price": price}]))
            .await
    }

    async fn resync(&self, currency: &str, body: Value) -> Reply {
        let path = format!("/plans/pro/regional/{currency}/resync");
        self.owner.post(&path, body).await
    }

    async fn withdraw(&self, currency: &str) -> Reply {
        let path = format!("/plans/pro/regional/{currency}");
        self.owner.delete(&path).await
    }

    fn manual_amount(&self, value: i64) -> Value {
        self.manual_offer("amount", value)
    }
}

fn offer(enabled: bool, value: i64) -> Value {
    json!({"introOffer": {
        "enabled": enabled, "discountType": "amount", "discountValue": value, "durationCycles": 1,
    }})
}

fn switched(enabled: bool) -> Value {
    json!({"introOffer": {"enabled": enabled}})
}

#[tokio::test]
async fn impossible_overage_has_no_regional_price() {
    let shop = Shop::with_calls("monthly").await;
    let calls = json!({"features": [{"featureId": "calls", "overageUnitPrice": 7}]});
    shop.change_feature(json!({"unlimited": true})).await.data();
    shop.refuses("features[0].featureId", async || {
        shop.set("jpy", "150.0", calls.clone()).await
    })
    .await;
    shop.change_feature(json!({"unlimited": false}))
        .await
        .data();
    shop.set("jpy", "150.0", calls).await.data();
    assert_eq!(shop.overages().await, json!([]));
    shop.change_feature(json!({"overage": {"enabled": true}}))
        .await
        .data();
    assert_eq!(shop.overages().await[0]["overageUnitPrice"], 7);
    shop.change_feature(json!({"unlimited": true, "overage": {"enabled": false}}))
        .await
        .data();
    assert_eq!(shop.overages().await, json!([]));

    let free = json!({"code": "free", "isFree": true});
    shop.owner.make_plan("free", free).await;
    let body = json!({"featureId": "calls"});
    shop.owner.post("/plans/free/features", body).await.data();
    let body = json!({
        "currency": "jpy", "exchangeRate": 150,
        "features": [{"featureId": "calls", "overageUnitPrice": 0}],
    });
    let set = shop.owner.put("/plans/free/regional", body).await;
    set.invalid(&["features[0].featureId"]);
}

// Limits

#[tokio::test]
async fn a_trial_has_at_most_730_days() {
    let shop = Shop::with_calls("monthly").await;
    let days = |days: i64| json!({"trialDays": days});
    shop.refuses("trialDays", async || shop.change(days(731)).await)
        .await;
    shop.change(days(730)).await.data();
    let body = merged(json!({"billingInterval": "yearly", "price": 1}), days(731));
    let added = shop.owner.post("/plans/pro/prices", body).await;
    added.invalid(&["trialDays"]);
}

#[tokio::test]
async fn what_is_charged_once_has_an_offer_once() {
    let shop = Shop::with_calls("one_time").await;
    shop.change(offer(true, 10)).await.data();
    shop.refuses("introOffer.durationCycles", async || {
        shop.change(json!({"introOffer": {"durationCycles": 2}}))
            .await
    })
    .await;
    let mut manual = shop.manual_amount(1);
    manual["introOffers"][0]["durationCycles"] = json!(2);
    shop.refuses("introOffers[0].durationCycles", async || {
        shop.set("jpy", "150.0", manual).await
    })
    .await;
}

#[tokio::test]
async fn a_currency_is_taken_in_either_case() {
    let shop = Shop::with_calls("monthly").await;
    let set = shop.set("JPY", "150.0", json!({})).await;
    assert_eq!(set.data()["currency"], "jpy");
    shop.set("Eur", "1.0", json!({})).await.data();
    shop.set("US", "1.0", json!({}))
        .await
        .invalid(&["currency"]);
    // The price for the United States, and unusual but allowed values.
    shop.set("USD", "1.1", shop.manual_price(0)).await.data();
    assert_eq!(shop.regional("usd").await["price"], 0);
    let one = json!({"introOffer": {
        "enabled": true, "discountType": "percentage", "discountValue": 1, "durationCycles": 1,
    }});
    shop.change(one).await.data();
}

#[tokio::test]
async fn a_hundred_faults_are_named_at_most() {
    let shop = Shop::with_calls("monthly").await;
    let overrides: Vec<_> = (0..150)
        .map(|_| json!({"currency": "eur", "price": 1}))
        .collect();
    let path = format!("/plans/pro/prices/{}/regional", shop.price);
    let refused = shop.owner.put(&path, json!({"overrides": overrides})).await;
    refused.refused(400, "validation_error");
    let error = &refused.body["error"];
    assert_eq!(error["details"].as_array().unwrap().len(), 100);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("149") && message.contains("49 more"),
        "{message}"
    );
}

#[tokio::test]
async fn names_are_the_same_in_every_normal_form() {
    let shop = Shop::with_calls("monthly").await;
    let owner = &shop.owner;
    let group = async |name: &str| owner.post("/plan-groups", json!({"name": name})).await;
    assert_eq!(group(" E\u{301}quipe").await.data()["name"], "\u{c9}quipe");
    for name in ["\u{c9}quipe", "E\u{301}quipe\t"] {
        group(name).await.refused(409, "duplicate");
    }
    // A name that an earlier version stored in another normal form.
    let shop = shop
        .rewritten("UPDATE plan_groups SET name = 'E\u{301}quipe'")
        .await;
    let body = json!({"name": "\u{c9}quipe"});
    let reply = shop.owner.post("/plan-groups", body).await;
    reply.refused(409, "duplicate");
}
