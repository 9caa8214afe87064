//! Plans.

use super::*;

#[tokio::test]
async fn a_plan_is_created_with_each_of_its_values() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let plan = json!({
        "name": "Pro", "code": "pro", "description": "For teams", "consumptionModel": "credits",
        "isPublic": false, "blockOnExhaustion": true, "metadata": {"b": 1, "a": [true, 1.5]},
    });
    let change = change_by(&owner, owner.post("/plans/manage", plan)).await;
    check(
        &change,
        "create-plan",
        &[
            "created plan pro",
            "name: null → \"Pro\"",
            "code: null → \"pro\"",
            "description: null → \"For teams\"",
            "consumptionModel: null → \"credits\"",
            "isPublic: null → false",
            "isDefault: null → true",
            "isFree: null → false",
            "blockOnExhaustion: null → true",
            "sortOrder: null → 0",
            "metadata: null → {\"b\":1,\"a\":[true,1.5]}",
        ],
    );
    let object = &change["objects"][0];
    let plan = owner.show_plan("pro").await;
    assert_eq!(object["id"], plan["id"]);
    assert_eq!(object["name"], "Pro");
    assert_eq!(change["at"], plan["createdAt"]);
}

#[tokio::test]
async fn an_update_is_told_by_what_differs() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner
        .make_plan(
            "pro",
            json!({"metadata": {"tier": 1}, "description": "Old"}),
        )
        .await;
    let update = json!({
        "name": "Professional", "description": null, "metadata": {"tier": 2, "new": null},
        "isPublic": true,
    });
    let change = change_by(&owner, owner.put("/plans/pro/manage", update)).await;
    check(
        &change,
        "update-plan",
        &[
            "updated plan pro",
            "name: \"pro\" → \"Professional\"",
            "description: \"Old\" → null",
            "metadata: {\"tier\":1} → {\"tier\":2,\"new\":null}",
        ],
    );
    assert_eq!(change["objects"][0]["name"], "Professional");
}

#[tokio::test]
async fn visibility_is_one_field() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let hide = owner.put("/plans/pro/visibility", json!({"isPublic": false}));
    check(
        &change_by(&owner, hide).await,
        "set-plan-visibility",
        &["updated plan pro", "isPublic: true → false"],
    );
}

#[tokio::test]
async fn a_deleted_plan_is_told_with_everything_in_it() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.owner.make_plan("next", json!({})).await;
    let change = change_by(&shop.owner, shop.owner.delete("/plans/pro/manage")).await;
    check(
        &change,
        "delete-plan",
        &[
            "deleted plan pro",
            "name: \"pro\" → null",
            "code: \"pro\" → null",
            "consumptionModel: \"metered\" → null",
            "isPublic: true → null",
            "isDefault: true → null",
            "isFree: false → null",
            "sortOrder: 0 → null",
            "features[calls]: feat_ → null",
            "features[calls].enabled: true → null",
            "features[calls].includedAmount: 0 → null",
            "features[calls].unlimited: false → null",
            "features[calls].overage.enabled: true → null",
            "features[calls].overage.unitPrice: 20 → null",
            "features[calls].pricingMode: \"fixed\" → null",
            "features[calls].regionalPrices[jpy].overageUnitPrice: 3000 → null (derived)",
            "features[calls].regionalPrices[jpy].autoSynced: true → null (derived)",
            "prices[monthly]: prc_ → null",
            "prices[monthly].price: 4900 → null",
            "prices[monthly].isDefault: true → null",
            "prices[monthly].trialDays: 0 → null",
            "prices[monthly].regionalPrices[jpy].price: 7350 → null (derived)",
            "prices[monthly].regionalPrices[jpy].autoSynced: true → null (derived)",
            "exchangeRates[jpy].exchangeRate: 150 → null",
            // Nobody asked for another default.
            "updated plan next",
            "isDefault: false → true (derived)",
        ],
    );
}
