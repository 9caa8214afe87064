//! Features in plans.

use super::*;

#[tokio::test]
async fn a_feature_comes_into_a_plan_and_goes() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    let change = change_by(&shop.owner, shop.add_calls(20)).await;
    check(
        &change,
        "add-plan-feature",
        &[
            "updated plan pro",
            "features[calls]: null → feat_",
            "features[calls].enabled: null → true",
            "features[calls].includedAmount: null → 0",
            "features[calls].unlimited: null → false",
            "features[calls].overage.enabled: null → true",
            "features[calls].overage.unitPrice: null → 20",
            "features[calls].pricingMode: null → \"fixed\"",
            "features[calls].regionalPrices[jpy].overageUnitPrice: null → 3000 (derived)",
            "features[calls].regionalPrices[jpy].autoSynced: null → true (derived)",
        ],
    );
    let update = json!({"includedAmount": 1000, "overage": {"unitPrice": 30}});
    let update = shop.owner.put("/plans/pro/features/calls", update);
    check(
        &change_by(&shop.owner, update).await,
        "update-plan-feature",
        &[
            "updated plan pro",
            "features[calls].includedAmount: 0 → 1000",
            "features[calls].overage.unitPrice: 20 → 30",
            "features[calls].regionalPrices[jpy].overageUnitPrice: 3000 → 4500 (derived)",
        ],
    );
    let off = shop.change_calls(json!({"enabled": false}));
    check(
        &change_by(&shop.owner, off).await,
        "update-plan-feature",
        &[
            "updated plan pro",
            "features[calls].overage.enabled: true → false",
            "features[calls].regionalPrices[jpy].overageUnitPrice: 4500 → null (derived)",
            "features[calls].regionalPrices[jpy].autoSynced: true → null (derived)",
        ],
    );
    let remove = shop.owner.delete("/plans/pro/features/calls");
    check(
        &change_by(&shop.owner, remove).await,
        "remove-plan-feature",
        &[
            "updated plan pro",
            "features[calls]: feat_ → null",
            "features[calls].enabled: true → null",
            "features[calls].includedAmount: 1000 → null",
            "features[calls].unlimited: false → null",
            "features[calls].overage.enabled: false → null",
            "features[calls].overage.unitPrice: 30 → null",
            "features[calls].pricingMode: \"fixed\" → null",
        ],
    );
}

#[tokio::test]
async fn the_settings_of_other_kinds_of_plans_are_told() {
    let shop = Shop::with_balance().await;
    let ai = json!({"featureId": "calls", "pricingMode": "ai_model", "margin": 1500});
    let add = shop.owner.post("/plans/pro/features", ai);
    let change = change_by(&shop.owner, add).await;
    let lines = told(&change["objects"]);
    assert!(
        lines.contains(&"features[calls].pricingMode: null → \"ai_model\"".to_owned())
            && lines.contains(&"features[calls].margin: null → 1500".to_owned()),
        "{lines:?}"
    );
    let owner = &shop.owner;
    owner
        .make_plan("credits", json!({"consumptionModel": "credits"}))
        .await;
    let calls = json!({"featureId": "calls", "creditsPerUnit": 3});
    owner.post("/plans/credits/features", calls).await.data();
    let update = owner.put(
        "/plans/credits/features/calls",
        json!({"creditsPerUnit": 4}),
    );
    check(
        &change_by(owner, update).await,
        "update-plan-feature",
        &[
            "updated plan credits",
            "features[calls].creditsPerUnit: 3 → 4",
        ],
    );
}
