//! Findings: over a catalog, in changesets and in dry runs.

use super::*;

#[tokio::test]
async fn a_good_catalog_has_no_findings() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let found = owner.get("/catalog/findings").await;
    assert_eq!(found.data(), &json!([]));
    assert_eq!(
        found.body["counts"],
        json!({"error": 0, "warning": 0, "info": 0})
    );
}

#[tokio::test]
async fn findings_are_filtered_and_counted() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let text = EXAMPLE
        .replace("monthly: \"45.00\"", "monthly: \"0.46\"")
        .replace("{percent: \"25\"", "{percent: \"0.25\"");
    let changeset = plan(&owner, text.as_str()).await.data().clone();
    apply_with(&owner, &changeset, json!({"acknowledge": ["price-scale"]}))
        .await
        .data();
    let all = owner.get("/catalog/findings").await;
    assert_eq!(
        all.body["counts"],
        json!({"error": 1, "warning": 2, "info": 0})
    );
    let rules = crate::support::making::each(all.data(), "rule");
    assert!(
        rules.as_array().unwrap().contains(&json!("price-scale")),
        "{rules}"
    );
    let errors = owner.get("/catalog/findings?severity=error").await;
    assert_eq!(errors.data().as_array().unwrap().len(), 1);
    let finding = &errors.data()[0];
    assert_eq!(
        (&finding["value"], &finding["expected"]),
        (&json!(46), &json!(4508))
    );
    assert_eq!(
        owner.get("/catalog/findings?revision=1").await.data(),
        &json!([])
    );
    owner
        .get("/catalog/findings?severity=bad")
        .await
        .invalid(&["severity"]);
}

#[tokio::test]
async fn a_changeset_shows_only_what_it_touches() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let text = EXAMPLE.replace("monthly: \"45.00\"", "monthly: \"0.46\"");
    let changeset = plan(&owner, text.as_str()).await.data().clone();
    apply_with(&owner, &changeset, json!({"acknowledge": ["price-scale"]}))
        .await
        .data();
    let renamed = json!({"pricebook": 1, "plans": {"pro": {"name": "Professional"}}});
    let changeset = plan(&owner, renamed).await.data().clone();
    assert_eq!(changeset["findings"], json!([]));
    apply(&owner, &changeset).await.data();
}

#[tokio::test]
async fn a_dry_run_has_findings() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    let path = format!("/plans/pro/prices/{}/regional?dryRun=true", shop.price);
    let body = json!({"overrides": [{"currency": "jpy", "price": 74}]});
    let tried = shop.owner.put(&path, body).await;
    tried.data();
    let finding = &tried.body["dryRun"]["findings"][0];
    assert_eq!(
        (&finding["rule"], &finding["expected"]),
        (&json!("price-scale"), &json!(7350))
    );
    let path = "/plans/pro/regional?dryRun=true";
    let body = json!({"currency": "jpy", "exchangeRate": 1.5});
    let tried = shop.owner.put(path, body).await;
    assert_eq!(tried.body["dryRun"]["findings"][0]["rule"], "rate-scale");
}

#[tokio::test]
async fn a_plan_switches_rules_off() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let free = json!({"pricebook": 1, "plans": {"pro": {"name": "Pro", "metadata": {"pricebook:ignore": ["plan-unpriced", "prices-wiped"]}, "prices": {}}}});
    let changeset = plan(&owner, free.clone()).await.data().clone();
    assert_eq!(
        changeset["findings"][0]["rule"], "prices-wiped",
        "it was not set before"
    );
    let ignoring = json!({"pricebook": 1, "plans": {"pro": {"name": "Pro", "metadata": {"pricebook:ignore": ["prices-wiped", "plan-unpriced"]}}}});
    set(&owner, ignoring).await;
    let changeset = plan(&owner, free).await.data().clone();
    assert_eq!(changeset["findings"], json!([]));
}
