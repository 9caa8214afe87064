//! Plans. What is in them has files of its own.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::reads::{
    check_bad_pages, check_pages, check_tag, ids, next_cursor, page, read_unless,
};
use crate::support::{Actor, Reply, TestServer, let_the_clock_move};

async fn create(actor: &Actor, body: Value) -> Reply {
    actor.post("/plans/manage", body).await
}

/// Makes a plan and answers its id.
async fn plan(actor: &Actor, code: &str) -> String {
    create(actor, json!({"name": "Any", "code": code}))
        .await
        .id()
        .to_owned()
}

async fn update(actor: &Actor, plan: &str, body: Value) -> Reply {
    actor.put(&format!("/plans/{plan}/manage"), body).await
}

async fn show(actor: &Actor, plan: &str, is_public: bool) -> Reply {
    let body = json!({"isPublic": is_public});
    actor.put(&format!("/plans/{plan}/visibility"), body).await
}

async fn delete(actor: &Actor, plan: &str) -> Reply {
    actor.delete(&format!("/plans/{plan}/manage")).await
}

async fn group(actor: &Actor, name: &str) -> String {
    actor
        .post("/plan-groups", json!({"name": name}))
        .await
        .id()
        .to_owned()
}

async fn add_to_group(actor: &Actor, group: &str, plan: &str, sort_order: i64) {
    let body = json!({"planId": plan, "sortOrder": sort_order});
    actor
        .post(&format!("/plan-groups/{group}/plans"), body)
        .await
        .data();
}

