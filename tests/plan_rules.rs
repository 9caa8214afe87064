//! The rules of a plan as a whole: they hold on the state that a call leads to, whatever the call
//! is, and what a catalog broke before blocks nothing that does not make it worse.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::making::merged;
use crate::support::shop::Shop;
use crate::support::{Reply, TestServer};

/// The plan of these tests has the feature `calls`.
impl Shop {
    async fn with_calls(interval: &str) -> Self {
        let shop = Self::with(json!({}), interval, json!({})).await;
        let body = json!({"featureId": "calls"});
        shop.owner.post("/plans/pro/features", body).await.data();
        shop
    }

    /// The same catalog after a program of an earlier version wrote to it.
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

// An amount is at most the price beside it, in every currency

#[tokio::test]
async fn a_low_manual_price_under_a_discount() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    shop.refuses("overrides[0].price", async || {
        shop.upsert_price("jpy", 1499).await
    })
    .await;
    shop.refuses("prices[0].price", async || {
        shop.set("jpy", "150.0", shop.manual_price(1499)).await
    })
    .await;
    shop.refuses("overrides[0].price", async || {
        shop.upsert_price("JPY", 0).await
    })
    .await;
    shop.upsert_price("jpy", 1500).await.data();
    // A manual discount is held to it as a derived one is.
    shop.set("jpy", "150.0", shop.manual_amount(1400))
        .await
        .data();
    shop.upsert_price("jpy", 1400).await.data();
    shop.refuses("overrides[0].price", async || {
        shop.upsert_price("jpy", 1399).await
    })
    .await;
}

#[tokio::test]
async fn a_base_price_cut_under_a_manual_discount() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7000))
        .await
        .data();
    shop.refuses("price", async || shop.change(json!({"price": 4600})).await)
        .await;
    shop.refuses("price", async || {
        shop.change(json!({"price": 4600, "introOffer": {"durationCycles": 2}}))
            .await
    })
    .await;
    shop.change(json!({"price": 4700})).await.data();
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "148.0", json!({})).await
    })
    .await;
    shop.set("jpy", "149.0", json!({})).await.data();
}

#[tokio::test]
async fn a_price_of_zero_beside_a_discount() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.refuses("price", async || shop.change(json!({"price": 0})).await)
        .await;
    shop.change(json!({"introOffer": {"discountType": "percentage"}}))
        .await
        .data();
    shop.set("jpy", "150.0", shop.manual_amount(7)).await.data();
    shop.refuses("price", async || shop.change(json!({"price": 0})).await)
        .await;
}

#[tokio::test]
async fn a_rate_after_a_manual_price() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.upsert_price("jpy", 1499).await.data();
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "150.0", json!({})).await
    })
    .await;
    shop.set("jpy", "149.0", json!({})).await.data();
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "150.0", json!({})).await
    })
    .await;
    // Who sends the price again is told of the price.
    shop.refuses("prices[0].price", async || {
        shop.set("jpy", "150.0", shop.manual_price(1499)).await
    })
    .await;
}

#[tokio::test]
async fn an_offer_switched_on_or_raised() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(false, 1000)).await.data();
    shop.set("jpy", "150.0", shop.manual_price(1499))
        .await
        .data();
    shop.refuses("introOffer.enabled", async || {
        shop.change(switched(true)).await
    })
    .await;
    shop.change(offer(true, 999)).await.data();
    shop.refuses("introOffer.discountValue", async || {
        shop.change(offer(true, 1000)).await
    })
    .await;
    shop.change(json!({"introOffer": {"discountType": "percentage", "discountValue": 1000}}))
        .await
        .data();
    shop.refuses("introOffer.discountType", async || {
        shop.change(json!({"introOffer": {"discountType": "amount"}}))
            .await
    })
    .await;
}

