//! Values as sent and as shown.

use super::*;

#[tokio::test]
async fn settings_left_out_have_defaults() {
    let shop = Shop::open().await;
    let added = shop.add("metered", "usage", json!({})).await;
    let feature = shop.id_of_feature("usage").await;
    let wanted = json!({
        "planId": shop.id_of_plan("metered").await, "featureId": feature, "enabled": true,
        "includedAmount": 0, "unlimited": false, "overage": {"enabled": false, "unitPrice": 0},
        "creditsPerUnit": null, "pricingMode": "fixed", "margin": null,
        "object": "plan", "livemode": false,
    });
    assert_eq!(added.data(), &wanted);
    let wanted = json!({
        "id": feature, "code": "usage", "name": "usage", "type": "usage", "unitName": null,
        "enabled": true, "includedAmount": 0, "unlimited": false,
        "overage": {"enabled": false, "model": null, "unitPrice": 0},
        "creditsPerUnit": null, "pricingMode": "fixed", "margin": null, "regionalPrices": [],
    });
    assert_eq!(shop.shown("metered", "usage").await, wanted);
}

#[tokio::test]
async fn what_is_sent_is_what_is_kept() {
    let shop = Shop::open().await;
    let cases = [
        (
            "metered",
            json!({"enabled": false, "includedAmount": 9_007_199_254_740_991_i64}),
        ),
        (
            "metered",
            json!({"overage": {"enabled": true, "unitPrice": 20}}),
        ),
        (
            "metered",
            json!({"overage": {"enabled": false, "unitPrice": 20}}),
        ),
        ("metered", json!({"unlimited": true})),
        ("credits", json!({"creditsPerUnit": 0})),
        ("credits", json!({"creditsPerUnit": 7})),
        (
            "balance",
            json!({"pricingMode": "ai_model", "margin": 2500}),
        ),
        ("balance", json!({"pricingMode": "ai_model", "margin": 0})),
        (
            "balance",
            json!({"pricingMode": "ai_model", "margin": null}),
        ),
    ];
    for (plan, settings) in cases {
        let added = shop.add(plan, "quota", settings.clone()).await;
        let shown = shop.shown(plan, "quota").await;
        for (field, value) in settings.as_object().unwrap() {
            assert_eq!(&added.data()[field], value, "{settings}");
            if field != "overage" {
                assert_eq!(&shown[field], value, "{settings}");
            }
        }
        shop.remove(plan, "quota").await.data();
    }
}

#[tokio::test]
async fn enabled_overage_shows_its_model() {
    let shop = Shop::open().await;
    let overage = json!({"overage": {"enabled": true, "unitPrice": 20}});
    shop.add("metered", "usage", overage).await.data();
    let shown = async || shop.shown("metered", "usage").await["overage"].clone();
    assert_eq!(
        shown().await,
        json!({"enabled": true, "model": "per_unit", "unitPrice": 20})
    );
    let off = json!({"overage": {"enabled": false}});
    shop.update("metered", "usage", off).await.data();
    assert_eq!(
        shown().await,
        json!({"enabled": false, "model": null, "unitPrice": 20})
    );
}

#[tokio::test]
async fn a_live_catalog_says_that_it_is_live() {
    let server = TestServer::start().await;
    let owner = server.actor("acme", Mode::Live).await;
    owner.make_plan("pro", json!({})).await;
    owner.make_feature("seats", "seats").await;
    let body = json!({"featureId": "seats"});
    let added = owner.post("/plans/pro/features", body).await;
    let updated = owner.put("/plans/pro/features/seats", json!({})).await;
    let removed = owner.delete("/plans/pro/features/seats").await;
    for reply in [added, updated, removed] {
        assert_eq!(reply.data()["livemode"], true);
    }
}

#[tokio::test]
async fn plans_and_features_are_named_by_id_or_code() {
    let shop = Shop::open().await;
    let plan = shop.id_of_plan("metered").await;
    let feature = shop.id_of_feature("usage").await;
    for plan in ["metered", &plan] {
        for feature in ["usage", &feature] {
            shop.add(plan, feature, json!({})).await.data();
            let change = json!({"includedAmount": 5});
            let updated = shop.update(plan, feature, change).await;
            assert_eq!(updated.data()["includedAmount"], 5);
            shop.remove(plan, feature).await.data();
        }
    }
}

#[tokio::test]
async fn an_update_keeps_what_it_leaves_out() {
    let shop = Shop::open().await;
    let settings = json!({
        "enabled": false, "includedAmount": 10, "creditsPerUnit": 3,
        "overage": {"enabled": true, "unitPrice": 20},
    });
    let mut wanted = shop.add("credits", "usage", settings).await.data().clone();
    let changes = [
        (json!({}), "/enabled", json!(false)),
        (json!({"overage": {}}), "/overage/enabled", json!(true)),
        (json!({"enabled": true}), "/enabled", json!(true)),
        (json!({"includedAmount": 11}), "/includedAmount", json!(11)),
        (
            json!({"overage": {"unitPrice": 21}}),
            "/overage/unitPrice",
            json!(21),
        ),
        (
            json!({"overage": {"enabled": false}}),
            "/overage/enabled",
            json!(false),
        ),
        (json!({"unlimited": true}), "/unlimited", json!(true)),
        (json!({"creditsPerUnit": 4}), "/creditsPerUnit", json!(4)),
        (
            json!({"creditsPerUnit": null}),
            "/creditsPerUnit",
            Value::Null,
        ),
    ];
    for (change, path, value) in changes {
        let updated = shop.update("credits", "usage", change.clone()).await;
        *wanted.pointer_mut(path).unwrap() = value;
        assert_eq!(updated.data(), &wanted, "{change}");
    }
}

#[tokio::test]
async fn an_update_leaves_pricing_mode_and_margin() {
    let shop = Shop::open().await;
    let settings = json!({"pricingMode": "ai_model", "margin": 2500});
    shop.add("balance", "usage", settings).await.data();
    let change = json!({"includedAmount": 1});
    let updated = shop.update("balance", "usage", change).await;
    assert_eq!(updated.data()["pricingMode"], "ai_model");
    assert_eq!(updated.data()["margin"], 2500);
    let change = json!({"margin": 1, "pricingMode": "fixed"});
    shop.update("balance", "usage", change)
        .await
        .invalid(&["margin", "pricingMode"]);
}

#[tokio::test]
async fn an_integer_may_be_written_with_a_point() {
    let shop = Shop::open().await;
    let body = r#"{"featureId": "usage", "includedAmount": 5.0, "overage": {"enabled": true, "unitPrice": 2e1}}"#;
    let added = shop
        .owner
        .raw(Method::POST, "/plans/metered/features", body)
        .await;
    assert_eq!(added.data()["includedAmount"].to_string(), "5");
    assert_eq!(added.data()["overage"]["unitPrice"].to_string(), "20");
}