/// A body that is right but for what stands in `wrong`.
fn all_but(wrong: Value) -> Value {
    let mut body = json!({"name": "Any", "code": "any"});
    for (key, value) in wrong.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

/// One field of every plan of a list.
async fn column(actor: &Actor, path: &str, field: &str) -> Vec<Value> {
    let list = actor.get(path).await;
    let plans = list.data().as_array().expect("plans").iter();
    plans.map(|plan| plan[field].clone()).collect()
}

/// The codes of the default plans, of which there should be one.
async fn defaults(actor: &Actor) -> Vec<String> {
    let list = actor.get("/plans?includePrivate=true").await;
    let plans = list.data().as_array().expect("plans").iter();
    let defaults = plans.filter(|plan| plan["isDefault"] == true);
    defaults
        .map(|plan| plan["code"].as_str().expect("a code").to_owned())
        .collect()
}

/// A body for a plan with this JSON text as its metadata.
fn with_metadata(code: &str, metadata: &str) -> String {
    format!(r#"{{"name":"Any","code":"{code}","metadata":{metadata}}}"#)
}

async fn create_raw(actor: &Actor, body: String) -> Reply {
    actor.raw(Method::POST, "/plans/manage", body).await
}

#[tokio::test]
async fn a_plan_is_what_was_sent_and_the_rest_is_default() {
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
async fn what_is_wrong_with_a_new_plan_is_said_all_at_once() {
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
async fn the_code_of_a_plan_cannot_pass_for_an_id_or_a_path() {
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
    // The schema, then what the body names, then the rules, then conflicts.
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
async fn a_code_is_free_in_other_scopes_and_after_a_deletion() {
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
async fn texts_that_can_name_no_plan_are_not_found() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let unknown = format!("pln_{}", "0".repeat(32));
    for name in [
        "nothing", "pln_", "PRO", "a%20b", "%00", "%25", "é", &unknown,
    ] {
        let missing = "plan_not_found";
        owner
            .get(&format!("/plans/{name}"))
            .await
            .refused(404, missing);
        delete(&owner, name).await.refused(404, missing);
        update(&owner, name, json!({"name": "New"}))
            .await
            .refused(404, missing);
        show(&owner, name, true).await.refused(404, missing);
        // What is wrong with the body is said before what the path names.
        update(&owner, name, json!({"name": ""}))
            .await
            .invalid(&["name"]);
        let path = format!("/plans/{name}/visibility");
        owner.put(&path, json!({})).await.invalid(&["isPublic"]);
    }
}

#[tokio::test]
async fn an_update_of_a_plan_keeps_what_is_absent() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = json!({"description": "What", "metadata": {"a": 1, "b": 2}});
    let made = create(&owner, all_but(body.clone())).await;
    let_the_clock_move().await;
    let same = [json!({}), json!({"name": "Any", "isPublic": true}), body];
    for body in same {
        assert_eq!(update(&owner, "any", body).await.data(), made.data());
    }
    let mut expected = made.data().clone();
    for change in [
        json!({"name": "New"}),
        json!({"isPublic": false}),
        json!({"metadata": {"b": 3}}),
        json!({"metadata": {}}),
        json!({"description": null}),
        json!({"name": "Newer", "description": "", "metadata": {"c": null}, "isPublic": true}),
    ] {
        for (field, value) in change.as_object().expect("an object") {
            expected[field] = value.clone();
        }
        let changed = update(&owner, made.id(), change).await;
        assert!(changed.text("updatedAt") > made.text("updatedAt"));
        expected["updatedAt"] = changed.data()["updatedAt"].clone();
        assert_eq!(changed.data(), &expected);
        assert_eq!(owner.get("/plans/any").await.data(), &expected);
    }
}

#[tokio::test]
async fn an_update_of_a_plan_takes_no_other_field() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, all_but(json!({}))).await;
    let wrong = json!({
        "name": null, "description": 1, "metadata": 1, "isPublic": null, "code": "new",
        "isFree": true,
    });
    let fields = [
        "name",
        "description",
        "metadata",
        "isPublic",
        "code",
        "isFree",
    ];
    update(&owner, "any", wrong).await.invalid(&fields);
    assert_eq!(owner.get("/plans/any").await.data(), made.data());
}

#[tokio::test]
async fn visibility_can_be_set_by_itself() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let id = plan(&owner, "pro").await;
    for (name, is_public) in [("pro", false), (&id, false), ("pro", true)] {
        let set = show(&owner, name, is_public).await;
        let expected =
            json!({"id": id, "isPublic": is_public, "object": "plan", "livemode": false});
        assert_eq!(set.data(), &expected);
        assert_eq!(owner.get("/plans/pro").await.data()["isPublic"], is_public);
    }
    let path = "/plans/pro/visibility";
    for body in [
        json!({}),
        json!({"isPublic": null}),
        json!({"isPublic": "true"}),
    ] {
        owner.put(path, body).await.invalid(&["isPublic"]);
    }
    owner
        .put(path, json!({"isPublic": true, "name": "x"}))
        .await
        .invalid(&["name"]);
}

#[tokio::test]
async fn private_plans_are_listed_when_asked_for() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for code in ["a", "b", "c", "d"] {
        plan(&owner, code).await;
    }
    for code in ["a", "c"] {
        show(&owner, code, false).await.data();
    }
    for path in ["/plans", "/plans?includePrivate=false"] {
        assert_eq!(column(&owner, path, "code").await, ["b", "d"]);
    }
    let whole = "/plans?includePrivate=true";
    assert_eq!(column(&owner, whole, "code").await, ["a", "b", "c", "d"]);
    // A page is as large as asked for, whatever is left out of it.
    let first = page(&owner, "/plans", 1, None).await;
    let second = page(&owner, "/plans", 1, Some(&next_cursor(&first))).await;
    assert_eq!(second.data()[0]["code"], "d");
    assert_eq!(second.body["hasMore"], false);
    for value in ["TRUE", "1", "", "yes", "true&includePrivate=true"] {
        let path = format!("/plans?includePrivate={value}");
        owner.get(&path).await.invalid(&["includePrivate"]);
    }
    let all_wrong = owner.get("/plans?cursor=&limit=&includePrivate=").await;
    all_wrong.invalid(&["limit", "cursor", "includePrivate"]);
    // A private plan is still there by its name.
    owner.get("/plans/a").await.data();
}

