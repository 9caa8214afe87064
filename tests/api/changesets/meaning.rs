//! What a document means for what it names, and for what it does not.

use super::*;

/// A server with the example.
async fn example() -> (TestServer, Actor) {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    (server, owner)
}

#[tokio::test]
async fn a_price_change_shows_what_follows() {
    let (_server, owner) = example().await;
    let id = owner.show_plan("pro").await["prices"][0]["id"].clone();
    let prices = json!({
        "monthly": {"price": "59.00", "trialDays": 14, "introOffer": {"percent": "25", "cycles": 3}},
        "yearly": {"price": "490.00"},
    });
    let document = json!({"pricebook": 1, "plans": {"pro": {"name": "Pro", "prices": prices}}});
    let changeset = plan(&owner, document).await.data().clone();
    assert_eq!(told(&changeset), ["updated plan pro"]);
    assert_eq!(
        fields(&changeset, "pro"),
        [
            "prices[monthly].price: 4900 → 5900",
            "prices[monthly].regionalPrices[jpy].price: 7350 → 8850 (derived)",
        ]
    );
    let manual = &changeset["manualValues"][0];
    assert_eq!(manual["path"], "prices[monthly].regionalPrices[eur].price");
    assert_eq!(
        (&manual["value"], &manual["derivedWouldBe"]),
        (&json!(4500), &json!(5428))
    );
    apply(&owner, &changeset).await.data();
    let pro = owner.show_plan("pro").await;
    assert_eq!(pro["prices"][0]["id"], id, "ids stay");
    assert_eq!(pro["prices"][0]["isDefault"], true);
}

#[tokio::test]
async fn what_is_not_named_stays() {
    let (_server, owner) = example().await;
    let before = json_of(&owner).await;
    let document = json!({"pricebook": 1, "plans": {"team": {"name": "Teams"}}});
    set(&owner, document).await;
    let mut after = json_of(&owner).await;
    assert_eq!(after["plans"]["team"]["name"], "Teams");
    after["plans"]["team"]["name"] = "Team".into();
    assert_eq!(after, before);
}

