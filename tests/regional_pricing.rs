//! Regional pricing, rule by rule, with numbers worked out by hand; and the list of currencies.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::making::{each, item, merged};
use crate::support::shop::{Shop, exact};

const UNKNOWN_PRICE: &str = "prc_00000000000000000000000000000000";
const LARGEST: i64 = 9_007_199_254_740_991;

/// A price in a currency, without balance and offer.
fn plain(currency: &str, price: i64, auto_synced: bool) -> Value {
    json!({
        "currency": currency, "price": price, "includedBalance": null,
        "autoSynced": auto_synced, "introOffer": null,
    })
}

fn overage(currency: &str, unit_price: i64, auto_synced: bool) -> Value {
    json!({"currency": currency, "overageUnitPrice": unit_price, "autoSynced": auto_synced})
}

fn offer(discount_type: &str, value: i64, auto_synced: bool) -> Value {
    json!({
        "discountType": discount_type, "discountValue": value, "durationCycles": 3,
        "autoSynced": auto_synced,
    })
}

/// An offer for the price in US dollars.
fn base_offer(discount_type: &str, value: i64) -> Value {
    json!({"introOffer": {
        "enabled": true, "discountType": discount_type, "discountValue": value, "durationCycles": 3,
    }})
}

// Rule 1

#[tokio::test]
async fn a_derived_price_is_in_minor_units_of_its_currency() {
    let shop = Shop::open().await;
    for (currency, rate, price) in [
        ("jpy", "150", 7350),
        ("krw", "1380.5", 67_645),
        ("clp", "950", 46_550),
        ("pyg", "7300.25", 357_712),
        ("brl", "5.43", 26_607),
        ("eur", "0.92", 4508),
        ("ars", "1000", 4_900_000),
        ("usd", "1", 4900),
    ] {
        let set = shop.set(currency, rate, json!({})).await;
        let plan = shop.owner.get("/plans/pro").await;
        let wanted = json!({
            "planId": plan.id(), "currency": currency, "exchangeRate": exact(rate),
            "pricesConfigured": 1, "featuresConfigured": 0, "object": "plan", "livemode": false,
        });
        assert_eq!(set.data(), &wanted);
        assert_eq!(shop.regional(currency).await, plain(currency, price, true));
    }
}

#[tokio::test]
async fn a_half_is_rounded_away_from_zero_and_only_once() {
    let shop = Shop::open().await;
    for (base, currency, rate, price) in [
        (1, "eur", "0.5", 1),
        (1, "eur", "1.5", 2),
        (1, "eur", "2.5", 3),
        (5, "eur", "0.49", 2),
        (150, "jpy", "1", 2),
        (149, "jpy", "1", 1),
        // 1.499996 units, which two roundings would turn into 1.5 and then into 2.
        (1, "eur", "1.499996", 1),
        (1, "eur", "1.49999999999999", 1),
    ] {
        // Else the values at the rates before would follow the new price.
        shop.delete_regional().await.data();
        shop.change(json!({"price": base})).await.data();
        shop.set(currency, rate, json!({})).await.data();
        assert_eq!(
            shop.regional(currency).await["price"],
            price,
            "{base} at {rate}"
        );
    }
}

// Rule 2

#[tokio::test]
async fn a_derived_overage_is_on_the_same_scale_in_every_currency() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let set = shop.set("krw", "1380.5", json!({})).await;
    assert_eq!(set.data()["featuresConfigured"], 1);
    shop.set("jpy", "150", json!({})).await.data();
    shop.set("eur", "0.925", json!({})).await.data();
    let wanted = json!([
        overage("eur", 19, true),
        overage("jpy", 3000, true),
        overage("krw", 27_610, true)
    ]);
    assert_eq!(shop.overages().await, wanted);
}

#[tokio::test]
async fn a_feature_without_overage_has_no_regional_price() {
    let shop = Shop::open().await;
    let off = json!({"featureId": "calls", "overage": {"enabled": false, "unitPrice": 20}});
    shop.owner.post("/plans/pro/features", off).await.data();
    shop.owner
        .post("/plans/pro/features", json!({"featureId": "sso"}))
        .await
        .data();
    let set = shop.set("jpy", "150", json!({})).await;
    assert_eq!(set.data()["featuresConfigured"], 0);
    assert_eq!(shop.overages().await, json!([]));
}

// Rule 3

#[tokio::test]
async fn a_balance_and_an_amount_are_derived_like_a_price() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150.5", json!({})).await.data();
    let wanted = json!({
        "currency": "jpy", "price": 7375, "includedBalance": 3010, "autoSynced": true,
        "introOffer": offer("amount", 1505, true),
    });
    assert_eq!(shop.regional("jpy").await, wanted);
}

#[tokio::test]
async fn a_percentage_and_the_cycles_are_copied() {
    let shop = Shop::open().await;
    shop.change(base_offer("percentage", 2500)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"],
        offer("percentage", 2500, true)
    );
}

#[tokio::test]
async fn an_offer_that_is_not_enabled_has_no_regional_value() {
    let shop = Shop::open().await;
    let mut off = base_offer("amount", 1000);
    off["introOffer"]["enabled"] = json!(false);
    shop.change(off).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7350, true));
    shop.change(json!({"introOffer": {"enabled": true}}))
        .await
        .data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"],
        offer("amount", 1500, true)
    );
    shop.change(json!({"introOffer": {"enabled": false}}))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
}

