//! What is different between two revisions.

use super::*;
use crate::support::reads::check_tag;

async fn compare(owner: &Actor, query: &str) -> Reply {
    owner.get(&format!("/changes/compare{query}")).await
}

#[tokio::test]
async fn both_directions_are_told() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    let from = head(owner).await;
    shop.set("jpy", "150", json!({})).await.data();
    shop.change(json!({"price": 5000})).await.data();
    shop.change(json!({"price": 6000, "trialDays": 7}))
        .await
        .data();
    let to = head(owner).await;
    let jpy = "prices[monthly].regionalPrices[jpy]";
    let there = compare(owner, &format!("?from={from}")).await;
    assert_eq!(
        told(&there.data()["objects"]),
        [
            "updated plan pro",
            "prices[monthly].price: 4900 → 6000",
            "prices[monthly].trialDays: 0 → 7",
            &format!("{jpy}.price: null → 9000 (derived)"),
            &format!("{jpy}.autoSynced: null → true (derived)"),
            "exchangeRates[jpy].exchangeRate: null → 150",
        ]
    );
    assert_eq!(
        (&there.data()["from"], &there.data()["to"]),
        (&json!(from), &json!(to))
    );
    let same = compare(owner, &format!("?from={from}&to={to}")).await;
    assert_eq!(same.body, there.body);
    let back = compare(owner, &format!("?from={to}&to={from}")).await;
    let mut lines = told(&back.data()["objects"]);
    lines.sort_unstable();
    let mut expected = [
        "updated plan pro",
        "prices[monthly].price: 6000 → 4900",
        "prices[monthly].trialDays: 7 → 0",
        &format!("{jpy}.price: 9000 → null (derived)"),
        &format!("{jpy}.autoSynced: true → null (derived)"),
        "exchangeRates[jpy].exchangeRate: 150 → null",
    ];
    expected.sort_unstable();
    assert_eq!(lines, expected);
    check_tag(owner, &format!("/changes/compare?from={from}&to={to}")).await;
    let nothing = compare(owner, &format!("?from={to}&to={to}")).await;
    assert_eq!(nothing.data()["objects"], json!([]));
}

#[tokio::test]
async fn what_was_made_and_deleted_between_is_not_told() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let before = head(&owner).await;
    owner.make_feature("gone", "usage").await;
    owner.delete("/features/gone/manage").await.data();
    owner.make_feature("new", "usage").await;
    owner.make_plan("pro", json!({})).await;
    let key = owner.post("/api-keys", json!({"name": "CI"})).await;
    let there = compare(&owner, &format!("?from={before}")).await;
    let objects = there.data()["objects"].as_array().expect("objects");
    let ids: Vec<_> = objects.iter().map(|object| text(&object["id"])).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let actions: Vec<_> = objects
        .iter()
        .map(|object| (text(&object["objectType"]), text(&object["action"])))
        .collect();
    assert_eq!(
        actions,
        [
            ("feature", "created"),
            ("api_key", "created"),
            ("plan", "created")
        ]
    );
    assert!(!there.text.contains(key.text("apiKey")));
    let head = head(&owner).await;
    let back = compare(&owner, &format!("?from={head}&to={before}")).await;
    let actions = back.data()["objects"].as_array().expect("objects").iter();
    assert!(actions.clone().all(|object| object["action"] == "deleted"));
    assert_eq!(actions.len(), 3);
    // Before the first change the catalog is empty.
    let whole = compare(&owner, "?from=0").await;
    assert_eq!(
        whole.data()["objects"].as_array().expect("objects").len(),
        4
    );
}

#[tokio::test]
async fn the_cause_is_that_of_the_newest_change() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.set("jpy", "150", json!({})).await.data();
    let from = head(owner).await;
    shop.set("jpy", "150", shop.manual_price(7000)).await.data();
    let lines = async || told(&compare(owner, &format!("?from={from}")).await.data()["objects"]);
    let price = "prices[monthly].regionalPrices[jpy].price: 7350 → ";
    assert_eq!(lines().await[1], format!("{price}7000"));
    let resync = owner.post("/plans/pro/regional/jpy/resync", json!({}));
    resync.await.data();
    assert_eq!(lines().await, Vec::<String>::new());
    shop.change(json!({"price": 5000})).await.data();
    assert!(lines().await.contains(&format!("{price}7500 (derived)")));
}

#[tokio::test]
async fn wrong_revisions_are_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (query, fields) in [
        ("", &["from"][..]),
        ("?to=1", &["from"]),
        ("?from=2", &["from"]),
        ("?from=1&to=2", &["to"]),
        ("?from=-1", &["from"]),
        ("?from=one&to=two", &["from", "to"]),
        ("?from=1&from=1", &["from"]),
        ("?from=99999999999999999999", &["from"]),
        ("?from=1&after=1", &["after"]),
    ] {
        compare(&owner, query).await.invalid(fields);
    }
}
