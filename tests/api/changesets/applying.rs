//! Applying changesets.

use super::*;

#[tokio::test]
async fn a_changeset_is_applied_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let changeset = plan(&owner, EXAMPLE).await.data().clone();
    let wrong = json!({"digest": "0".repeat(64)});
    let refused = apply_with(&owner, &changeset, wrong).await;
    refused.refused(400, "digest_mismatch");
    assert_eq!(
        refused.body["error"]["details"]["digest"],
        changeset["digest"]
    );
    let applied = apply(&owner, &changeset).await.data().clone();
    apply(&owner, &changeset)
        .await
        .refused(409, "already_applied");
    let path = format!("/changesets/{}", changeset["id"].as_str().unwrap());
    let kept = owner.get(&path).await.data().clone();
    assert_eq!(
        (&kept["status"], &kept["appliedRevision"]),
        (&json!("applied"), &applied["revision"])
    );
    assert_eq!(
        kept["objects"], changeset["objects"],
        "what was looked at stays"
    );
    owner.delete(&path).await.refused(409, "already_applied");
}

#[tokio::test]
async fn an_empty_changeset_adds_no_change() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let head = owner.get("/changes?limit=1").await.body["head"].clone();
    let changeset = plan(&owner, EXAMPLE).await.data().clone();
    let applied = apply(&owner, &changeset).await.data().clone();
    assert_eq!(
        (&applied["changes"], &applied["revision"]),
        (&json!(0), &head)
    );
    assert_eq!(owner.get("/changes?limit=1").await.body["head"], head);
}

#[tokio::test]
async fn errors_of_the_lint_are_acknowledged_by_name() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let text = EXAMPLE.replace("monthly: \"45.00\"", "monthly: \"4500.00\"");
    let changeset = plan(&owner, text.as_str()).await.data().clone();
    assert_eq!(changeset["findings"][0]["rule"], "price-scale");
    let refused = apply(&owner, &changeset).await;
    refused.refused(400, "findings_not_acknowledged");
    assert_eq!(refused.body["error"]["details"], changeset["findings"]);
    let other = json!({"acknowledge": ["rate-jump"]});
    apply_with(&owner, &changeset, other)
        .await
        .refused(400, "findings_not_acknowledged");
    let unknown = json!({"acknowledge": ["everything"]});
    apply_with(&owner, &changeset, unknown)
        .await
        .invalid(&["acknowledge[0]"]);
    let named = json!({"acknowledge": ["price-scale"]});
    apply_with(&owner, &changeset, named).await.data();
}

#[tokio::test]
async fn deletions_in_live_are_confirmed() {
    let server = TestServer::start().await;
    let live = server.actor("acme", Mode::Live).await;
    set(&live, EXAMPLE).await;
    let without_yearly = json!({"pricebook": 1, "plans": {"pro": {"name": "Pro", "prices": {"monthly": {"price": "49.00"}}}}});
    let changeset = plan(&live, without_yearly).await.data().clone();
    apply(&live, &changeset)
        .await
        .refused(400, "confirmation_required");
    apply_with(&live, &changeset, json!({"confirm": "sandbox"}))
        .await
        .invalid(&["confirm"]);
    apply_with(&live, &changeset, json!({"confirm": "live"}))
        .await
        .data();
    let pruned = json!({"source": {"document": {"pricebook": 1, "plans": {}}}, "prune": "all"});
    let changeset = live.post("/changesets", pruned).await.data().clone();
    apply(&live, &changeset)
        .await
        .refused(400, "confirmation_required");
    apply_with(&live, &changeset, json!({"confirm": "live"}))
        .await
        .data();
}

#[tokio::test]
async fn a_dry_run_shows_what_applying_does() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let changeset = plan(&owner, EXAMPLE).await.data().clone();
    let path = format!(
        "/changesets/{}/apply?dryRun=true",
        changeset["id"].as_str().unwrap()
    );
    let tried = owner
        .post(&path, json!({"digest": changeset["digest"]}))
        .await;
    tried.data();
    assert_eq!(tried.header("pricebook-dry-run"), Some("true"));
    assert_eq!(tried.body["dryRun"]["changes"].as_array().unwrap().len(), 5);
    assert_eq!(owner.get("/plans").await.data(), &json!([]));
    let create = owner
        .post(
            "/changesets?dryRun=true",
            json!({"source": {"document": EXAMPLE}}),
        )
        .await;
    let id = create.id().to_owned();
    assert_eq!(create.body["data"]["digest"], changeset["digest"]);
    owner
        .get(&format!("/changesets/{id}"))
        .await
        .refused(404, "changeset_not_found");
    apply(&owner, &changeset).await.data();
}

#[tokio::test]
async fn calls_are_repeated_by_their_key() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = json!({"source": {"document": EXAMPLE}});
    let send = async |path: &str, body: &Value, key: &str| {
        let request = owner
            .request(Method::POST, path)
            .header("idempotency-key", key);
        owner.send(request.json(body)).await
    };
    let first = send("/changesets", &body, "one").await;
    let again = send("/changesets", &body, "one").await;
    assert_eq!(
        (again.id(), again.header("idempotency-replayed")),
        (first.id(), Some("true"))
    );
    let other = json!({"source": {"document": "pricebook: 1"}});
    send("/changesets", &other, "one")
        .await
        .refused(409, "idempotency_key_mismatch");
    let path = format!("/changesets/{}/apply", first.id());
    let digest = json!({"digest": first.text("digest")});
    let applied = send(&path, &digest, "two").await;
    let again = send(&path, &digest, "two").await;
    assert_eq!(again.data(), applied.data());
}

/// The note of a changeset is why its change was made, unless applying it has one.
#[tokio::test]
async fn a_note_goes_with_the_change() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let request = owner
        .request(Method::POST, "/changesets")
        .header("change-note", "Q3%20prices");
    let changeset = owner
        .send(request.json(&json!({"source": {"document": EXAMPLE}})))
        .await
        .data()
        .clone();
    assert_eq!(changeset["note"], "Q3 prices");
    apply(&owner, &changeset).await.data();
    assert_eq!(
        owner.get("/changes?limit=1").await.data()[0]["note"],
        "Q3 prices"
    );
}

/// Of two that apply the same changeset at the same time, one wins.
#[tokio::test]
async fn two_appliers_change_once() {
    let server = TestServer::start().await;
    let other = TestServer::on(server.database.clone()).await;
    let owner = server.owner().await;
    let changeset = plan(&owner, EXAMPLE).await.data().clone();
    let elsewhere = owner.at(&other.base);
    let both = tokio::join!(apply(&owner, &changeset), apply(&elsewhere, &changeset));
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", both.0.body, both.1.body);
    assert_eq!(
        owner.get("/plans").await.data().as_array().unwrap().len(),
        2
    );
}