// Rule 4

#[tokio::test]
async fn zero_stays_zero() {
    let shop = Shop::with_balance().await;
    shop.change(json!({"price": 0, "includedBalance": 0}))
        .await
        .data();
    shop.add_calls(0).await.data();
    shop.set("jpy", "0.000000001", json!({})).await.data();
    let regional = shop.regional("jpy").await;
    assert_eq!(
        (&regional["price"], &regional["includedBalance"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(shop.overages().await, json!([overage("jpy", 0, true)]));
}

#[tokio::test]
async fn nothing_becomes_free_by_rounding() {
    let shop = Shop::open().await;
    // 4900 cents at 0.01 are ¥0.49, and at 0.0103 ¥0.5047.
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "0.01", json!({})).await
    })
    .await;
    shop.set("jpy", "0.0103", json!({})).await.data();
    assert_eq!(shop.regional("jpy").await["price"], 1);
    shop.refuses("price", async || shop.change(json!({"price": 4800})).await)
        .await;
}

#[tokio::test]
async fn no_balance_offer_or_overage_becomes_free_by_rounding() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 30)).await.data();
    shop.add_calls(20).await.data();
    for (change, rate) in [
        (json!({"includedBalance": 40}), "1"),
        (json!({"includedBalance": 2000}), "1.5"),
        (json!({"introOffer": {"discountValue": 100}}), "0.02"),
    ] {
        // Each of them alone is in the way: the balance, the amount, the overage.
        shop.change(change).await.data();
        shop.refuses("exchangeRate", async || {
            shop.set("jpy", rate, json!({})).await
        })
        .await;
    }
    shop.set("jpy", "0.5", json!({})).await.data();
    for (field, change) in [
        ("includedBalance", json!({"includedBalance": 99})),
        (
            "introOffer.discountValue",
            json!({"introOffer": {"discountValue": 99}}),
        ),
    ] {
        shop.refuses(field, async || shop.change(change).await)
            .await;
    }
    shop.set("jpy", "0.4", json!({"prices": []}))
        .await
        .invalid(&["exchangeRate"]);
}

#[tokio::test]
async fn nothing_leaves_the_safe_integers() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    shop.change(json!({"price": LARGEST})).await.data();
    shop.set("eur", "1", json!({})).await.data();
    assert_eq!(shop.regional("eur").await["price"], LARGEST);
    let set = async |rate| shop.set("eur", rate, json!({})).await;
    shop.refuses("exchangeRate", async || set("1.00000000000001").await)
        .await;
    shop.refuses("exchangeRate", async || set("1e15").await)
        .await;
    shop.change(json!({"price": 1})).await.data();
    // Now the overage is what is in the way.
    shop.refuses("exchangeRate", async || set("1e15").await)
        .await;
    set("100").await.data();
    shop.refuses("price", async || {
        shop.change(json!({"price": LARGEST / 100 + 1})).await
    })
    .await;
    let too_much = json!({"unitPrice": LARGEST / 100 + 1});
    shop.refuses("overage.unitPrice", async || {
        shop.change_calls(too_much).await
    })
    .await;
    shop.change(json!({"price": LARGEST / 100})).await.data();
    shop.change_calls(json!({"unitPrice": LARGEST / 100}))
        .await
        .data();
}

// Rules 5 and 6

#[tokio::test]
async fn a_value_in_the_request_is_manual_and_the_others_are_derived() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    let set = shop.set("jpy", "150", shop.manual_price(7000)).await;
    assert_eq!(set.data()["pricesConfigured"], 2);
    assert_eq!(set.data()["featuresConfigured"], 1);
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    let plan = shop.show().await;
    let of_year = &item(&plan["prices"], "id", &yearly)["regionalPrices"];
    assert_eq!(of_year, &json!([plain("jpy", 73_500, true)]));
    assert_eq!(shop.overages().await, json!([overage("jpy", 3000, true)]));
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", manual).await.data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 2900, false)]));
}

#[tokio::test]
async fn what_the_request_leaves_out_stays_manual_or_is_derived_again() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", merged(manual, shop.manual_price(7000)))
        .await
        .data();
    shop.set("jpy", "160", json!({})).await.data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    assert_eq!(shop.overages().await, json!([overage("jpy", 2900, false)]));
    let plan = shop.show().await;
    let of_year = &item(&plan["prices"], "id", &yearly)["regionalPrices"];
    assert_eq!(of_year, &json!([plain("jpy", 78_400, true)]));
    assert_eq!(
        plan["exchangeRates"],
        json!([{"currency": "jpy", "exchangeRate": 160}])
    );
}

