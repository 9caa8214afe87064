//! The catalog as a document: exports, and documents that are applied.

use super::*;

#[tokio::test]
async fn a_document_makes_a_catalog() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let changeset = plan(&owner, EXAMPLE).await.data().clone();
    assert_eq!(changeset["status"], "open");
    assert_eq!(
        changeset["summary"],
        json!({"created": 5, "updated": 0, "deleted": 0})
    );
    assert_eq!(
        told(&changeset),
        [
            "created feature api_calls",
            "created feature sso",
            "created plan_group Standard",
            "created plan pro",
            "created plan team",
        ]
    );
    for object in changeset["objects"].as_array().unwrap() {
        assert_eq!(object["id"], Value::Null);
    }
    assert_eq!(owner.get("/plans").await.data(), &json!([]), "nothing yet");
    let applied = apply(&owner, &changeset).await.data().clone();
    assert_eq!(applied["changes"], 5);
    let monthly = regional(&owner, "pro", "monthly", "jpy").await;
    assert_eq!(
        (&monthly["price"], &monthly["autoSynced"]),
        (&json!(7350), &json!(true))
    );
    let monthly = regional(&owner, "pro", "monthly", "eur").await;
    assert_eq!(
        (&monthly["price"], &monthly["autoSynced"]),
        (&json!(4500), &json!(false))
    );
    let pro = owner.show_plan("pro").await;
    assert_eq!(pro["isDefault"], true);
    assert_eq!(pro["features"][0]["overage"]["unitPrice"], 20);
    let groups = owner.get("/plan-groups").await.data().clone();
    assert_eq!(groups[0]["plans"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_export_is_no_change_and_makes_the_same_catalog() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let text = yaml(&owner).await;
    for prune in ["none", "all"] {
        let source = json!({"source": {"document": text}, "prune": prune});
        let changeset = owner.post("/changesets", source).await.data().clone();
        assert_eq!(changeset["objects"], json!([]), "{prune}");
        let as_json = json!({"source": {"document": json_of(&owner).await}, "prune": prune});
        let changeset = owner.post("/changesets", as_json).await.data().clone();
        assert_eq!(changeset["objects"], json!([]), "{prune}");
    }
    let other = server.actor("other", Mode::Sandbox).await;
    set(&other, text.as_str()).await;
    assert_eq!(yaml(&other).await, text);
    let third = server.actor("third", Mode::Sandbox).await;
    set(&third, json_of(&owner).await).await;
    assert_eq!(yaml(&third).await, text);
}

#[tokio::test]
async fn an_export_has_a_revision_and_a_tag() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let now = owner.get("/catalog?format=yaml").await;
    assert_eq!(now.header("content-type"), Some("application/yaml"));
    let revision = now.header("catalog-revision").unwrap().to_owned();
    let tag = now.header("etag").unwrap().to_owned();
    let again = owner
        .request(Method::GET, "/catalog?format=yaml")
        .header("if-none-match", &tag);
    assert_eq!(owner.send(again).await.status, 304);
    owner.make_plan("later", json!({})).await;
    let then = owner
        .get(&format!("/catalog?format=yaml&revision={revision}"))
        .await;
    assert_eq!(then.text, now.text);
    assert_eq!(then.header("etag"), Some(tag.as_str()));
    assert!(yaml(&owner).await.contains("later"));
    owner
        .get("/catalog?revision=999")
        .await
        .invalid(&["revision"]);
    owner.get("/catalog?format=xml").await.invalid(&["format"]);
}

#[tokio::test]
async fn accept_chooses_the_format() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (accept, kind) in [
        ("application/yaml", "application/yaml"),
        ("text/yaml, */*;q=0.1", "application/yaml"),
        ("application/json, application/yaml", "application/json"),
        ("*/*", "application/json"),
        ("application/yaml;q=0", "application/json"),
    ] {
        let request = owner
            .request(Method::GET, "/catalog")
            .header("accept", accept);
        let reply = owner.send(request).await;
        assert_eq!(reply.header("content-type"), Some(kind), "{accept}");
        let vary = reply.headers.get_all("vary").iter();
        let vary: Vec<_> = vary.map(|value| value.to_str().unwrap()).collect();
        assert_eq!(vary, ["accept", "x-api-key, accept-encoding"]);
    }
}

/// Each state that a plan can have is in a document, shown or not.
#[tokio::test]
async fn what_is_out_of_sight_is_exported_too() {
    let shop = Shop::with_balance().await;
    let owner = &shop.owner;
    shop.add_calls(20).await.data();
    shop.change(json!({"introOffer": {"enabled": true, "discountType": "amount", "discountValue": 500, "durationCycles": 2}})).await.data();
    shop.set("eur", "0.92", shop.manual_offer("amount", 400))
        .await
        .data();
    shop.set("jpy", "1.5e2", shop.manual_price(7000))
        .await
        .data();
    let overage = json!({"features": [{"featureId": "calls", "overageUnitPrice": 19}]});
    shop.set("gbp", "0.80", overage).await.data();
    shop.upsert(json!([{"currency": "brl", "price": 25_000, "includedBalance": 9900}]))
        .await
        .data();
    shop.change_calls(json!({"enabled": false})).await.data();
    shop.change(json!({"introOffer": {"enabled": false}}))
        .await
        .data();
    let yearly = owner.make_price("pro", "yearly", 49_000, json!({})).await;
    owner
        .delete(&format!("/plans/pro/prices/{yearly}/regional"))
        .await
        .data();
    let text = yaml(owner).await;
    let changeset = plan(owner, text.as_str()).await.data().clone();
    assert_eq!(changeset["objects"], json!([]), "{text}");
    let other = shop.server.actor("other", Mode::Sandbox).await;
    set(&other, text.as_str()).await;
    assert_eq!(yaml(&other).await, text);
    // What comes into sight again is the same.
    for actor in [owner, &other] {
        let plan = actor.show_plan("pro").await;
        let monthly = plan["prices"][0]["id"].as_str().unwrap();
        let on = json!({"introOffer": {"enabled": true}});
        actor
            .put(&format!("/plans/pro/prices/{monthly}"), on)
            .await
            .data();
        let on = json!({"overage": {"enabled": true}});
        actor.put("/plans/pro/features/calls", on).await.data();
    }
    assert_eq!(yaml(&other).await, yaml(owner).await);
}