#[tokio::test]
async fn the_first_plan_is_the_default_until_it_is_deleted() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for code in ["a", "b", "c"] {
        plan(&owner, code).await;
    }
    assert_eq!(defaults(&owner).await, ["a"]);
    delete(&owner, "b").await.data();
    assert_eq!(defaults(&owner).await, ["a"]);
    let before = owner.get("/plans/c").await;
    let_the_clock_move().await;
    delete(&owner, "a").await.data();
    assert_eq!(defaults(&owner).await, ["c"]);
    let after = owner.get("/plans/c").await;
    assert!(after.text("updatedAt") > before.text("updatedAt"));
    delete(&owner, "c").await.data();
    plan(&owner, "d").await;
    assert_eq!(defaults(&owner).await, ["d"]);
}

#[tokio::test]
async fn the_next_default_goes_by_place_and_then_by_age() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    for code in ["a", "b", "c", "d", "e"] {
        plan(&owner, code).await;
    }
    // Places: a 0, b 9, c 2, d 1 (the oldest of two at 1), e 1 and private.
    for (code, place) in [("b", 9), ("d", 1), ("e", 1)] {
        add_to_group(&owner, &group, code, place).await;
    }
    show(&owner, "d", false).await.data();
    for heir in ["d", "e", "c", "b"] {
        let default = defaults(&owner).await;
        delete(&owner, &default[0]).await.data();
        assert_eq!(defaults(&owner).await, [heir]);
    }
}

#[tokio::test]
async fn the_place_of_a_plan_counts_every_plan_ever_made() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    plan(&server.actor("rival", Mode::Sandbox).await, "other").await;
    for (code, place) in [("a", 0), ("b", 1), ("c", 2)] {
        let made = create(&owner, all_but(json!({"code": code}))).await;
        assert_eq!(made.data()["sortOrder"], place);
    }
    // Neither the last nor an earlier one that goes makes its place free; what is refused takes none.
    delete(&owner, "c").await.data();
    delete(&owner, "a").await.data();
    create(&owner, all_but(json!({"code": "b"})))
        .await
        .refused(409, "duplicate");
    let made = create(&owner, all_but(json!({"code": "d"}))).await;
    assert_eq!(made.data()["sortOrder"], 3);
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
    // Having left, a plan stands where it was made.
    owner
        .delete(&format!("/plan-groups/{group}/plans/c"))
        .await
        .data();
    assert_eq!(owner.get("/plans/c").await.data()["sortOrder"], 2);
}

#[tokio::test]
async fn plans_are_listed_by_place_and_then_by_age() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    for code in ["d", "b", "e", "a", "c"] {
        plan(&owner, code).await;
    }
    for (code, place) in [("c", 1), ("a", 0), ("e", 7)] {
        add_to_group(&owner, &group, code, place).await;
    }
    assert_eq!(
        column(&owner, "/plans", "code").await,
        ["d", "a", "b", "c", "e"]
    );
    assert_eq!(column(&owner, "/plans", "sortOrder").await, [0, 0, 1, 1, 7]);
    let whole = owner.get("/plans").await;
    assert!(whole.body.get("hasMore").is_none() && whole.body.get("nextCursor").is_none());
    check_pages(&owner, "/plans", whole.data().as_array().expect("plans")).await;
    check_bad_pages(&owner, "/plans").await;
    check_bad_pages(&owner, "/plans?includePrivate=true").await;
}

#[tokio::test]
async fn pages_of_plans_go_on_whatever_is_written_between() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    let mut made = Vec::new();
    for code in ["a", "b", "c", "d", "e"] {
        made.push(plan(&owner, code).await);
    }
    let first = page(&owner, "/plans", 2, None).await;
    assert_eq!(ids(&first), made[..2]);
    // What the cursor stands behind goes, something new comes, and what was shown moves ahead.
    delete(&owner, "b").await.data();
    delete(&owner, "d").await.data();
    add_to_group(&owner, &group, "a", 1).await;
    let newest = plan(&owner, "b").await;
    let second = page(&owner, "/plans", 2, Some(&next_cursor(&first))).await;
    assert_eq!(ids(&second), [made[2].clone(), made[4].clone()]);
    let third = page(&owner, "/plans", 2, Some(&next_cursor(&second))).await;
    assert_eq!(ids(&third), [newest]);
    assert_eq!(third.body["hasMore"], false);
}