#[tokio::test]
async fn an_override_that_leaves_out_the_balance_derives_it() {
    let shop = Shop::with_balance().await;
    let mut manual = shop.manual_price(7000);
    shop.set("jpy", "150", manual.clone()).await.data();
    let seen = async || {
        let regional = shop.regional("jpy").await;
        assert_eq!(regional["autoSynced"], false);
        (
            regional["price"].clone(),
            regional["includedBalance"].clone(),
        )
    };
    assert_eq!(seen().await, (json!(7000), json!(3000)));
    // The derived balance beside the manual price goes on following its base.
    shop.change(json!({"includedBalance": 4000})).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6000)));
    manual["prices"][0]["includedBalance"] = json!(5);
    shop.set("jpy", "150", manual.clone()).await.data();
    assert_eq!(seen().await, (json!(7000), json!(5)));
    shop.set("jpy", "160", json!({})).await.data();
    assert_eq!(seen().await, (json!(7000), json!(5)));
    // A price alone leaves a balance that was set by hand as it is, and null derives it.
    shop.set("jpy", "160", shop.manual_price(7001)).await.data();
    assert_eq!(seen().await, (json!(7001), json!(5)));
    shop.upsert(json!([{"currency": "jpy", "price": 7002}]))
        .await
        .data();
    assert_eq!(seen().await, (json!(7002), json!(5)));
    manual["prices"][0]["includedBalance"] = Value::Null;
    shop.set("jpy", "160", manual).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6400)));
    let overrides =
        |balance: Value| json!([{"currency": "jpy", "price": 7000, "includedBalance": balance}]);
    shop.upsert(overrides(json!(6))).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6)));
    shop.upsert(overrides(Value::Null)).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6400)));
}

#[tokio::test]
async fn an_override_for_a_boolean_feature_is_refused() {
    let shop = Shop::open().await;
    shop.owner
        .post("/plans/pro/features", json!({"featureId": "sso"}))
        .await
        .data();
    shop.add_calls(20).await.data();
    let features = json!({"features": [
        {"featureId": "calls", "overageUnitPrice": 1}, {"featureId": "sso", "overageUnitPrice": 1},
    ]});
    let set = async || shop.set("jpy", "150", features).await;
    shop.refuses("features[1].featureId", set).await;
}

#[tokio::test]
async fn an_override_for_overage_that_is_off_waits_until_it_is_on() {
    let shop = Shop::open().await;
    shop.owner
        .post("/plans/pro/features", json!({"featureId": "calls"}))
        .await
        .data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", manual).await.data();
    shop.change_calls(json!({"enabled": true, "unitPrice": 20}))
        .await
        .data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 2900, false)]));
}

#[tokio::test]
async fn sending_it_again_changes_nothing() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    let manual = merged(
        manual,
        merged(shop.manual_price(7000), shop.manual_offer("amount", 9)),
    );
    for body in [json!({}), manual] {
        let first = shop.set("jpy", "150.50", body.clone()).await;
        let before = shop.show().await;
        let again = shop.set("jpy", "150.50", body).await;
        assert_eq!(again.data(), first.data());
        assert_eq!(shop.show().await, before);
    }
}

// Rule 7

#[tokio::test]
async fn derived_values_follow_their_base() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.set("eur", "0.5", json!({})).await.data();
    let change =
        json!({"price": 5900, "includedBalance": 3000, "introOffer": {"discountValue": 500}});
    shop.change(change).await.data();
    shop.change_calls(json!({"unitPrice": 40})).await.data();
    let wanted = json!([
        {
            "currency": "eur", "price": 2950, "includedBalance": 1500, "autoSynced": true,
            "introOffer": offer("amount", 250, true),
        },
        {
            "currency": "jpy", "price": 8850, "includedBalance": 4500, "autoSynced": true,
            "introOffer": offer("amount", 750, true),
        },
    ]);
    assert_eq!(shop.all_regional().await, wanted);
    let wanted = json!([overage("eur", 20, true), overage("jpy", 6000, true)]);
    assert_eq!(shop.overages().await, wanted);
    shop.change(json!({"includedBalance": null})).await.data();
    assert_eq!(
        each(&shop.all_regional().await, "includedBalance"),
        json!([null, null])
    );
}

#[tokio::test]
async fn manual_values_never_move() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    let mut manual = merged(shop.manual_price(7000), shop.manual_offer("amount", 900));
    manual["prices"][0]["includedBalance"] = json!(2900);
    manual["features"] = json!([{"featureId": "calls", "overageUnitPrice": 2900}]);
    shop.set("jpy", "150", manual).await.data();
    let before = (shop.regional("jpy").await, shop.overages().await);
    let change =
        json!({"price": 5900, "includedBalance": 3000, "introOffer": {"discountValue": 500}});
    shop.change(change).await.data();
    shop.change(json!({"introOffer": {"enabled": false}, "includedBalance": null}))
        .await
        .data();
    shop.change_calls(json!({"unitPrice": 40})).await.data();
    shop.change_calls(json!({"enabled": false})).await.data();
    shop.set("jpy", "151", json!({})).await.data();
    // While it is off, what was set by hand is out of sight, and comes back as it was.
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
    assert_eq!(shop.overages().await, json!([]));
    shop.change(json!({"introOffer": {"enabled": true}}))
        .await
        .data();
    shop.change_calls(json!({"enabled": true})).await.data();
    assert_eq!((shop.regional("jpy").await, shop.overages().await), before);
}

