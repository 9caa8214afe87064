//! Features.

use super::*;

#[tokio::test]
async fn a_feature_is_created_changed_and_deleted() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let seats = json!({
        "name": "Seats", "code": "seats", "type": "seats", "description": "People",
        "unitName": "seat",
    });
    let change = change_by(&owner, owner.post("/features/manage", seats)).await;
    check(
        &change,
        "create-feature",
        &[
            "created feature seats",
            "name: null → \"Seats\"",
            "code: null → \"seats\"",
            "type: null → \"seats\"",
            "description: null → \"People\"",
            "unitName: null → \"seat\"",
        ],
    );
    let update = json!({"name": "Places", "unitName": null});
    let change = change_by(&owner, owner.put("/features/seats/manage", update)).await;
    check(
        &change,
        "update-feature",
        &[
            "updated feature seats",
            "name: \"Seats\" → \"Places\"",
            "unitName: \"seat\" → null",
        ],
    );
    let change = change_by(&owner, owner.delete("/features/seats/manage")).await;
    check(
        &change,
        "delete-feature",
        &[
            "deleted feature seats",
            "name: \"Places\" → null",
            "code: \"seats\" → null",
            "type: \"seats\" → null",
            "description: \"People\" → null",
        ],
    );
}

#[tokio::test]
async fn a_renamed_feature_is_no_change_of_its_plans() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let rename = json!({"name": "API calls"});
    let rename = shop.owner.put("/features/calls/manage", rename);
    check(
        &change_by(&shop.owner, rename).await,
        "update-feature",
        &["updated feature calls", "name: \"calls\" → \"API calls\""],
    );
    // The next change of the plan does not tell it either.
    let change = change_by(&shop.owner, shop.change(json!({"price": 5000}))).await;
    check(
        &change,
        "update-plan-price",
        &["updated plan pro", "prices[monthly].price: 4900 → 5000"],
    );
}