#[tokio::test]
async fn a_discount_that_comes_in_sight() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7000))
        .await
        .data();
    shop.change(switched(false)).await.data();
    // Out of sight it is held to nothing.
    shop.change(json!({"price": 100})).await.data();
    shop.set("jpy", "140.0", shop.manual_price(1)).await.data();
    shop.refuses("introOffer.enabled", async || {
        shop.change(switched(true)).await
    })
    .await;
    shop.upsert_price("jpy", 7000).await.data();
    shop.change(switched(true)).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        7000
    );
}

#[tokio::test]
async fn a_resync_beside_a_manual_value() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    let manual = merged(shop.manual_price(9000), shop.manual_amount(8000));
    shop.set("jpy", "150.0", manual).await.data();
    let price = json!({"prices": [shop.price]});
    shop.refuses("prices[0]", async || shop.resync("jpy", price).await)
        .await;
    shop.set(
        "eur",
        "1.0",
        merged(shop.manual_price(900), shop.manual_amount(1)),
    )
    .await
    .data();
    let offers = json!({"introOffers": [shop.price]});
    shop.refuses("introOffers[0]", async || shop.resync("eur", offers).await)
        .await;
    shop.resync("eur", json!({})).await.data();
    shop.resync("jpy", json!({})).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        1500
    );
}

// What is switched off

#[tokio::test]
async fn an_offer_that_is_off_is_held_to_no_limit() {
    let shop = Shop::with_calls("one_time").await;
    let mut off = offer(false, 5000);
    off["introOffer"]["durationCycles"] = json!(12);
    shop.change(off).await.data();
    shop.change(json!({"price": 3})).await.data();
    shop.change(json!({"introOffer": {"discountType": "percentage", "discountValue": 10_001}}))
        .await
        .data();
    let on = shop.change(switched(true)).await;
    assert_eq!(on.status, 400);
    for detail in on.body["error"]["details"].as_array().unwrap() {
        assert_eq!(detail["field"], "introOffer.enabled");
    }
    // So are those in other currencies.
    shop.set("jpy", "150.0", shop.manual_amount(9999))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
}

#[tokio::test]
async fn an_offer_taken_away_goes_in_every_currency() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7)).await.data();
    shop.set("eur", "1.0", json!({})).await.data();
    let gone = shop.change(json!({"introOffer": null})).await;
    assert_eq!(gone.data()["introOffer"], Value::Null);
    for currency in ["jpy", "eur"] {
        assert_eq!(shop.regional(currency).await["introOffer"], Value::Null);
    }
    shop.change(offer(true, 500)).await.data();
    assert_eq!(
        shop.regional("eur").await["introOffer"]["discountValue"],
        500
    );
    assert_eq!(shop.regional("jpy").await["introOffer"]["discountValue"], 7);
    let body = json!({"billingInterval": "yearly", "price": 1, "introOffer": null});
    let added = shop.owner.post("/plans/pro/prices", body).await;
    assert_eq!(added.data()["introOffer"], Value::Null);
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

// Deleted values

#[tokio::test]
async fn no_order_of_calls_brings_a_deleted_offer_back() {
    let change = json!({"price": 5900, "introOffer": {"discountValue": 500}});
    for order in [
        "upsert change",
        "change upsert",
        "upsert off on",
        "off upsert on",
        "upsert resync",
    ] {
        let shop = Shop::with_calls("monthly").await;
        shop.change(offer(true, 1000)).await.data();
        shop.set("jpy", "150.0", json!({})).await.data();
        shop.delete_regional().await.data();
        for call in order.split(' ') {
            match call {
                "upsert" => shop.upsert_price("jpy", 7000).await,
                "change" => shop.change(change.clone()).await,
                "resync" => shop.resync("jpy", json!({})).await,
                call => shop.change(switched(call == "on")).await,
            }
            .data();
        }
        let regional = shop.regional("jpy").await;
        assert_eq!(regional["introOffer"], Value::Null, "{order}");
        shop.set("jpy", "150.0", json!({})).await.data();
        let offer = &shop.regional("jpy").await["introOffer"];
        assert_eq!(offer["autoSynced"], true, "{order}");
    }
}