#[tokio::test]
async fn a_change_is_refused_whole_when_one_of_its_derived_values_is() {
    let shop = Shop::open().await;
    shop.add_calls(1000).await.data();
    shop.set("brl", "5", json!({})).await.data();
    shop.set("jpy", "0.01", shop.manual_price(1)).await.data();
    // The price in yen is manual, so it is not in the way of a price that it could not follow.
    shop.change(json!({"price": 50})).await.data();
    shop.set("clp", "1", json!({})).await.data();
    let change = json!({"price": 40, "trialDays": 7, "isDefault": true});
    shop.refuses("price", async || shop.change(change).await)
        .await;
    let change = json!({"unitPrice": 49});
    shop.refuses("overage.unitPrice", async || {
        shop.change_calls(change).await
    })
    .await;
}

#[tokio::test]
async fn overage_off_hides_its_values_and_on_shows_them() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 19}]});
    shop.set("eur", "1", manual).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.change_calls(json!({"enabled": false})).await.data();
    assert_eq!(shop.overages().await, json!([]));
    shop.change_calls(json!({"enabled": true})).await.data();
    let wanted = json!([overage("eur", 19, false), overage("jpy", 3000, true)]);
    assert_eq!(shop.overages().await, wanted);
}

// Rule 8

#[tokio::test]
async fn what_is_added_to_a_plan_with_rates_gets_its_values_at_once() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    shop.set("krw", "1380.5", json!({})).await.data();
    let terms = base_offer("amount", 1000);
    let yearly = shop.owner.make_price("pro", "yearly", 49_000, terms).await;
    shop.add_calls(20).await.data();
    let plan = shop.show().await;
    let wanted = json!([
        {
            "currency": "jpy", "price": 73_500, "includedBalance": null, "autoSynced": true,
            "introOffer": offer("amount", 1500, true),
        },
        {
            "currency": "krw", "price": 676_445, "includedBalance": null, "autoSynced": true,
            "introOffer": offer("amount", 13_805, true),
        },
    ]);
    assert_eq!(
        item(&plan["prices"], "id", &yearly)["regionalPrices"],
        wanted
    );
    let wanted = json!([overage("jpy", 3000, true), overage("krw", 27_610, true)]);
    assert_eq!(shop.overages().await, wanted);
}

#[tokio::test]
async fn what_cannot_be_derived_cannot_be_added() {
    let shop = Shop::with_balance().await;
    shop.set("jpy", "0.5", json!({})).await.data();
    let add = async |terms: Value| {
        let body = merged(json!({"billingInterval": "yearly", "price": 4900}), terms);
        shop.owner.post("/plans/pro/prices", body).await
    };
    for (field, terms) in [
        ("price", json!({"price": 99})),
        ("includedBalance", json!({"includedBalance": 99})),
        ("introOffer.discountValue", base_offer("amount", 99)),
        // The interval is taken as well, but what is wrong with the request comes first.
        ("price", json!({"price": 99, "billingInterval": "monthly"})),
    ] {
        shop.refuses(field, async || add(terms).await).await;
    }
    shop.set("jpy", "0.03", json!({})).await.data();
    shop.refuses("overage.unitPrice", async || shop.add_calls(16).await)
        .await;
    shop.add_calls(17).await.data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 1, true)]));
}

// Rule 9

#[tokio::test]
async fn deleting_takes_every_regional_value_of_one_price_and_keeps_the_rates() {
    let shop = Shop::open().await;
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    shop.set("eur", "0.9", shop.manual_price(4500)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    let before = shop.show().await;
    let deleted = shop.delete_regional().await;
    assert_eq!(
        deleted.data(),
        &json!({"deleted": true, "object": "plan", "livemode": false})
    );
    let after = shop.show().await;
    assert_eq!(shop.all_regional().await, json!([]));
    assert_eq!(after["exchangeRates"], before["exchangeRates"]);
    let of_year = |plan: &Value| item(&plan["prices"], "id", &yearly).clone();
    assert_eq!(of_year(&after), of_year(&before));
    // There is nothing left, and that is no mistake.
    shop.delete_regional().await.data();
}

#[tokio::test]
async fn deleted_values_come_back_derived_when_their_rate_is_set_again_and_not_before() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set(
        "eur",
        "0.9",
        merged(shop.manual_price(4500), shop.manual_offer("amount", 9)),
    )
    .await
    .data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.delete_regional().await.data();
    let change =
        json!({"price": 5900, "includedBalance": 1000, "introOffer": {"discountValue": 500}});
    shop.change(change).await.data();
    assert_eq!(shop.all_regional().await, json!([]));
    shop.set("eur", "0.9", json!({})).await.data();
    let wanted = json!([{
        "currency": "eur", "price": 5310, "includedBalance": 900, "autoSynced": true,
        "introOffer": offer("amount", 450, true),
    }]);
    assert_eq!(shop.all_regional().await, wanted);
}

#[tokio::test]
async fn a_deleted_offer_does_not_come_back_beside_a_manual_price() {
    let shop = Shop::open().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.delete_regional().await.data();
    shop.upsert(json!([{"currency": "jpy", "price": 7000}]))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    shop.change(json!({"price": 5900})).await.data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    shop.set("jpy", "150", json!({})).await.data();
    let mut wanted = plain("jpy", 7000, false);
    wanted["introOffer"] = offer("amount", 1500, true);
    assert_eq!(shop.regional("jpy").await, wanted);
}