#[tokio::test]
async fn null_and_nothing_empty_a_part() {
    let (_server, owner) = example().await;
    let document = json!({"pricebook": 1, "plans": {"pro": {
        "name": "Pro", "metadata": null, "features": {}, "regional": null,
    }}, "groups": {"s": {"name": "Standard", "plans": []}}});
    let changeset = plan(&owner, document).await.data().clone();
    let wiped = json!({"acknowledge": ["prices-wiped"]});
    apply_with(&owner, &changeset, wiped).await.data();
    let pro = owner.show_plan("pro").await;
    assert_eq!(
        (&pro["metadata"], &pro["features"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(pro["exchangeRates"], json!([]));
    assert_eq!(pro["prices"].as_array().unwrap().len(), 2);
    assert_eq!(pro["planGroupId"], Value::Null);
}

#[tokio::test]
async fn pruning_deletes_only_in_sections_of_the_source() {
    let (_server, owner) = example().await;
    let team = json!({"name": "Team", "prices": {"monthly": {"price": "99.00"}}});
    let source = json!({"document": {"pricebook": 1, "plans": {"team": team}}});
    let body = json!({"source": source, "prune": "all"});
    let changeset = owner.post("/changesets", body).await.data().clone();
    assert_eq!(told(&changeset), ["updated plan team", "deleted plan pro"]);
    apply_with(&owner, &changeset, json!({"acknowledge": ["prices-wiped"]}))
        .await
        .data();
    let rest = json_of(&owner).await;
    assert_eq!(
        rest["features"].as_object().unwrap().len(),
        2,
        "features stay"
    );
    assert_eq!(rest["groups"]["standard"]["plans"], json!(["team"]));
    assert_eq!(
        rest["plans"]["team"].get("regional"),
        None,
        "left out is default"
    );
    assert_eq!(
        rest["plans"]["team"]["default"], true,
        "the default is handed on"
    );
}

#[tokio::test]
async fn a_feature_that_a_plan_has_is_not_pruned() {
    let (_server, owner) = example().await;
    let source = json!({"document": {"pricebook": 1, "features": {}}});
    let body = json!({"source": source, "prune": "all"});
    owner
        .post("/changesets", body)
        .await
        .refused(409, "feature_in_use");
}

#[tokio::test]
async fn include_takes_a_part_and_the_features_it_needs() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = json!({"source": {"document": EXAMPLE}, "include": ["plans/pro"]});
    let changeset = owner.post("/changesets", body).await.data().clone();
    assert_eq!(
        told(&changeset),
        [
            "created feature api_calls",
            "created feature sso",
            "created plan pro"
        ]
    );
    let body = json!({"source": {"document": EXAMPLE}, "include": ["groups/standard"]});
    let refused = owner.post("/changesets", body).await;
    refused.refused(400, "document_invalid");
    for wrong in ["plan", "plans/", "plans/nobody", ""] {
        let body = json!({"source": {"document": EXAMPLE}, "include": [wrong]});
        owner
            .post("/changesets", body)
            .await
            .invalid(&["include[0]"]);
    }
}

#[tokio::test]
async fn a_group_gets_the_order_of_its_list() {
    let (_server, owner) = example().await;
    let order = |plans: Value| json!({"pricebook": 1, "groups": {"any": {"name": "Standard", "plans": plans}}});
    let changeset = plan(&owner, order(json!(["pro", "team"])))
        .await
        .data()
        .clone();
    assert_eq!(changeset["objects"], json!([]), "the same order");
    set(&owner, order(json!(["team", "pro"]))).await;
    assert_eq!(
        json_of(&owner).await["groups"]["standard"]["plans"],
        json!(["team", "pro"])
    );
    owner.make_plan("third", json!({})).await;
    let changeset = plan(&owner, order(json!(["team", "pro", "third"])))
        .await
        .data()
        .clone();
    assert_eq!(
        told(&changeset),
        ["updated plan third"],
        "nobody is renumbered"
    );
}

#[tokio::test]
async fn the_default_plan_and_price_move_only_when_named() {
    let (_server, owner) = example().await;
    let document = |default: Value| json!({"pricebook": 1, "plans": {"team": {"name": "Team", "default": default}}});
    set(&owner, document(true.into())).await;
    assert_eq!(owner.show_plan("team").await["isDefault"], true);
    assert_eq!(owner.show_plan("pro").await["isDefault"], false);
    plan(&owner, document(false.into()))
        .await
        .refused(400, "document_invalid");
    let yearly = json!({"pricebook": 1, "plans": {"pro": {"name": "Pro", "prices": {
        "monthly": {"price": "49.00"}, "yearly": {"price": "490.00", "default": true},
    }}}});
    set(&owner, yearly).await;
    let pro = owner.show_plan("pro").await;
    assert_eq!(pro["prices"][1]["isDefault"], true);
}

/// As when they are moved by calls of their own.
#[tokio::test]
async fn what_moves_by_itself_was_not_asked_for() {
    let (_server, owner) = example().await;
    let all = r#"{"pricebook": 1, "groups": {}, "plans": {"team": {"name": "Team", "prices": {"yearly": {"price": "99.00"}}}}}"#;
    let source = json!({"source": {"document": all}, "prune": "all"});
    let changeset = owner.post("/changesets", source).await.data().clone();
    let team = fields(&changeset, "team");
    for moved in [
        "isDefault: false → true (derived)",
        "prices[yearly].isDefault: null → true",
    ] {
        assert!(team.contains(&moved.to_owned()), "{moved}: {team:?}");
    }
    assert!(
        team.iter()
            .any(|field| field.starts_with("planGroupId: ") && field.ends_with("→ null (derived)")),
        "{team:?}"
    );

    let pro = r#"{"pricebook": 1, "plans": {"pro": {"name": "Pro", "prices": {"yearly": {"price": "490.00"}}}}}"#;
    let changeset = plan(&owner, pro).await.data().clone();
    let moved = "prices[yearly].isDefault: false → true (derived)";
    assert!(fields(&changeset, "pro").contains(&moved.to_owned()));

    let named = r#"{"pricebook": 1, "groups": {"standard": {"name": "Standard", "plans": ["pro"]}}, "plans": {"team": {"name": "Team", "default": true}}}"#;
    let changeset = plan(&owner, named).await.data().clone();
    let team = fields(&changeset, "team");
    assert!(
        team.contains(&"isDefault: false → true".to_owned()),
        "{team:?}"
    );
    assert!(
        team.iter()
            .any(|field| field.starts_with("planGroupId: ") && field.ends_with("→ null")),
        "{team:?}"
    );
    let pro = fields(&changeset, "pro");
    assert!(
        pro.contains(&"isDefault: true → false (derived)".to_owned()),
        "{pro:?}"
    );
}

#[tokio::test]
async fn the_first_of_a_new_catalog_is_its_default() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let document = r#"{"pricebook": 1, "groups": {"g": {"name": "G", "plans": ["c", "a", "b"]}},
        "plans": {"a": {"name": "A"}, "b": {"name": "B"}, "c": {"name": "C"}}}"#;
    set(&owner, document).await;
    assert_eq!(owner.show_plan("a").await["isDefault"], true);
}