#[tokio::test]
async fn an_upsert_without_a_rate_does_not_count_as_a_deleted_offer() {
    let shop = Shop::with_calls("monthly").await;
    shop.upsert_price("jpy", 7000).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    shop.change(offer(true, 10)).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        15
    );
}

// Taking a currency back

#[tokio::test]
async fn a_withdrawn_currency_is_gone() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", shop.manual_price(7000))
        .await
        .data();
    let calls = json!({"features": [{"featureId": "calls", "overageUnitPrice": 7}]});
    shop.set("eur", "1.0", calls).await.data();
    let gone = shop.withdraw("JPY").await;
    let plan = shop.show().await;
    let wanted = json!({
        "planId": plan["id"], "currency": "jpy", "deleted": true, "object": "plan",
        "livemode": false,
    });
    assert_eq!(gone.data(), &wanted);
    let rates = json!([{"currency": "eur", "exchangeRate": 1.0}]);
    assert_eq!(plan["exchangeRates"], rates);
    assert_eq!(plan["prices"][0]["regionalPrices"][0]["currency"], "eur");
    assert_eq!(
        plan["prices"][0]["regionalPrices"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for currency in ["jpy", "gbp", "xxx", "%20"] {
        let again = shop.withdraw(currency).await;
        again.refused(404, "regional_pricing_not_found");
    }
    // What is out of sight goes, too.
    shop.withdraw("eur").await.data();
    shop.set("eur", "1.0", json!({})).await.data();
    shop.change_feature(json!({"overage": {"enabled": true, "unitPrice": 20}}))
        .await
        .data();
    assert_eq!(shop.overages().await[0]["overageUnitPrice"], 20);
    // Manual values are something, without a rate as well.
    shop.upsert_price("gbp", 1).await.data();
    shop.upsert_price("gbp", 2000).await.data();
}

#[tokio::test]
async fn a_resync_derives_what_it_names() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.change_feature(json!({"overage": {"enabled": true, "unitPrice": 20}}))
        .await
        .data();
    let mut manual = merged(shop.manual_price(7000), shop.manual_amount(7));
    manual["features"] = json!([{"featureId": "calls", "overageUnitPrice": 7}]);
    shop.set("jpy", "150.0", manual).await.data();
    let seen = async || {
        let regional = shop.regional("jpy").await;
        let offer = regional["introOffer"]["discountValue"].clone();
        let overage = shop.overages().await[0]["overageUnitPrice"].clone();
        json!([regional["price"], offer, overage])
    };
    let set = shop.resync("JPY", json!({"prices": [shop.price]})).await;
    let wanted = json!({
        "planId": shop.show().await["id"], "currency": "jpy", "exchangeRate": 150.0,
        "pricesConfigured": 1, "featuresConfigured": 1, "object": "plan", "livemode": false,
    });
    assert_eq!(set.data(), &wanted);
    assert_eq!(seen().await, json!([7350, 7, 7]));
    shop.resync("jpy", json!({"features": ["calls"]}))
        .await
        .data();
    assert_eq!(seen().await, json!([7350, 7, 3000]));
    shop.resync("jpy", json!({})).await.data();
    assert_eq!(seen().await, json!([7350, 1500, 3000]));
    // What is derived follows its base again.
    shop.change(json!({"price": 5900})).await.data();
    assert_eq!(seen().await, json!([8850, 1500, 3000]));
}

