//! Who may read the log.

use super::*;
use crate::support::making::each;

const READS: [&str; 4] = [
    "/changes",
    "/changes?after=0",
    "/changes/1",
    "/changes/compare?from=1",
];

#[tokio::test]
async fn the_history_has_a_permission_of_its_own() {
    let shop = Shop::open().await;
    let everything_else = json!({
        "plan": ["read", "write"], "feature": ["read", "write"],
        "plan_group": ["read", "write"], "api_key": ["read", "write"],
        "catalog": ["read", "write"],
    });
    let other = with_permissions(&shop.owner, everything_else).await;
    let page = with_permissions(&shop.owner, json!({"plan": ["read_public"]})).await;
    let reader = with_permissions(&shop.owner, json!({"history": ["read"]})).await;
    for path in READS {
        for actor in [&other, &page] {
            actor.get(path).await.refused(403, "forbidden");
        }
        // It shows all types of objects.
        let (seen, whole) = (reader.get(path).await, shop.owner.get(path).await);
        assert_eq!(seen.data(), whole.data(), "{path}");
    }
    for actor in [&other, &page] {
        revert(actor, 1, json!({})).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn another_scope_has_a_log_of_its_own() {
    let shop = Shop::open().await;
    let own = head(&shop.owner).await;
    for (organization, mode) in [("rival", Mode::Sandbox), ("acme", Mode::Live)] {
        let other = shop.server.actor(organization, mode).await;
        let list = log(&other).await;
        assert_eq!(revisions(&list), [1]);
        assert_eq!(list.data()[0]["livemode"], mode == Mode::Live);
        assert!(!list.text.contains("pro"), "{}", list.text);
        other
            .get(&format!("/changes/{own}"))
            .await
            .refused(404, "change_not_found");
        revert(&other, own, json!({}))
            .await
            .refused(404, "change_not_found");
        let plan = shop.show().await;
        let path = format!("/changes?objectId={}", text(&plan["id"]));
        assert_eq!(other.get(&path).await.data(), &json!([]));
    }
    assert_eq!(head(&shop.owner).await, own);
}

#[tokio::test]
async fn an_explanation_names_the_change_that_last_wrote_a_value() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.set("jpy", "150", shop.manual_price(7000)).await.data();
    let by_rate = newest(owner).await;
    let path = format!("/plans/pro/prices/{}", shop.price);
    let request = owner.request(Method::PUT, &path);
    let request = request.header("change-note", "a%20rise");
    owner
        .send(request.json(&json!({"price": 5900})))
        .await
        .data();
    let by_update = newest(owner).await;
    // Another value of the price, and a feature that the plan does not have.
    shop.change(json!({"trialDays": 7})).await.data();
    let rename = json!({"name": "SSO"});
    owner.put("/features/sso/manage", rename).await.data();
    let since = async |actor: &Actor| {
        let explained = actor.get("/plans/pro/explain").await;
        each(&explained.data()["values"], "since")
    };
    let expected = [by_update, by_rate].map(|change| {
        json!({
            "revision": change["revision"], "at": change["at"], "actor": change["actor"],
            "note": change["note"],
        })
    });
    assert_eq!(since(owner).await, json!(expected));
    let reader = with_permissions(owner, json!({"plan": ["read"]})).await;
    assert_eq!(since(&reader).await, json!([null, null]));
    let both = json!({"plan": ["read"], "history": ["read"]});
    let both = with_permissions(owner, both).await;
    assert_eq!(since(&both).await, json!(expected));
}
