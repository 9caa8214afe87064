//! Features.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::reads::{check_bad_pages, check_pages, check_tag, ids, next_cursor, page};
use crate::support::{Actor, Reply, TestServer, let_the_clock_move};

async fn create(actor: &Actor, body: Value) -> Reply {
    actor.post("/features/manage", body).await
}

/// Creates a feature and returns its id.
async fn feature(actor: &Actor, code: &str) -> String {
    create(actor, json!({"name": "Any", "code": code, "type": "usage"}))
        .await
        .id()
        .to_owned()
}

async fn update(actor: &Actor, code: &str, body: Value) -> Reply {
    actor.put(&format!("/features/{code}/manage"), body).await
}

async fn delete(actor: &Actor, code: &str) -> Reply {
    actor.delete(&format!("/features/{code}/manage")).await
}

/// A valid body, except for the fields in `wrong`.
fn all_but(wrong: Value) -> Value {
    let mut body = json!({"name": "Any", "code": "any", "type": "usage"});
    for (key, value) in wrong.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn fields_left_out_are_null() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(
        &owner,
        json!({"name": "Calls", "code": "calls", "type": "usage"}),
    )
    .await;
    let data = made.data();
    assert!(made.id().starts_with("feat_"));
    assert_eq!(data["createdAt"], data["updatedAt"]);
    let expected = json!({
        "id": data["id"], "name": "Calls", "code": "calls", "type": "usage",
        "description": null, "unitName": null,
        "createdAt": data["createdAt"], "updatedAt": data["updatedAt"],
        "object": "feature", "livemode": false,
    });
    assert_eq!(data, &expected);
    for name in [made.id(), "calls"] {
        assert_eq!(owner.get(&format!("/features/{name}")).await.data(), data);
    }
}

#[tokio::test]
async fn a_feature_keeps_every_value_and_its_mode() {
    let server = TestServer::start().await;
    let owner = server.actor("acme", Mode::Live).await;
    for (index, kind) in ["boolean", "usage", "seats", "quota"]
        .into_iter()
        .enumerate()
    {
        let body = json!({
            "name": "Ünïcode 🎉", "code": format!("f{index}"), "type": kind,
            "description": "", "unitName": "línea\n\"quoted\" \\ ' % _",
        });
        let made = create(&owner, body.clone()).await;
        for field in ["name", "code", "type", "description", "unitName"] {
            assert_eq!(made.data()[field], body[field]);
        }
        assert_eq!(made.data()["livemode"], true);
        assert_eq!(
            owner.get(&format!("/features/f{index}")).await.data(),
            made.data()
        );
    }
}

#[tokio::test]
async fn all_faults_of_a_new_feature_are_named() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    create(&owner, json!({}))
        .await
        .invalid(&["name", "code", "type"]);
    let all_wrong = json!({
        "name": 1, "code": "A-b", "type": "number", "description": null, "unitName": ["a"],
        "unit_name": "typo", "id": "feat_1",
    });
    let fields = [
        "name",
        "code",
        "type",
        "description",
        "unitName",
        "unit_name",
        "id",
    ];
    create(&owner, all_wrong).await.invalid(&fields);
    assert!(ids(&owner.get("/features").await).is_empty());
}

#[tokio::test]
async fn texts_of_a_feature_have_limits_in_characters() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (field, most) in [("name", 200), ("description", 2000), ("unitName", 200)] {
        let fits = json!({field: "é".repeat(most), "code": field.to_lowercase()});
        let made = create(&owner, all_but(fits)).await;
        assert_eq!(made.text(field).chars().count(), most);
        create(&owner, all_but(json!({field: "é".repeat(most + 1)})))
            .await
            .invalid(&[field]);
        create(&owner, all_but(json!({field: "nul \u{0}"})))
            .await
            .invalid(&[field]);
    }
    create(&owner, all_but(json!({"name": ""})))
        .await
        .invalid(&["name"]);
}