// Rule 10

#[tokio::test]
async fn an_upsert_writes_manual_values_and_leaves_other_currencies_alone() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    let set = shop
        .upsert(json!([{"currency": "EUR", "price": 4500}]))
        .await;
    let wanted = json!({
        "priceId": shop.price, "overrides": [
            {"currency": "eur", "price": 4500}, {"currency": "jpy", "price": 7350},
        ],
        "object": "plan", "livemode": false,
    });
    assert_eq!(set.data(), &wanted);
    let wanted = json!([plain("eur", 4500, false), plain("jpy", 7350, true)]);
    assert_eq!(shop.all_regional().await, wanted);
    shop.upsert(json!([{"currency": "jpy", "price": 0}]))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 0, false));
}

#[tokio::test]
async fn an_upsert_sets_no_rate() {
    let shop = Shop::open().await;
    shop.upsert(json!([{"currency": "eur", "price": 4500}]))
        .await
        .data();
    assert_eq!(shop.show().await["exchangeRates"], json!([]));
    // Without a rate there is nothing that could follow.
    shop.change(json!({"price": 5900})).await.data();
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    let plan = shop.show().await;
    assert_eq!(
        item(&plan["prices"], "id", &yearly)["regionalPrices"],
        json!([])
    );
    assert_eq!(shop.regional("eur").await, plain("eur", 4500, false));
}

#[tokio::test]
async fn an_upsert_names_a_currency_once_and_one_that_is_known() {
    let shop = Shop::open().await;
    for (overrides, field) in [
        (
            json!([{"currency": "eur", "price": 1}, {"currency": "EUR", "price": 2}]),
            "overrides[1].currency",
        ),
        (
            json!([{"currency": "eur", "price": 1}, {"currency": "xxx", "price": 2}]),
            "overrides[1].currency",
        ),
        (
            json!([{"currency": "", "price": 2}]),
            "overrides[0].currency",
        ),
        (
            json!([{"currency": "eur", "price": 1, "includedBalance": 1}]),
            "overrides[0].includedBalance",
        ),
    ] {
        shop.refuses(field, async || shop.upsert(overrides).await)
            .await;
    }
    let currencies = shop.owner.get("/currencies").await;
    let all = each(currencies.data(), "code");
    let all: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|code| json!({"currency": code, "price": 7}))
        .collect();
    assert_eq!(all.len(), 21);
    let set = shop.upsert(json!(all)).await;
    assert_eq!(set.data()["overrides"], json!(all));
}

#[tokio::test]
async fn an_upsert_that_leaves_out_the_balance_derives_it_where_there_is_a_rate() {
    let shop = Shop::with_balance().await;
    shop.set("jpy", "150", json!({})).await.data();
    let overrides = json!([{"currency": "jpy", "price": 7000}, {"currency": "eur", "price": 4500}]);
    let set = shop.upsert(overrides).await;
    let wanted = json!([
        {"currency": "eur", "price": 4500},
        {"currency": "jpy", "price": 7000, "includedBalance": 3000},
    ]);
    assert_eq!(set.data()["overrides"], wanted);
    shop.upsert(json!([{"currency": "jpy", "price": 7000, "includedBalance": 1}]))
        .await
        .data();
    shop.change(json!({"includedBalance": 4000})).await.data();
    assert_eq!(shop.regional("jpy").await["includedBalance"], 1);
    // The rate that comes later derives what was left out.
    shop.set("eur", "0.5", json!({})).await.data();
    assert_eq!(shop.regional("eur").await["includedBalance"], 2000);
}

#[tokio::test]
async fn an_upsert_keeps_the_offer_beside_the_price() {
    let shop = Shop::open().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.upsert(json!([{"currency": "jpy", "price": 7000}]))
        .await
        .data();
    let wanted = json!({
        "currency": "jpy", "price": 7000, "includedBalance": null, "autoSynced": false,
        "introOffer": offer("amount", 1500, true),
    });
    assert_eq!(shop.regional("jpy").await, wanted);
}

// Rule 11

#[tokio::test]
async fn an_offer_is_manual_where_the_request_set_it_whatever_the_price_beside_it_is() {
    let shop = Shop::open().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150", shop.manual_offer("percentage", 5000))
        .await
        .data();
    let mut wanted = plain("jpy", 7350, true);
    wanted["introOffer"] = json!({
        "discountType": "percentage", "discountValue": 5000, "durationCycles": 1,
        "autoSynced": false,
    });
    assert_eq!(shop.regional("jpy").await, wanted);
    shop.change(json!({"price": 5900, "introOffer": {"discountValue": 500}}))
        .await
        .data();
    wanted["price"] = json!(8850);
    assert_eq!(shop.regional("jpy").await, wanted);
    shop.set("eur", "1", shop.manual_price(4500)).await.data();
    let regional = shop.regional("eur").await;
    assert_eq!(regional["autoSynced"], false);
    assert_eq!(regional["introOffer"], offer("amount", 500, true));
}