#[tokio::test]
async fn metadata_comes_back_digit_by_digit_in_its_order() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let texts = [
        r#"{"b":1.50,"a":9007199254740993}"#,
        // An exponent has its sign and a small e, however it was written.
        r#"{"z":{"y":[1e+308,-1.0,0.1000000000000000055,1e-9],"x":null},"":"","a":[]}"#,
        r#"{"é\n\"":"🎉 \u0001","0":true}"#,
        r#"{}"#,
    ];
    for (index, text) in texts.into_iter().enumerate() {
        let code = format!("p{index}");
        let made = create_raw(&owner, with_metadata(&code, text)).await;
        assert_eq!(made.data()["metadata"].to_string(), text);
        let read = owner.get(&format!("/plans/{code}")).await;
        assert_eq!(read.data()["metadata"].to_string(), text);
    }
    let spaced = "{ \"b\" : 2.0 ,\n\"a\":\t1.10 }";
    let body = format!(r#"{{"metadata":{spaced}}}"#);
    let changed = owner.raw(Method::PUT, "/plans/p0/manage", body).await;
    assert_eq!(
        changed.data()["metadata"].to_string(),
        r#"{"b":2.0,"a":1.10}"#
    );
}

#[tokio::test]
async fn metadata_numbers_fit_a_double() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for number in ["1e400", "-1e309", "1e-400", "1E+99999"] {
        for text in [
            format!(r#"{{"a":{number}}}"#),
            format!(r#"{{"a":[{{"b":{number}}}]}}"#),
        ] {
            let made = create_raw(&owner, with_metadata("far", &text)).await;
            made.invalid(&["metadata"]);
        }
    }
}

#[tokio::test]
async fn null_empties_metadata() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, json!({"name": "A", "code": "a", "metadata": null})).await;
    assert_eq!(made.data()["metadata"], Value::Null);
    for change in [json!({"metadata": {"a": 1}}), json!({"name": "B"})] {
        let changed = update(&owner, "a", change).await;
        assert_eq!(changed.data()["metadata"], json!({"a": 1}));
    }
    let emptied = update(&owner, "a", json!({"metadata": null})).await;
    assert_eq!(emptied.data()["metadata"], Value::Null);
    let again = update(&owner, "a", json!({"metadata": null})).await;
    assert_eq!(again.data(), emptied.data());
}

#[tokio::test]
async fn names_are_trimmed_visible_and_composed() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let named = async |name: &str| create(&owner, json!({"name": name, "code": "a"})).await;
    for name in [
        "",
        " ",
        "\u{200b}",
        "\u{1}",
        "\u{3164}\u{feff}",
        "\t\u{a0}\n",
    ] {
        named(name).await.invalid(&["name"]);
    }
    let made = named(" E\u{301}quipe ").await;
    assert_eq!(made.data()["name"], "\u{c9}quipe");
    update(&owner, "a", json!({"name": "\u{2060}"}))
        .await
        .invalid(&["name"]);
    let changed = update(&owner, "a", json!({"name": "\u{c9}quipe"})).await;
    assert_eq!(changed.data(), made.data());
    for (path, more) in [
        ("/features/manage", json!({"code": "a", "type": "usage"})),
        ("/plan-groups", json!({})),
        ("/api-keys", json!({})),
    ] {
        let mut body = more;
        body["name"] = "\u{200b} ".into();
        owner.post(path, body.clone()).await.invalid(&["name"]);
        body["name"] = "  X ".into();
        assert_eq!(owner.post(path, body).await.data()["name"], "X");
    }
}