#[tokio::test]
async fn code_like_an_id_or_a_path_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let long = "a".repeat(101);
    let nul = "a\u{0}";
    let newline = "a\n";
    let taken = ["manage", "feat_", "feat_a"];
    let malformed = ["", "A", "a b", "a-b", "é", "a.b", newline, nul, &long];
    for code in taken.into_iter().chain(malformed) {
        create(&owner, all_but(json!({"code": code})))
            .await
            .invalid(&["code"]);
    }
    for code in ["0", "_", "feat", "xfeat_", "manage_", "pln_1", &long[1..]] {
        assert_eq!(
            create(&owner, all_but(json!({"code": code})))
                .await
                .text("code"),
            code
        );
        assert_eq!(
            owner.get(&format!("/features/{code}")).await.text("code"),
            code
        );
    }
}

#[tokio::test]
async fn a_code_is_taken_until_its_feature_is_deleted() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = feature(&owner, "calls").await;
    let taken = create(&owner, all_but(json!({"code": "calls"}))).await;
    taken.refused(409, "feature_already_exists");
    assert_eq!(taken.body["error"]["param"], "code");
    // A broken rule is reported before the conflict.
    create(&owner, json!({"code": "calls"}))
        .await
        .invalid(&["name", "type"]);
    let deleted = delete(&owner, "calls").await;
    let expected = json!({"id": first, "deleted": true, "object": "feature", "livemode": false});
    assert_eq!(deleted.data(), &expected);
    let second = feature(&owner, "calls").await;
    assert_ne!(first, second);
    assert_eq!(ids(&owner.get("/features").await), [second]);
}

#[tokio::test]
async fn a_deleted_feature_is_nowhere() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let id = feature(&owner, "calls").await;
    delete(&owner, &id).await.data();
    for name in [id.as_str(), "calls"] {
        owner
            .get(&format!("/features/{name}"))
            .await
            .refused(404, "feature_not_found");
        update(&owner, name, json!({"name": "New"}))
            .await
            .refused(404, "feature_not_found");
        delete(&owner, name).await.refused(404, "feature_not_found");
    }
}

#[tokio::test]
async fn texts_that_can_name_no_feature_are_not_found() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let unknown = format!("feat_{}", "0".repeat(32));
    for name in [
        "nothing", "feat_", "FEAT", "a%20b", "%00", "%25", "é", &unknown,
    ] {
        owner
            .get(&format!("/features/{name}"))
            .await
            .refused(404, "feature_not_found");
        delete(&owner, name).await.refused(404, "feature_not_found");
        let renamed = update(&owner, name, json!({"name": "New"})).await;
        renamed.refused(404, "feature_not_found");
        // An invalid body is reported before an unknown name.
        update(&owner, name, json!({"name": ""}))
            .await
            .invalid(&["name"]);
    }
}

#[tokio::test]
async fn update_keeps_absent_and_clears_null() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let whole = json!({"code": "calls", "description": "What", "unitName": "call"});
    let made = create(&owner, all_but(whole)).await;
    let renamed = update(&owner, "calls", json!({"name": "New"})).await;
    let mut expected = made.data().clone();
    expected["name"] = json!("New");
    expected["updatedAt"] = renamed.data()["updatedAt"].clone();
    assert_eq!(renamed.data(), &expected);
    for (field, value) in [("description", "x"), ("unitName", "")] {
        for value in [json!(null), json!(value)] {
            let changed = update(&owner, made.id(), json!({field: value})).await;
            expected[field] = value;
            expected["updatedAt"] = changed.data()["updatedAt"].clone();
            assert_eq!(changed.data(), &expected);
            assert_eq!(owner.get("/features/calls").await.data(), &expected);
        }
    }
}

#[tokio::test]
async fn update_without_change_keeps_its_time() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, all_but(json!({}))).await;
    let_the_clock_move().await;
    let same = json!({"name": "Any", "description": null, "unitName": null});
    assert_eq!(update(&owner, "any", same).await.data(), made.data());
    let changed = update(&owner, "any", json!({"name": "New"})).await;
    assert!(changed.text("updatedAt") > made.text("updatedAt"));
    assert_eq!(changed.text("createdAt"), made.text("createdAt"));
}

#[tokio::test]
async fn an_update_needs_a_field_and_takes_no_other() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    feature(&owner, "calls").await;
    update(&owner, "calls", json!({})).await.invalid(&["name"]);
    let wrong = json!({"name": null, "code": "new", "type": "usage"});
    update(&owner, "calls", wrong)
        .await
        .invalid(&["name", "code", "type"]);
    let wrong = json!({"name": "", "description": 1, "unitName": "x".repeat(201)});
    update(&owner, "calls", wrong)
        .await
        .invalid(&["name", "description", "unitName"]);
}