#[tokio::test]
async fn a_regional_offer_keeps_to_the_limits_of_offers() {
    let shop = Shop::open().await;
    let field = "introOffers[0].discountValue";
    for (discount_type, value) in [("percentage", 10_001), ("amount", 7351)] {
        let offer = shop.manual_offer(discount_type, value);
        shop.refuses(field, async || shop.set("jpy", "150", offer).await)
            .await;
    }
    shop.set("jpy", "150", shop.manual_offer("percentage", 10_000))
        .await
        .data();
    shop.set("jpy", "150", shop.manual_offer("amount", 7350))
        .await
        .data();
    // The price that counts is the one that the same request sets.
    let both = merged(shop.manual_price(100), shop.manual_offer("amount", 101));
    shop.refuses(field, async || shop.set("jpy", "150", both).await)
        .await;
    let both = merged(shop.manual_price(8000), shop.manual_offer("amount", 8000));
    shop.set("jpy", "150", both).await.data();
}

// Rule 12

#[tokio::test]
async fn a_rate_reads_back_digit_by_digit() {
    let shop = Shop::open().await;
    shop.change(json!({"price": 0})).await.data();
    for rate in [
        "1380.50",
        "0.000000001",
        "1e-9",
        "123456789.012345",
        "999999999999999",
        "0.100000000000001",
        "1.5e+3",
        "0.00000123",
        "1000000000.000000",
        "9007199254740990",
        "1",
        "1.0",
        "9007199254740991",
        "1380.4999999999998",
        "1.0000000000000002",
        "0.10000000000000001",
        "5e-324",
    ] {
        let set = shop.set("jpy", rate, json!({})).await;
        assert_eq!(
            set.data()["exchangeRate"].to_string(),
            rate,
            "in the answer"
        );
        let plan = shop.show().await;
        assert_eq!(plan["exchangeRates"][0]["exchangeRate"].to_string(), rate);
        let list = shop.owner.get("/plans").await;
        assert_eq!(
            list.data()[0]["exchangeRates"][0]["exchangeRate"].to_string(),
            rate
        );
    }
}

#[tokio::test]
async fn a_rate_is_above_zero_and_any_double() {
    let shop = Shop::open().await;
    shop.change(json!({"price": 0})).await.data();
    for rate in [
        "0",
        "0.0",
        "0e5",
        "-0",
        "-1",
        "-1e-9",
        "1.00000000000000001",
        "123456789012345678",
        "9007199254740991.5",
        "9007199254740992",
        "1e16",
        "1e400",
        "1e-400",
    ] {
        shop.refuses("exchangeRate", async || {
            shop.set("jpy", rate, json!({})).await
        })
        .await;
    }
    for rate in [json!("150"), json!(null), json!(true)] {
        let body = json!({"currency": "jpy", "exchangeRate": rate});
        shop.owner
            .put("/plans/pro/regional", body)
            .await
            .invalid(&["exchangeRate"]);
    }
}

#[tokio::test]
async fn a_currency_keeps_its_latest_rate() {
    let shop = Shop::open().await;
    for (currency, rate) in [
        ("krw", "1400"),
        ("ars", "1000"),
        ("krw", "1380.50"),
        ("jpy", "150"),
    ] {
        shop.set(currency, rate, json!({})).await.data();
    }
    let wanted = r#"[{"currency":"ars","exchangeRate":1000},{"currency":"jpy","exchangeRate":150},{"currency":"krw","exchangeRate":1380.50}]"#;
    assert_eq!(shop.show().await["exchangeRates"].to_string(), wanted);
}

#[tokio::test]
async fn currencies_stand_by_their_code() {
    let shop = Shop::open().await;
    shop.add_calls(2000).await.data();
    for currency in ["uyu", "usd", "ars", "jpy", "eur", "bob"] {
        shop.set(currency, "10", json!({})).await.data();
    }
    let wanted = json!(["ars", "bob", "eur", "jpy", "usd", "uyu"]);
    assert_eq!(
        each(&shop.show().await["exchangeRates"], "currency"),
        wanted
    );
    assert_eq!(each(&shop.all_regional().await, "currency"), wanted);
    assert_eq!(each(&shop.overages().await, "currency"), wanted);
}

// The calls themselves

#[tokio::test]
async fn a_call_that_is_refused_changes_nothing_of_what_it_named() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    shop.owner.make_price("pro", "weekly", 1, json!({})).await;
    let more = merged(shop.manual_price(9000), shop.manual_offer("amount", 1));
    let features = json!({"features": [{"featureId": "calls", "overageUnitPrice": 7}]});
    // The weekly price of one cent has no counterpart in yen.
    let set = async || shop.set("jpy", "49", merged(more, features)).await;
    shop.refuses("exchangeRate", set).await;
}

#[tokio::test]
async fn a_part_of_the_plan_is_named_once_in_a_request() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let feature = shop.owner.get("/features/calls").await.id().to_owned();
    let price = json!({"priceId": shop.price, "price": 1});
    let offer = &shop.manual_offer("percentage", 1)["introOffers"][0];
    let by = |name: &str| json!({"featureId": name, "overageUnitPrice": 1});
    for (field, more) in [
        ("prices[1].priceId", json!({"prices": [price, price]})),
        (
            "features[1].featureId",
            json!({"features": [by("calls"), by(&feature)]}),
        ),
        (
            "introOffers[1].priceId",
            json!({"introOffers": [offer, offer]}),
        ),
    ] {
        shop.refuses(field, async || shop.set("jpy", "150", more).await)
            .await;
    }
}

