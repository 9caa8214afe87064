//! Refusals and their order.

use super::*;

#[tokio::test]
async fn schema_fault_names_its_path() {
    let shop = Shop::open().await;
    let no_name = shop.owner.post("/plans/metered/features", json!({})).await;
    no_name.invalid(&["featureId"]);
    shop.add("metered", "", json!({}))
        .await
        .invalid(&["featureId"]);
    shop.add("metered", "usage", json!({})).await.data();
    let cases: [(Value, &[&str]); 12] = [
        (json!({"enabled": null}), &["enabled"]),
        (json!({"enabled": "true"}), &["enabled"]),
        (json!({"includedAmount": null}), &["includedAmount"]),
        (json!({"includedAmount": -1}), &["includedAmount"]),
        (json!({"includedAmount": 1.5}), &["includedAmount"]),
        (
            json!({"includedAmount": 9_007_199_254_740_992_i64}),
            &["includedAmount"],
        ),
        (json!({"unlimited": 1}), &["unlimited"]),
        (json!({"overage": null}), &["overage"]),
        (
            json!({"overage": {"unitPrice": -1, "enabled": 0}}),
            &["overage.enabled", "overage.unitPrice"],
        ),
        (json!({"creditsPerUnit": -1}), &["creditsPerUnit"]),
        (
            json!({"overage": {"enabled": true, "unitPrice": 1, "model": "per_unit"}}),
            &["overage.model"],
        ),
        (json!({"includedAmmount": 5}), &["includedAmmount"]),
    ];
    for (body, fields) in cases {
        shop.add("metered", "seats", body.clone())
            .await
            .invalid(fields);
        shop.update("metered", "usage", body).await.invalid(fields);
    }
    assert_eq!(shop.order("metered").await, json!(["usage"]));
}

#[tokio::test]
async fn adding_wants_whole_overage_and_known_words() {
    let shop = Shop::open().await;
    let cases: [(Value, &[&str]); 6] = [
        (
            json!({"overage": {}}),
            &["overage.enabled", "overage.unitPrice"],
        ),
        (
            json!({"overage": {"enabled": true}}),
            &["overage.unitPrice"],
        ),
        (json!({"overage": {"unitPrice": 5}}), &["overage.enabled"]),
        (json!({"pricingMode": "flat"}), &["pricingMode"]),
        (json!({"pricingMode": null}), &["pricingMode"]),
        (json!({"margin": -1}), &["margin"]),
    ];
    for (settings, fields) in cases {
        shop.add("balance", "usage", settings).await.invalid(fields);
    }
}

#[tokio::test]
async fn all_broken_rules_are_named() {
    let shop = Shop::open().await;
    let settings = json!({
        "unlimited": true, "overage": {"enabled": true, "unitPrice": 1},
        "creditsPerUnit": 1, "pricingMode": "ai_model", "margin": 1,
    });
    let fields = ["overage.enabled", "creditsPerUnit", "pricingMode", "margin"];
    shop.add("metered", "usage", settings)
        .await
        .invalid(&fields);
}

#[tokio::test]
async fn refusals_come_in_their_order_when_adding() {
    let shop = Shop::open().await;
    shop.add("metered", "usage", json!({})).await.data();
    let broken_rule = json!({"creditsPerUnit": 1});
    // The schema, then the plan, then the feature, then the rules, then the conflict.
    shop.add("nowhere", "nothing", json!({"enabled": 1}))
        .await
        .invalid(&["enabled"]);
    let reply = shop.add("nowhere", "nothing", broken_rule.clone()).await;
    reply.refused(404, "plan_not_found");
    let reply = shop.add("metered", "nothing", broken_rule.clone()).await;
    reply.refused(404, "feature_not_found");
    shop.add("metered", "usage", broken_rule)
        .await
        .invalid(&["creditsPerUnit"]);
    let reply = shop.add("metered", "usage", json!({})).await;
    reply.refused(409, "feature_already_exists");
    assert_eq!(reply.body["error"]["param"], "featureId");
    assert_eq!(shop.order("metered").await, json!(["usage"]));
}

#[tokio::test]
async fn refusals_come_in_their_order_when_updating() {
    let shop = Shop::open().await;
    shop.add("metered", "usage", json!({})).await.data();
    let broken_rule = json!({"creditsPerUnit": 1});
    let reply = shop.update("nowhere", "usage", json!({"enabled": 1})).await;
    reply.invalid(&["enabled"]);
    let reply = shop.update("nowhere", "usage", broken_rule.clone()).await;
    reply.refused(404, "plan_not_found");
    let reply = shop.update("metered", "seats", broken_rule.clone()).await;
    reply.refused(404, "feature_not_in_plan");
    shop.update("metered", "usage", broken_rule)
        .await
        .invalid(&["creditsPerUnit"]);
}

#[tokio::test]
async fn feature_not_in_plan_is_not_found() {
    let shop = Shop::open().await;
    shop.add("credits", "usage", json!({})).await.data();
    // A feature of another plan, one that never existed, and a text that cannot be a name.
    for feature in [
        "usage",
        "nothing",
        UNKNOWN_FEATURE,
        "feat_1",
        "No%20Code",
        "%00",
    ] {
        let update = shop.update("metered", feature, json!({})).await;
        update.refused(404, "feature_not_in_plan");
        let remove = shop.remove("metered", feature).await;
        remove.refused(404, "feature_not_in_plan");
    }
    for feature in ["nothing", UNKNOWN_FEATURE, "feat_1", "No Code"] {
        let add = shop.add("metered", feature, json!({})).await;
        add.refused(404, "feature_not_found");
    }
}

#[tokio::test]
async fn missing_plan_is_not_found() {
    let shop = Shop::open().await;
    shop.add("credits", "usage", json!({})).await.data();
    let deleted = shop.id_of_plan("credits").await;
    shop.owner.delete("/plans/credits/manage").await.data();
    for plan in ["credits", &deleted, "nowhere", UNKNOWN_PLAN] {
        shop.add(plan, "seats", json!({}))
            .await
            .refused(404, "plan_not_found");
        shop.update(plan, "usage", json!({}))
            .await
            .refused(404, "plan_not_found");
        shop.remove(plan, "usage")
            .await
            .refused(404, "plan_not_found");
    }
}

#[tokio::test]
async fn a_deleted_feature_cannot_be_added() {
    let shop = Shop::open().await;
    let id = shop.id_of_feature("usage").await;
    shop.owner.delete("/features/usage/manage").await.data();
    for name in ["usage", &id] {
        let reply = shop.add("metered", name, json!({})).await;
        reply.refused(404, "feature_not_found");
    }
}

#[tokio::test]
async fn a_refused_call_changes_nothing() {
    let shop = Shop::open().await;
    let settings = json!({"includedAmount": 5, "overage": {"enabled": true, "unitPrice": 20}});
    shop.add("metered", "usage", settings).await.data();
    let before = shop.owner.show_plan("metered").await;
    let half_good = json!({"includedAmount": 6, "unlimited": true});
    shop.update("metered", "usage", half_good)
        .await
        .invalid(&["unlimited"]);
    let half_good = json!({"includedAmount": 6, "creditsPerUnit": 1});
    shop.update("metered", "usage", half_good)
        .await
        .invalid(&["creditsPerUnit"]);
    shop.add("metered", "usage", json!({"includedAmount": 6}))
        .await
        .refused(409, "feature_already_exists");
    assert_eq!(shop.owner.show_plan("metered").await, before);
}
