//! Which settings fit a feature, its plan and its overage.

use super::*;

#[tokio::test]
async fn a_boolean_feature_takes_enabled_alone() {
    let shop = Shop::open().await;
    let added = shop
        .add("metered", "boolean", json!({"enabled": false}))
        .await;
    assert_eq!(added.data()["enabled"], false);
    let shown = shop.shown("metered", "boolean").await;
    assert_eq!(shown["enabled"], false);
    assert_eq!(shown["includedAmount"], Value::Null);
    assert_eq!(shown["overage"], Value::Null);
    let defaults = json!({
        "includedAmount": 0, "unlimited": false, "overage": {"enabled": false, "unitPrice": 0},
        "creditsPerUnit": null, "pricingMode": "fixed", "margin": null,
    });
    shop.remove("metered", "boolean").await.data();
    shop.add("metered", "boolean", defaults).await.data();
}

#[tokio::test]
async fn a_boolean_feature_refuses_all_else() {
    let shop = Shop::open().await;
    let cases = [
        (json!({"includedAmount": 1}), "includedAmount"),
        (json!({"unlimited": true}), "unlimited"),
        (
            json!({"overage": {"enabled": true, "unitPrice": 0}}),
            "overage.enabled",
        ),
        (
            json!({"overage": {"enabled": false, "unitPrice": 1}}),
            "overage.unitPrice",
        ),
        (json!({"creditsPerUnit": 0}), "creditsPerUnit"),
    ];
    // The plans support the setting, so only the feature rules it out.
    for (settings, field) in &cases {
        shop.add("credits", "boolean", settings.clone())
            .await
            .invalid(&[field]);
    }
    let settings = json!({"pricingMode": "ai_model", "margin": 1});
    shop.add("balance", "boolean", settings)
        .await
        .invalid(&["pricingMode", "margin"]);
    shop.add("credits", "boolean", json!({})).await.data();
    for (change, field) in cases {
        shop.update("credits", "boolean", change)
            .await
            .invalid(&[field]);
    }
}

#[tokio::test]
async fn unlimited_and_overage_exclude_each_other() {
    let shop = Shop::open().await;
    let on = json!({"enabled": true, "unitPrice": 20});
    let both = json!({"unlimited": true, "overage": on});
    shop.add("metered", "usage", both.clone())
        .await
        .invalid(&["overage.enabled"]);
    shop.add("metered", "usage", json!({"overage": on}))
        .await
        .data();
    shop.add("metered", "seats", json!({"unlimited": true}))
        .await
        .data();
    // The error names the field that the call itself sent.
    shop.update("metered", "usage", json!({"unlimited": true}))
        .await
        .invalid(&["unlimited"]);
    let turn_on = json!({"overage": {"enabled": true}});
    shop.update("metered", "seats", turn_on)
        .await
        .invalid(&["overage.enabled"]);
    shop.update("metered", "usage", both)
        .await
        .invalid(&["overage.enabled"]);
    let swapped = json!({"unlimited": true, "overage": {"enabled": false}});
    let updated = shop.update("metered", "usage", swapped).await;
    assert_eq!(
        updated.data()["overage"],
        json!({"enabled": false, "unitPrice": 20})
    );
}

#[tokio::test]
async fn a_free_plan_has_no_overage() {
    let shop = Shop::open().await;
    let on = json!({"overage": {"enabled": true, "unitPrice": 0}});
    shop.add("free", "usage", on.clone())
        .await
        .invalid(&["overage.enabled"]);
    let off = json!({"overage": {"enabled": false, "unitPrice": 20}});
    shop.add("free", "usage", off).await.data();
    shop.update("free", "usage", on)
        .await
        .invalid(&["overage.enabled"]);
    shop.update("free", "usage", json!({"unlimited": true}))
        .await
        .data();
}

#[tokio::test]
async fn credits_per_unit_belongs_to_credits_plans() {
    let shop = Shop::open().await;
    for plan in ["metered", "balance", "free"] {
        let one = json!({"creditsPerUnit": 1});
        shop.add(plan, "usage", one.clone())
            .await
            .invalid(&["creditsPerUnit"]);
        shop.add(plan, "usage", json!({"creditsPerUnit": null}))
            .await
            .data();
        shop.update(plan, "usage", one)
            .await
            .invalid(&["creditsPerUnit"]);
        shop.update(plan, "usage", json!({"creditsPerUnit": null}))
            .await
            .data();
    }
}

#[tokio::test]
async fn ai_model_and_margin_belong_to_balance_plans() {
    let shop = Shop::open().await;
    let model = json!({"pricingMode": "ai_model"});
    let margin = json!({"margin": 1});
    let both = json!({"pricingMode": "ai_model", "margin": 1});
    for plan in ["metered", "credits"] {
        shop.add(plan, "usage", model.clone())
            .await
            .invalid(&["pricingMode"]);
        shop.add(plan, "usage", margin.clone())
            .await
            .invalid(&["margin"]);
        shop.add(plan, "usage", both.clone())
            .await
            .invalid(&["pricingMode", "margin"]);
    }
    // Without `ai_model` there is nothing to add a margin to.
    shop.add("balance", "usage", margin)
        .await
        .invalid(&["margin"]);
    shop.add(
        "metered",
        "usage",
        json!({"margin": null, "pricingMode": "fixed"}),
    )
    .await
    .data();
}