#[tokio::test]
async fn rates_compare_by_value() {
    let (_server, owner) = example().await;
    let document = json!({"pricebook": 1, "plans": {"team": {"name": "Team", "regional": {
        "jpy": {"rate": 150.0}, "eur": {"rate": "9.2e-1"},
    }}}});
    let changeset = plan(&owner, document).await.data().clone();
    assert_eq!(changeset["objects"], json!([]));
}

/// A renamed feature is no change of its plans, which show the new name all the same.
#[tokio::test]
async fn a_renamed_feature_is_one_change() {
    let (_server, owner) = example().await;
    let document =
        json!({"pricebook": 1, "features": {"sso": {"name": "Single sign-on", "type": "boolean"}}});
    let changeset = plan(&owner, document).await.data().clone();
    assert_eq!(told(&changeset), ["updated feature sso"]);
    apply(&owner, &changeset).await.data();
    let pro = owner.show_plan("pro").await;
    assert_eq!(pro["features"][1]["name"], "Single sign-on");
}

#[tokio::test]
async fn one_change_that_can_be_taken_back() {
    let (_server, owner) = example().await;
    let before = yaml(&owner).await;
    let plans = owner.get("/plans").await.data().clone();
    let document = r#"{"pricebook": 1, "features": {"seats": {"name": "Seats", "type": "seats"}},
        "plans": {"pro": {"name": "Pro+", "prices": {"weekly": {"price": "15.00"}}, "features": {"seats": {"included": 3}}},
                  "extra": {"name": "Extra"}}}"#;
    let applied = plan(&owner, document).await.data().clone();
    let applied = apply_with(&owner, &applied, json!({"acknowledge": ["prices-wiped"]}))
        .await
        .data()
        .clone();
    let change = owner.get("/changes?limit=1").await.data()[0].clone();
    assert_eq!(
        (&change["revision"], &change["operation"]),
        (&applied["revision"], &json!("apply-changeset"))
    );
    assert_eq!(change["objects"].as_array().unwrap().len(), 3);
    let path = format!("/changes/{}/revert", change["revision"]);
    owner.post(&path, json!({})).await.data();
    assert_eq!(yaml(&owner).await, before);
    let mut after = owner.get("/plans").await.data().clone();
    let mut plans = plans;
    for plan in plans
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .chain(after.as_array_mut().unwrap())
    {
        plan["updatedAt"] = Value::Null;
        for price in plan["prices"].as_array_mut().unwrap() {
            price["updatedAt"] = Value::Null;
        }
    }
    assert_eq!(after, plans, "ids and places too");
}
