//! Creating plans.

use super::*;

#[tokio::test]
async fn plan_fields_left_out_have_defaults() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, json!({"name": "Pro", "code": "pro"})).await;
    let data = made.data();
    assert!(made.id().starts_with("pln_"));
    assert_eq!(data["createdAt"], data["updatedAt"]);
    let expected = json!({
        "id": data["id"], "name": "Pro", "code": "pro", "description": null,
        "consumptionModel": "metered", "isPublic": true, "isDefault": true, "isFree": false,
        "blockOnExhaustion": null, "sortOrder": 0, "planGroupId": null, "metadata": null,
        "createdAt": data["createdAt"], "updatedAt": data["updatedAt"],
        "features": [], "prices": [], "exchangeRates": [], "object": "plan", "livemode": false,
    });
    assert_eq!(data, &expected);
    for name in [made.id(), "pro"] {
        assert_eq!(owner.get(&format!("/plans/{name}")).await.data(), data);
    }
}

#[tokio::test]
async fn a_plan_keeps_every_value_and_its_mode() {
    let server = TestServer::start().await;
    let owner = server.actor("acme", Mode::Live).await;
    let group = group(&owner, "Teams").await;
    let body = json!({
        "name": "Prö 🎉", "code": "pro_2", "description": "a\n'b\" \\ %", "isPublic": false,
        "consumptionModel": "credits", "isFree": true, "blockOnExhaustion": true,
        "planGroupId": group, "metadata": {"badge": "popular", "tags": [1, null, {"a": true}]},
    });
    let made = create(&owner, body.clone()).await;
    for (field, value) in body.as_object().expect("an object") {
        assert_eq!(&made.data()[field], value, "{field}");
    }
    assert_eq!(made.data()["livemode"], true);
    assert_eq!(owner.get("/plans/pro_2").await.data(), made.data());
}

#[tokio::test]
async fn all_faults_of_a_new_plan_are_named() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    create(&owner, json!({})).await.invalid(&["name", "code"]);
    let wrong = json!({
        "name": null, "code": "A", "description": null, "consumptionModel": "free",
        "isPublic": null, "isFree": "no", "blockOnExhaustion": null, "planGroupId": null,
        "metadata": [], "sortOrder": 1, "isDefault": true,
    });
    let fields = [
        "name",
        "code",
        "description",
        "consumptionModel",
        "isPublic",
        "isFree",
        "blockOnExhaustion",
        "planGroupId",
        "metadata",
        "sortOrder",
        "isDefault",
    ];
    create(&owner, wrong).await.invalid(&fields);
    for metadata in [json!([]), json!("{}"), json!(1), json!(true)] {
        create(&owner, all_but(json!({"metadata": metadata})))
            .await
            .invalid(&["metadata"]);
    }
    assert!(ids(&owner.get("/plans?includePrivate=true").await).is_empty());
}

#[tokio::test]
async fn texts_of_a_plan_have_limits_in_characters() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (field, most) in [("name", 200), ("description", 2000)] {
        let body = |text: String| all_but(json!({"code": field, field: text}));
        let made = create(&owner, body("日".repeat(most))).await;
        assert_eq!(made.text(field).chars().count(), most);
        for text in ["日".repeat(most + 1), "nul \u{0}".to_owned()] {
            create(&owner, body(text.clone())).await.invalid(&[field]);
            update(&owner, field, json!({field: text}))
                .await
                .invalid(&[field]);
        }
    }
    create(&owner, all_but(json!({"name": ""})))
        .await
        .invalid(&["name"]);
    update(&owner, "name", json!({"name": ""}))
        .await
        .invalid(&["name"]);
}

#[tokio::test]
async fn code_like_an_id_or_a_path_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let long = "a".repeat(101);
    for code in [
        "", "A", "a b", "a-b", "é", "a\n", "a\u{0}", &long, "manage", "pln_", "pln_a",
    ] {
        create(&owner, all_but(json!({"code": code})))
            .await
            .invalid(&["code"]);
    }
    for code in ["0", "_", "pln", "xpln_", "manage_", "feat_1", &long[1..]] {
        let made = create(&owner, all_but(json!({"code": code}))).await;
        assert_eq!(made.text("code"), code);
        assert_eq!(
            owner.get(&format!("/plans/{code}")).await.data(),
            made.data()
        );
    }
}