#[tokio::test]
async fn metadata_keeps_keys_that_mean_something_to_the_json_library() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for name in ["Number", "RawValue"] {
        let key = format!("$serde_json::private::{name}");
        for metadata in [
            json!({"a": {&key: "12"}}),
            json!({&key: "12"}),
            json!({"a": 1, &key: "1"}),
        ] {
            let body = with_metadata("any", &metadata.to_string());
            let reply = create_raw(&owner, body).await;
            // Either is honest: to keep it, or to refuse it. To store something else is not.
            if reply.status == 200 {
                assert_eq!(reply.data()["metadata"].to_string(), metadata.to_string());
                delete(&owner, "any").await.data();
            } else {
                reply.refused(400, "invalid_json");
            }
        }
    }
}

#[tokio::test]
async fn metadata_has_limits() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let keys = |count: usize| {
        let entries: Vec<_> = (0..count)
            .map(|key| format!(r#""k{key}":{{"a":1,"b":2}}"#))
            .collect();
        format!("{{{}}}", entries.join(","))
    };
    let key = |length: usize| format!(r#"{{"{}":1}}"#, "ñ".repeat(length));
    // {"k":"…"} has 8 bytes around the text.
    let bytes = |count: usize| format!(r#"{{"k":"{}"}}"#, "a".repeat(count - 8));
    let wide = |count: usize| format!(r#"{{"k":"{}"}}"#, "ñ".repeat((count - 8) / 2));
    plan(&owner, "old").await;
    for (index, (fits, exceeds)) in [
        (keys(50), keys(51)),
        (key(40), key(41)),
        (bytes(16_384), bytes(16_385)),
        (wide(16_384), wide(16_386)),
    ]
    .into_iter()
    .enumerate()
    {
        let code = format!("p{index}");
        create_raw(&owner, with_metadata(&code, &exceeds))
            .await
            .invalid(&["metadata"]);
        let made = create_raw(&owner, with_metadata(&code, &fits)).await;
        assert_eq!(made.data()["metadata"].to_string(), fits);
        let body = |metadata: &str| format!(r#"{{"metadata":{metadata}}}"#);
        let path = "/plans/old/manage";
        owner
            .raw(Method::PUT, path, body(&exceeds))
            .await
            .invalid(&["metadata"]);
        owner.raw(Method::PUT, path, body(&fits)).await.data();
    }
    // White space around it does not count.
    let spaced = bytes(16_384).replace(':', &format!(":{}", " ".repeat(1000)));
    create_raw(&owner, with_metadata("spaced", &spaced))
        .await
        .data();
}

#[tokio::test]
async fn metadata_has_no_nul_anywhere() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (metadata, field) in [
        (r#"{"a":"\u0000"}"#, "metadata.a"),
        (r#"{"a":[1,{"b":"x\u0000"}]}"#, "metadata.a[1].b"),
        (r#"{"a\u0000":1}"#, "metadata"),
    ] {
        create_raw(&owner, with_metadata("any", metadata))
            .await
            .invalid(&[field]);
    }
    // What only looks like it is fine.
    let escaped = r#"{"a":"\\u0000"}"#;
    let made = create_raw(&owner, with_metadata("any", escaped)).await;
    assert_eq!(made.data()["metadata"].to_string(), escaped);
}

#[tokio::test]
async fn reads_of_plans_have_tags() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    plan(&owner, "a").await;
    plan(&owner, "b").await;
    for path in [
        "/plans/a",
        "/plans",
        "/plans?limit=1",
        "/plans?includePrivate=true",
    ] {
        check_tag(&owner, path).await;
    }
    let list = owner.get("/plans").await;
    let tag = list.header("etag").expect("a tag");
    show(&owner, "b", false).await.data();
    assert_eq!(ids(&read_unless(&owner, "/plans", tag).await).len(), 1);
    // Going back to the same state takes time along: the plan was updated since.
    show(&owner, "b", true).await.data();
    let other = TestServer::on(server.database.clone()).await;
    let (here, there) = (
        owner.get("/plans").await,
        owner.at(&other.base).get("/plans").await,
    );
    assert_eq!(here.header("etag"), there.header("etag"));
}

#[tokio::test]
async fn currencies_have_a_tag_too() {
    let server = TestServer::start().await;
    check_tag(&server.owner().await, "/currencies").await;
}
