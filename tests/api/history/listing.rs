//! Pages of the log, filters, and single changes.

use super::*;
use crate::support::let_the_clock_move;
use crate::support::reads::{check_bad_pages, check_pages, check_tag};

#[tokio::test]
async fn the_newest_change_comes_first() {
    let shop = Shop::open().await;
    for price in 1..=4 {
        shop.change(json!({"price": price})).await.data();
    }
    let whole = log(&shop.owner).await;
    let last = head(&shop.owner).await;
    assert_eq!(revisions(&whole), (1..=last).rev().collect::<Vec<_>>());
    assert_eq!(whole.body["head"], last);
    assert_eq!(whole.body["hasMore"], false);
    let items = whole.data().as_array().expect("changes").clone();
    check_pages(&shop.owner, "/changes", &items).await;
    check_bad_pages(&shop.owner, "/changes").await;
    check_tag(&shop.owner, "/changes").await;
    let times: Vec<_> = items.iter().map(|change| text(&change["at"])).collect();
    assert!(times.iter().rev().is_sorted(), "{times:?}");
}

#[tokio::test]
async fn pages_keep_their_place_while_others_write() {
    let shop = Shop::open().await;
    let before = head(&shop.owner).await;
    let mut seen = Vec::new();
    let mut path = "/changes?limit=2".to_owned();
    loop {
        let page = shop.owner.get(&path).await;
        seen.extend(revisions(&page));
        shop.change(json!({"price": seen.len()})).await.data();
        match page.body["nextCursor"].as_str() {
            Some(cursor) => path = format!("/changes?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, (1..=before).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn there_are_25_changes_unless_asked() {
    let shop = Shop::open().await;
    for price in 1..=25 {
        shop.change(json!({"price": price})).await.data();
    }
    let page = shop.owner.get("/changes").await;
    assert_eq!(revisions(&page).len(), 25);
    assert_eq!(page.body["hasMore"], true);
    for wrong in ["0", "101", "-1", "ten"] {
        let path = format!("/changes?after=0&limit={wrong}");
        shop.owner.get(&path).await.invalid(&["limit"]);
    }
}

/// The revisions that a query finds, the newest first.
async fn found(owner: &Actor, query: &str) -> Vec<i64> {
    revisions(&owner.get(&format!("/changes?limit=100&{query}")).await)
}

#[tokio::test]
async fn changes_are_found_by_their_objects() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    // 1 is the key.
    let feature = owner.make_feature("calls", "usage").await; // 2
    let plan = owner.make_plan("pro", json!({})).await; // 3
    let calls = json!({"featureId": "calls"});
    owner.post("/plans/pro/features", calls).await.data(); // 4
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await; // 5
    let group = group.id().to_owned();
    let add = json!({"planId": "pro"});
    let path = format!("/plan-groups/{group}/plans");
    owner.post(&path, add).await.data(); // 6
    let rename = json!({"name": "Calls"});
    owner.put("/features/calls/manage", rename).await.data(); // 7
    owner.delete(&format!("/plan-groups/{group}")).await.data(); // 8
    let key = newest_key(&owner).await;
    for (query, expected) in [
        ("objectType=plan", vec![8, 6, 4, 3]),
        ("objectType=feature", vec![7, 2]),
        ("objectType=plan_group", vec![8, 5]),
        ("objectType=api_key", vec![1]),
        ("objectId=pro", vec![8, 6, 4, 3]),
        ("objectId=calls", vec![7, 2]),
        ("objectId=none", vec![]),
        (&format!("objectId={plan}"), vec![8, 6, 4, 3]),
        (&format!("objectId={feature}"), vec![7, 2]),
        (&format!("objectId={group}"), vec![8, 5]),
        (&format!("objectId={key}"), vec![1]),
        ("objectId=pro&objectType=plan", vec![8, 6, 4, 3]),
        ("objectId=pro&objectType=feature", vec![]),
        (&format!("objectId={group}&objectType=plan"), vec![]),
        ("objectId=pro&limit=1", vec![]),
    ] {
        if query.contains("limit") {
            let path = format!("/changes?limit=2&{query}");
            owner.get(&path).await.invalid(&["limit"]);
            continue;
        }
        assert_eq!(found(&owner, query).await, expected, "{query}");
        let mut oldest_first = found(&owner, &format!("{query}&after=0")).await;
        oldest_first.reverse();
        assert_eq!(oldest_first, expected, "{query}");
    }
}

async fn newest_key(owner: &Actor) -> String {
    let keys = owner.get("/api-keys").await;
    text(&keys.data()[0]["id"]).to_owned()
}

#[tokio::test]
async fn a_code_finds_all_that_had_it() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await; // 2
    owner.delete("/plans/pro/manage").await.data(); // 3
    owner.make_plan("pro", json!({})).await; // 4
    owner.make_feature("pro", "usage").await; // 5
    assert_eq!(found(&owner, "objectId=pro").await, [5, 4, 3, 2]);
    assert_eq!(
        found(&owner, "objectId=pro&objectType=plan").await,
        [4, 3, 2]
    );
}

#[tokio::test]
async fn changes_are_found_by_who_made_them() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    let made = owner.post("/api-keys", json!({"name": "CI"})).await;
    let ci = owner.with_key(made.text("apiKey"));
    ci.make_feature("seats", "seats").await;
    ci.make_feature("disk", "usage").await;
    let last = head(owner).await;
    let by_ci = format!("actor={}", made.id());
    assert_eq!(found(owner, &by_ci).await, [last, last - 1]);
    let seats = format!("{by_ci}&objectId=seats");
    assert_eq!(found(owner, &seats).await, [last - 1]);
    let nobody = format!("actor=key_{}", "0".repeat(32));
    assert_eq!(found(owner, &nobody).await, [0; 0]);
}