#[tokio::test]
async fn use_of_a_metered_plan_is_never_blocked() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (index, (model, sent, expected)) in [
        ("metered", json!(false), json!(null)),
        ("credits", json!(null), json!(false)),
        ("credits", json!(true), json!(true)),
        ("balance", json!(false), json!(false)),
        ("balance", json!(true), json!(true)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = json!({"code": format!("p{index}"), "consumptionModel": model});
        if !sent.is_null() {
            body["blockOnExhaustion"] = sent;
        }
        let made = create(&owner, all_but(body)).await;
        assert_eq!(made.data()["blockOnExhaustion"], expected);
        assert_eq!(
            owner.get(&format!("/plans/p{index}")).await.data(),
            made.data()
        );
    }
    for model in [json!({}), json!({"consumptionModel": "metered"})] {
        let mut body = all_but(model);
        body["blockOnExhaustion"] = json!(true);
        create(&owner, body).await.invalid(&["blockOnExhaustion"]);
    }
}

#[tokio::test]
async fn a_new_plan_is_refused_in_order() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    plan(&owner, "pro").await;
    let unknown = format!("grp_{}", "0".repeat(32));
    // The schema, then the names in the body, then the rules, then conflicts.
    let all_wrong = json!({"name": "", "code": "manage", "planGroupId": unknown});
    create(&owner, all_wrong).await.invalid(&["name"]);
    for group in [unknown.as_str(), "", "Teams"] {
        let body = json!({"code": "manage", "planGroupId": group, "blockOnExhaustion": true});
        create(&owner, all_but(body))
            .await
            .refused(404, "plan_group_not_found");
    }
    let long = json!({"k".repeat(41): 1});
    let body = json!({"code": "manage", "blockOnExhaustion": true, "metadata": long});
    create(&owner, all_but(body))
        .await
        .invalid(&["code", "blockOnExhaustion", "metadata"]);
    let body = json!({"code": "pro", "blockOnExhaustion": true});
    create(&owner, all_but(body))
        .await
        .invalid(&["blockOnExhaustion"]);
    let taken = create(&owner, all_but(json!({"code": "pro"}))).await;
    taken.refused(409, "duplicate");
    assert_eq!(taken.body["error"]["param"], "code");
    assert_eq!(ids(&owner.get("/plans").await).len(), 1);
}

#[tokio::test]
async fn code_is_free_in_other_scopes() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = plan(&owner, "pro").await;
    for (organization, mode) in [("rival", Mode::Sandbox), ("acme", Mode::Live)] {
        plan(&server.actor(organization, mode).await, "pro").await;
    }
    let deleted = delete(&owner, "pro").await;
    let expected = json!({"id": first, "deleted": true, "object": "plan", "livemode": false});
    assert_eq!(deleted.data(), &expected);
    for name in ["pro", &first] {
        let missing = "plan_not_found";
        owner
            .get(&format!("/plans/{name}"))
            .await
            .refused(404, missing);
        update(&owner, name, json!({})).await.refused(404, missing);
        show(&owner, name, true).await.refused(404, missing);
        delete(&owner, name).await.refused(404, missing);
    }
    let second = plan(&owner, "pro").await;
    assert_ne!(first, second);
    assert_eq!(ids(&owner.get("/plans").await), [second]);
}

#[tokio::test]
async fn a_plan_can_be_made_inside_a_group() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    plan(&owner, "a").await;
    let made = create(&owner, all_but(json!({"code": "b", "planGroupId": group}))).await;
    assert_eq!(
        (&made.data()["planGroupId"], &made.data()["sortOrder"]),
        (&json!(group), &json!(0))
    );
    add_to_group(&owner, &group, "a", 4).await;
    let made = create(&owner, all_but(json!({"code": "c", "planGroupId": group}))).await;
    assert_eq!(made.data()["sortOrder"], 5);
    // After leaving the group, the plan is ordered by its creation.
    owner
        .delete(&format!("/plan-groups/{group}/plans/c"))
        .await
        .data();
    assert_eq!(owner.get("/plans/c").await.data()["sortOrder"], 2);
}