#[tokio::test]
async fn a_free_plan_is_free_in_every_currency() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("free", json!({"isFree": true})).await;
    let price = owner.make_price("free", "monthly", 0, json!({})).await;
    let set = async |price_in_yen: i64| {
        let prices = json!([{"priceId": price, "price": price_in_yen}]);
        let body = json!({"currency": "jpy", "exchangeRate": 150, "prices": prices});
        owner.put("/plans/free/regional", body).await
    };
    set(1).await.invalid(&["prices[0].price"]);
    set(0).await.data();
    let path = format!("/plans/free/prices/{price}/regional");
    let overrides = |price: i64| json!({"overrides": [{"currency": "eur", "price": price}]});
    owner
        .put(&path, overrides(1))
        .await
        .invalid(&["overrides[0].price"]);
    owner.put(&path, overrides(0)).await.data();
}

#[tokio::test]
async fn a_balance_belongs_to_balance_plans_in_every_currency() {
    let shop = Shop::open().await;
    let mut manual = shop.manual_price(7000);
    manual["prices"][0]["includedBalance"] = json!(0);
    let set = async || shop.set("jpy", "150", manual).await;
    shop.refuses("prices[0].includedBalance", set).await;
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused_by_its_path() {
    let shop = Shop::open().await;
    let cases: [(Value, &[&str]); 11] = [
        (json!({}), &["currency", "exchangeRate"]),
        (json!({"currency": "", "exchangeRate": 150}), &["currency"]),
        (
            json!({"currency": "xxx", "exchangeRate": 150}),
            &["currency"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": null}),
            &["prices"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": [{}]}),
            &["prices[0].priceId", "prices[0].price"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": [{"priceId": "x", "price": -1}]}),
            &["prices[0].price"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": [{"priceId": "x", "price": 1, "includedBalance": -1}]}),
            &["prices[0].includedBalance"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "features": [{"overageUnitPrice": -1}]}),
            &["features[0].featureId", "features[0].overageUnitPrice"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "introOffers": [{"priceId": "x", "discountType": "amount", "discountValue": 0, "durationCycles": 0}]}),
            &[
                "introOffers[0].discountValue",
                "introOffers[0].durationCycles",
            ],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "introOffers": [{"priceId": "x"}]}),
            &[
                "introOffers[0].discountType",
                "introOffers[0].discountValue",
                "introOffers[0].durationCycles",
            ],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "rate": 1}),
            &["rate"],
        ),
    ];
    for (body, fields) in cases {
        shop.owner
            .put("/plans/pro/regional", body)
            .await
            .invalid(fields);
    }
    let one = json!({"currency": "eur", "price": 1});
    let cases: [(Value, &[&str]); 5] = [
        (json!([]), &["overrides"]),
        (json!(vec![one; 201]), &["overrides"]),
        (
            json!([{}]),
            &["overrides[0].currency", "overrides[0].price"],
        ),
        (
            json!([{"currency": "eur", "price": 1, "includedBalance": "1"}]),
            &["overrides[0].includedBalance"],
        ),
        (
            json!([{"currency": "eur", "price": 0.5, "rate": 1}]),
            &["overrides[0].price", "overrides[0].rate"],
        ),
    ];
    for (overrides, fields) in cases {
        shop.upsert(overrides).await.invalid(fields);
    }
    assert_eq!(shop.all_regional().await, json!([]));
}

#[tokio::test]
async fn refusals_come_in_their_order() {
    let shop = Shop::open().await;
    let set = async |plan: &str, more: Value| {
        let body = merged(json!({"currency": "jpy", "exchangeRate": 150}), more);
        shop.owner
            .put(&format!("/plans/{plan}/regional"), body)
            .await
    };
    let unknown_price = json!([{"priceId": UNKNOWN_PRICE, "price": 1}]);
    let unknown_feature = json!([{"featureId": "calls", "overageUnitPrice": 1}]);
    let broken_rate = exact("1.00000000000000001");
    let more = json!({"prices": unknown_price, "exchangeRate": 0});
    set("nowhere", more).await.invalid(&["exchangeRate"]);
    let more = json!({"prices": unknown_price, "exchangeRate": broken_rate});
    set("nowhere", more.clone())
        .await
        .refused(404, "plan_not_found");
    set("pro", more).await.refused(404, "price_not_found");
    let more = json!({"features": unknown_feature, "exchangeRate": broken_rate});
    set("pro", more).await.refused(404, "feature_not_in_plan");
    let offer = json!({
        "priceId": UNKNOWN_PRICE, "discountType": "percentage", "discountValue": 10_001,
        "durationCycles": 1,
    });
    set("pro", json!({"introOffers": [offer]}))
        .await
        .refused(404, "price_not_found");
    set("pro", json!({"exchangeRate": broken_rate}))
        .await
        .invalid(&["exchangeRate"]);
    assert_eq!(shop.show().await["exchangeRates"], json!([]));
}

