//! Changesets from exchange rates.

use super::*;

async fn rates(actor: &Actor, source: Value) -> Reply {
    actor.post("/changesets", json!({"source": source})).await
}

#[tokio::test]
async fn only_derived_values_move() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let changeset = rates(
        &owner,
        json!({"rates": {"EUR": 0.93, "gbp": "0.8", "jpy": "150.0"}}),
    )
    .await;
    let changeset = changeset.data().clone();
    assert_eq!(
        told(&changeset),
        ["updated plan pro", "updated plan team"],
        "jpy is the same"
    );
    assert_eq!(
        fields(&changeset, "pro"),
        [
            "features[api_calls].regionalPrices[eur].overageUnitPrice: 18 → 19 (derived)",
            "prices[yearly].regionalPrices[eur].price: 45080 → 45570 (derived)",
            "exchangeRates[eur].exchangeRate: 0.92 → 0.93",
        ]
    );
    let manual = changeset["manualValues"].as_array().unwrap();
    assert_eq!(manual.len(), 1);
    assert_eq!(manual[0]["deviation"], "-0.0125");
    assert_eq!(
        changeset["source"]["rates"],
        json!({"eur": 0.93, "gbp": 0.8, "jpy": 150.0})
    );
    apply(&owner, &changeset).await.data();
    assert_eq!(
        regional(&owner, "pro", "monthly", "eur").await["price"],
        4500
    );
    assert_eq!(
        regional(&owner, "team", "monthly", "eur").await["price"],
        9207
    );
}

#[tokio::test]
async fn what_was_withdrawn_does_not_come_back() {
    let shop = Shop::open().await;
    shop.set("eur", "0.92", json!({})).await.data();
    shop.delete_regional().await.data();
    let changeset = rates(&shop.owner, json!({"rates": {"eur": 0.93}}))
        .await
        .data()
        .clone();
    apply(&shop.owner, &changeset).await.data();
    assert_eq!(shop.all_regional().await, json!([]));
}

#[tokio::test]
async fn rates_can_be_for_some_plans() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let changeset = rates(&owner, json!({"rates": {"eur": 0.93}, "only": ["team"]})).await;
    assert_eq!(told(changeset.data()), ["updated plan team"]);
    let refused = rates(&owner, json!({"rates": {"eur": 0.93}, "only": ["nobody"]})).await;
    refused.refused(404, "plan_not_found");
    assert_eq!(refused.body["error"]["param"], "source.only[0]");
    rates(&owner, json!({"only": ["team"], "revision": 1}))
        .await
        .invalid(&["source.only"]);
    for (wrong, field) in [
        (json!({}), "source.rates"),
        (json!({"xyz": 1}), "source.rates.xyz"),
        (json!({"eur": 0}), "source.rates.eur"),
        (json!({"eur": "much"}), "source.rates.eur"),
        (json!({"eur": null}), "source.rates.eur"),
    ] {
        rates(&owner, json!({"rates": wrong}))
            .await
            .invalid(&[field]);
    }
}