#[tokio::test]
async fn changes_are_found_by_their_times() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for code in ["a", "b", "c"] {
        let_the_clock_move().await;
        owner.make_feature(code, "usage").await;
    }
    let log = log(&owner).await;
    let at = |revision: usize| text(&log.data()[4 - revision]["at"]);
    for (query, expected) in [
        (format!("since={}", at(3)), vec![4, 3]),
        (format!("until={}", at(3)), vec![3, 2, 1]),
        (format!("since={}&until={}", at(2), at(3)), vec![3, 2]),
        (format!("since={}&until={}", at(3), at(2)), vec![]),
        ("since=2999-01-01T00:00:00Z".to_owned(), vec![]),
        ("until=2001-01-01T00:00:00Z".to_owned(), vec![]),
        (
            "since=2001-01-01T00:00:00%2B02:00".to_owned(),
            vec![4, 3, 2, 1],
        ),
        (format!("since={}&objectId=b", at(2)), vec![3]),
    ] {
        assert_eq!(found(&owner, &query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn wrong_filters_are_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let long = format!("objectId={}", "a".repeat(201));
    for (query, fields) in [
        ("objectType=plans", &["objectType"][..]),
        ("objectType=", &["objectType"]),
        ("objectId=", &["objectId"]),
        (long.as_str(), &["objectId"]),
        ("actor=me", &["actor"]),
        ("since=yesterday", &["since"]),
        ("until=2026-13-01T00:00:00Z", &["until"]),
        ("after=-1", &["after"]),
        ("after=one", &["after"]),
        ("after=0&wait=31", &["wait"]),
        ("after=0&wait=-1", &["wait"]),
        ("after=0&wait=1.5", &["wait"]),
        ("wait=1", &["wait"]),
        ("wait=0", &["wait"]),
        ("type=plan", &["type"]),
    ] {
        owner
            .get(&format!("/changes?{query}"))
            .await
            .invalid(fields);
    }
    owner.make_feature("calls", "usage").await;
    let page = owner.get("/changes?limit=1").await;
    let cursor = page.body["nextCursor"].as_str().expect("a cursor");
    let both = format!("/changes?after=0&cursor={cursor}");
    owner.get(&both).await.invalid(&["cursor"]);
}

#[tokio::test]
async fn a_change_is_read_by_its_revision() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    for change in log(owner).await.data().as_array().expect("changes") {
        let path = format!("/changes/{}", change["revision"]);
        assert_eq!(owner.get(&path).await.data(), change);
        check_tag(owner, &path).await;
    }
    let next = (head(owner).await + 1).to_string();
    for revision in ["0", &next, "-1", "1.0", "one", "99999999999999999999"] {
        let path = format!("/changes/{revision}");
        owner.get(&path).await.refused(404, "change_not_found");
    }
}