#[tokio::test]
async fn a_feature_of_a_plan_cannot_be_deleted() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let id = feature(&owner, "calls").await;
    for code in ["one", "two"] {
        owner
            .post("/plans/manage", json!({"name": "Any", "code": code}))
            .await
            .data();
        let path = format!("/plans/{code}/features");
        owner
            .post(&path, json!({"featureId": "calls"}))
            .await
            .data();
    }
    for name in ["calls", &id] {
        delete(&owner, name).await.refused(409, "feature_in_use");
    }
    owner.delete("/plans/one/features/calls").await.data();
    delete(&owner, "calls").await.refused(409, "feature_in_use");
    // The feature is still on a deleted plan, which does not count.
    owner.delete("/plans/two/manage").await.data();
    delete(&owner, "calls").await.data();
}

#[tokio::test]
async fn features_are_listed_by_age_whole_or_in_pages() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut made = Vec::new();
    // The codes do not sort in the order of creation.
    for code in ["d", "b", "e", "a", "c"] {
        made.push(
            create(&owner, all_but(json!({"code": code})))
                .await
                .data()
                .clone(),
        );
    }
    let whole = owner.get("/features").await;
    assert_eq!(whole.data(), &json!(made));
    assert!(whole.body.get("hasMore").is_none() && whole.body.get("nextCursor").is_none());
    check_pages(&owner, "/features", &made).await;
    check_bad_pages(&owner, "/features").await;
}

#[tokio::test]
async fn feature_pages_survive_writes_between() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut made = Vec::new();
    for code in ["a", "b", "c", "d", "e"] {
        made.push(feature(&owner, code).await);
    }
    let first = page(&owner, "/features", 2, None).await;
    assert_eq!(ids(&first), made[..2]);
    // The item at the cursor, an item already shown, and one not yet shown.
    for index in [1, 0, 3] {
        delete(&owner, &made[index]).await.data();
    }
    let newest = feature(&owner, "b").await;
    let second = page(&owner, "/features", 2, Some(&next_cursor(&first))).await;
    assert_eq!(ids(&second), [made[2].clone(), made[4].clone()]);
    let third = page(&owner, "/features", 2, Some(&next_cursor(&second))).await;
    assert_eq!(ids(&third), [newest]);
    assert_eq!(third.body["hasMore"], false);
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for code in ["a", "b"] {
        feature(&owner, code).await;
        owner
            .post("/plan-groups", json!({"name": code}))
            .await
            .data();
        owner
            .post("/plans/manage", json!({"name": "Any", "code": code}))
            .await
            .data();
        owner.post("/api-keys", json!({"name": code})).await.data();
    }
    let lists = ["/features", "/plan-groups", "/plans", "/api-keys"];
    for own in lists {
        let cursor = next_cursor(&page(&owner, own, 1, None).await);
        for other in lists.into_iter().filter(|other| *other != own) {
            page(&owner, other, 1, Some(&cursor))
                .await
                .invalid(&["cursor"]);
        }
        // The cursor alone is enough to get the next page.
        owner.get(&format!("{own}?cursor={cursor}")).await.data();
    }
}

#[tokio::test]
async fn reads_of_features_have_tags() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    feature(&owner, "a").await;
    feature(&owner, "b").await;
    for path in ["/features/a", "/features", "/features?limit=1"] {
        check_tag(&owner, path).await;
    }
    let before = owner.get("/features/a").await;
    update(&owner, "a", json!({"name": "New"})).await.data();
    let request = owner.request(Method::GET, "/features/a");
    let known = before.header("etag").expect("a tag");
    let after = owner.send(request.header("if-none-match", known)).await;
    assert_eq!(after.text("name"), "New");
    assert_ne!(after.header("etag"), before.header("etag"));
    // Another server gives the same state the same tag.
    let other = TestServer::on(server.database.clone()).await;
    let there = owner.at(&other.base).get("/features/a").await;
    assert_eq!(there.header("etag"), after.header("etag"));
}