#[tokio::test]
async fn a_resync_refuses_what_it_cannot_do() {
    let shop = Shop::with_calls("monthly").await;
    shop.upsert_price("eur", 1).await.data();
    shop.refuses("currency", async || shop.resync("eur", json!({})).await)
        .await;
    let unknown = shop.resync("xxx", json!({})).await;
    unknown.refused(404, "regional_pricing_not_found");
    let nobody = json!({"prices": ["prc_nobody"]});
    let reply = shop.resync("eur", nobody).await;
    reply.refused(404, "price_not_found");
    let reply = shop.resync("eur", json!({"features": ["none"]})).await;
    reply.refused(404, "feature_not_in_plan");
    shop.set("eur", "1.0", json!({})).await.data();
    let twice = json!({"prices": [shop.price, shop.price]});
    shop.refuses("prices[1]", async || shop.resync("eur", twice).await)
        .await;
    shop.refuses("features", async || {
        shop.resync("eur", json!({"features": []})).await
    })
    .await;
    // A price that would become free.
    shop.change(json!({"price": 0})).await.data();
    shop.set("eur", "0.001", shop.manual_price(5)).await.data();
    shop.change(json!({"price": 1})).await.data();
    shop.refuses("currency", async || shop.resync("eur", json!({})).await)
        .await;
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
    // The price for the United States, and things that are odd and allowed.
    shop.set("USD", "1.1", shop.manual_price(0)).await.data();
    assert_eq!(shop.regional("usd").await["price"], 0);
    let one = json!({"introOffer": {
        "enabled": true, "discountType": "percentage", "discountValue": 1, "durationCycles": 1,
    }});
    shop.change(one).await.data();
}

#[tokio::test]
async fn what_is_wrong_all_over_is_told_up_to_a_hundred() {
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

// Catalogs of earlier versions

#[tokio::test]
async fn what_was_broken_before_blocks_only_what_makes_it_worse() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7000))
        .await
        .data();
    let shop = shop
        .rewritten("UPDATE regional_prices SET intro_offer_discount_value = 8000")
        .await;
    shop.change(json!({"trialDays": 7})).await.data();
    shop.change(json!({"price": 5000})).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    shop.set("eur", "1.0", json!({})).await.data();
    shop.change_feature(json!({"includedAmount": 1}))
        .await
        .data();
    shop.refuses("price", async || shop.change(json!({"price": 4990})).await)
        .await;
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "149.0", json!({})).await
    })
    .await;
    shop.refuses("introOffers[0].discountValue", async || {
        shop.set("jpy", "150.0", shop.manual_amount(8001)).await
    })
    .await;
    shop.set("jpy", "150.0", shop.manual_amount(7999))
        .await
        .data();
    // Once it is mended it is held to the rule.
    shop.change(json!({"price": 6000})).await.data();
    shop.refuses("price", async || shop.change(json!({"price": 5000})).await)
        .await;
}

#[tokio::test]
async fn an_old_trial_stays_until_it_is_changed() {
    let shop = Shop::with_calls("monthly").await;
    let shop = shop
        .rewritten("UPDATE plan_prices SET trial_days = 1000")
        .await;
    shop.change(json!({"price": 5000, "trialDays": 1000}))
        .await
        .data();
    assert_eq!(shop.show().await["prices"][0]["trialDays"], 1000);
    shop.refuses("trialDays", async || {
        shop.change(json!({"trialDays": 1001})).await
    })
    .await;
    shop.change(json!({"trialDays": 800})).await.data();
    shop.change(json!({"trialDays": 30})).await.data();
    shop.refuses("trialDays", async || {
        shop.change(json!({"trialDays": 731})).await
    })
    .await;
}

#[tokio::test]
async fn an_offer_that_an_earlier_version_deleted_stays_away() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    let shop = shop
        .rewritten(
            "UPDATE regional_prices SET intro_offer_discount_type = NULL, \
             intro_offer_discount_value = NULL, intro_offer_duration_cycles = NULL, \
             intro_offer_auto_synced = NULL",
        )
        .await;
    shop.change(json!({"introOffer": {"discountValue": 500}}))
        .await
        .data();
    shop.upsert_price("jpy", 7000).await.data();
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
    shop.set("jpy", "150.0", json!({})).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        750
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
    // One that an earlier version stored as it was sent.
    let shop = shop
        .rewritten("UPDATE plan_groups SET name = 'E\u{301}quipe'")
        .await;
    let body = json!({"name": "\u{c9}quipe"});
    let reply = shop.owner.post("/plan-groups", body).await;
    reply.refused(409, "duplicate");
}
