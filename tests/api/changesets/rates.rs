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
async fn only_what_is_included_moves() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let source = json!({"rates": {"eur": "0.95"}});
    let included = async |include: Value| {
        let body = json!({"source": source, "include": include});
        owner.post("/changesets", body).await
    };
    for (include, expected) in [
        (json!(["plans/team"]), &["updated plan team"][..]),
        (json!(["plans"]), &["updated plan pro", "updated plan team"]),
        (json!(["features", "groups"]), &[]),
    ] {
        assert_eq!(told(included(include).await.data()), expected);
    }
    included(json!(["plans/team", "plans/none"]))
        .await
        .invalid(&["include[1]"]);
    let body =
        json!({"source": {"rates": {"eur": "0.95"}, "only": ["pro"]}, "include": ["plans/team"]});
    let neither = owner.post("/changesets", body).await;
    assert_eq!(neither.data()["objects"], json!([]));
}

#[tokio::test]
async fn a_rate_that_breaks_a_rule_is_named() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let broken = rates(
        &owner,
        json!({"rates": {"jpy": "150.5", "eur": "0.000001"}}),
    )
    .await;
    broken.refused(400, "validation_error");
    assert_eq!(broken.body["error"]["param"], "source.rates.eur");
}

#[tokio::test]
async fn the_digest_is_that_of_the_value() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let mut digests = Vec::new();
    for rate in ["0.95", "0.950", "95e-2", "9.5E-1", "0.9500001"] {
        let changeset = rates(&owner, json!({"rates": {"eur": rate}})).await;
        digests.push(changeset.text("digest").to_owned());
    }
    assert!(digests[..4].iter().all(|digest| *digest == digests[0]));
    assert_ne!(digests[4], digests[0]);
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