#[tokio::test]
async fn refusals_come_in_their_order_for_one_price() {
    let shop = Shop::open().await;
    let put = async |plan: &str, price: &str, override_: Value| {
        let path = format!("/plans/{plan}/prices/{price}/regional");
        shop.owner
            .put(&path, json!({"overrides": [override_]}))
            .await
    };
    let broken_schema = json!({"currency": "xxx", "price": -1});
    let broken_rule = json!({"currency": "xxx", "price": 1});
    put("nowhere", UNKNOWN_PRICE, broken_schema)
        .await
        .invalid(&["overrides[0].price"]);
    let reply = put("nowhere", &shop.price, broken_rule.clone()).await;
    reply.refused(404, "plan_not_found");
    let reply = put("pro", UNKNOWN_PRICE, broken_rule.clone()).await;
    reply.refused(404, "price_not_found");
    put("pro", &shop.price, broken_rule)
        .await
        .invalid(&["overrides[0].currency"]);
    for (plan, price, code) in [
        ("nowhere", shop.price.as_str(), "plan_not_found"),
        ("pro", UNKNOWN_PRICE, "price_not_found"),
        ("pro", "monthly", "price_not_found"),
    ] {
        let path = format!("/plans/{plan}/prices/{price}/regional");
        shop.owner.delete(&path).await.refused(404, code);
    }
}

#[tokio::test]
async fn a_price_of_another_plan_is_not_found() {
    let shop = Shop::open().await;
    shop.owner.make_plan("other", json!({})).await;
    let other = shop
        .owner
        .make_price("other", "monthly", 100, json!({}))
        .await;
    let prices = json!({"prices": [{"priceId": other, "price": 1}]});
    shop.set("jpy", "150", prices)
        .await
        .refused(404, "price_not_found");
    let path = format!("/plans/pro/prices/{other}/regional");
    let body = json!({"overrides": [{"currency": "eur", "price": 1}]});
    shop.owner
        .put(&path, body)
        .await
        .refused(404, "price_not_found");
    shop.owner
        .delete(&path)
        .await
        .refused(404, "price_not_found");
}

#[tokio::test]
async fn features_are_named_by_id_or_code() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let feature = shop.owner.get("/features/calls").await.id().to_owned();
    for (name, unit_price) in [("calls", 1), (feature.as_str(), 2)] {
        let features = json!({"features": [{"featureId": name, "overageUnitPrice": unit_price}]});
        shop.set("jpy", "150", features).await.data();
        assert_eq!(
            shop.overages().await,
            json!([overage("jpy", unit_price, false)])
        );
    }
}

#[tokio::test]
async fn a_removed_feature_takes_its_regional_values_along() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", manual).await.data();
    shop.owner.delete("/plans/pro/features/calls").await.data();
    shop.add_calls(20).await.data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 3000, true)]));
}

#[tokio::test]
async fn a_plan_without_prices_keeps_its_rates_for_later() {
    let server = TestServer::start().await;
    let owner = server.actor("acme", Mode::Live).await;
    owner.make_plan("pro", json!({})).await;
    let body = r#"{"currency": "jpy", "exchangeRate": 150.50}"#;
    let set = owner.raw(Method::PUT, "/plans/pro/regional", body).await;
    assert_eq!(set.data()["pricesConfigured"], 0);
    assert_eq!(set.data()["livemode"], true);
    owner.make_price("pro", "monthly", 4900, json!({})).await;
    let plan = owner.show_plan("pro").await;
    assert_eq!(
        plan["prices"][0]["regionalPrices"],
        json!([plain("jpy", 7375, true)])
    );
}

#[tokio::test]
async fn the_list_shows_regional_values_as_their_plan_does() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    for (currency, rate) in [("krw", "1380.50"), ("jpy", "150"), ("eur", "9.2e-1")] {
        shop.set(currency, rate, shop.manual_offer("amount", 1))
            .await
            .data();
    }
    shop.owner.make_plan("other", json!({})).await;
    let list = shop.owner.get("/plans").await;
    let listed = item(list.data(), "code", "pro");
    assert_eq!(listed.to_string(), shop.show().await.to_string());
}

#[tokio::test]
async fn every_currency_is_listed_with_its_minor_digits() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let list = owner.get("/currencies").await;
    let wanted = [
        ("ars", "Argentine peso", 2),
        ("bob", "Boliviano", 2),
        ("brl", "Brazilian real", 2),
        ("cad", "Canadian dollar", 2),
        ("clp", "Chilean peso", 0),
        ("cny", "Chinese yuan", 2),
        ("cop", "Colombian peso", 2),
        ("eur", "Euro", 2),
        ("gbp", "Pound sterling", 2),
        ("hkd", "Hong Kong dollar", 2),
        ("inr", "Indian rupee", 2),
        ("jpy", "Japanese yen", 0),
        ("krw", "South Korean won", 0),
        ("mxn", "Mexican peso", 2),
        ("pen", "Peruvian sol", 2),
        ("pyg", "Paraguayan guarani", 0),
        ("sgd", "Singapore dollar", 2),
        ("thb", "Thai baht", 2),
        ("twd", "New Taiwan dollar", 2),
        ("usd", "United States dollar", 2),
        ("uyu", "Uruguayan peso", 2),
    ];
    let currency =
        |(code, name, digits)| json!({"code": code, "name": name, "minorDigits": digits});
    assert_eq!(list.data(), &json!(wanted.map(currency)));
}
