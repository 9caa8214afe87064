//! A changeset is never applied onto something that moved meanwhile.

use super::*;

const CHANGE: &str = "pricebook: 1\nplans:\n  pro:\n    name: Pro\n    prices: {monthly: {price: \"59.00\"}, yearly: {price: \"490.00\"}}\n";

async fn example() -> (TestServer, Actor) {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    (server, owner)
}

#[tokio::test]
async fn what_moved_is_told_and_it_stays_stale() {
    let (_server, owner) = example().await;
    let changeset = plan(&owner, CHANGE).await.data().clone();
    let before = yaml(&owner).await;
    owner
        .put("/plans/pro/manage", json!({"name": "Professional"}))
        .await
        .data();
    let moved = owner.get("/changes?limit=1").await.data()[0].clone();
    let refused = apply(&owner, &changeset).await;
    refused.refused(409, "changeset_stale");
    assert_eq!(refused.body["error"]["details"], json!([moved]));
    let path = format!("/changesets/{}", changeset["id"].as_str().unwrap());
    assert_eq!(owner.get(&path).await.data()["status"], "stale");
    // Even if everything is as it was.
    let path = format!("/changes/{}/revert", moved["revision"]);
    owner.post(&path, json!({})).await.data();
    assert_eq!(yaml(&owner).await, before);
    apply(&owner, &changeset)
        .await
        .refused(409, "changeset_stale");
}

#[tokio::test]
async fn everything_that_moved_is_told() {
    let (_server, owner) = example().await;
    let changeset = plan(&owner, CHANGE).await.data().clone();
    for number in 0..12 {
        let name = json!({"name": format!("Pro {number}")});
        owner.put("/plans/pro/manage", name).await.data();
    }
    for number in 0..12 {
        owner.make_feature(&format!("f{number}"), "usage").await;
    }
    let refused = apply(&owner, &changeset).await;
    refused.refused(409, "changeset_stale");
    let told = refused.body["error"]["details"].as_array().unwrap();
    assert_eq!(told.len(), 12);
    assert!(
        told.iter()
            .all(|change| change["operation"] == "update-plan")
    );
}

#[tokio::test]
async fn what_else_moved_does_not_matter() {
    let (_server, owner) = example().await;
    let changeset = plan(&owner, CHANGE).await.data().clone();
    owner
        .put("/plans/team/manage", json!({"name": "Teams"}))
        .await
        .data();
    owner.make_feature("other", "usage").await;
    apply(&owner, &changeset).await.data();
    assert_eq!(owner.show_plan("pro").await["prices"][0]["price"], 5900);
    assert_eq!(owner.show_plan("team").await["name"], "Teams");
}

/// The changeset would make what somebody else has made meanwhile.
#[tokio::test]
async fn a_taken_code_makes_it_stale() {
    let (_server, owner) = example().await;
    let document = json!({"pricebook": 1, "plans": {"new": {"name": "New"}}});
    let changeset = plan(&owner, document).await.data().clone();
    owner.make_plan("new", json!({})).await;
    apply(&owner, &changeset)
        .await
        .refused(409, "changeset_stale");
    let document = json!({"pricebook": 1, "plans": {"pro": {"name": "Pro", "features": {"later": {}}}},
        "features": {"later": {"name": "Later", "type": "usage"}}});
    let changeset = plan(&owner, document).await.data().clone();
    owner.make_feature("later", "boolean").await;
    apply(&owner, &changeset)
        .await
        .refused(409, "changeset_stale");
}

#[tokio::test]
async fn who_may_not_read_the_history_is_not_told_what_moved() {
    let (_server, owner) = example().await;
    let writer = with_permissions(&owner, json!({"catalog": ["read", "write"]})).await;
    let changeset = plan(&writer, CHANGE).await.data().clone();
    owner
        .put("/plans/pro/manage", json!({"name": "Professional"}))
        .await
        .data();
    let refused = apply(&writer, &changeset).await;
    refused.refused(409, "changeset_stale");
    assert_eq!(refused.body["error"]["details"], json!([]));
}

/// 20 writers beside an apply: it is stale or whole, never half.
#[tokio::test]
async fn writers_beside_an_apply() {
    let (server, owner) = example().await;
    for round in 0..6 {
        let price = format!("{}.00", 60 + round);
        let text = format!(
            "pricebook: 1\nplans:\n  pro: {{name: Pro {round}, prices: {{monthly: {{price: \"{price}\"}}, yearly: {{price: \"490.00\"}}}}}}\n  team: {{name: Team {round}}}\n"
        );
        let changeset = plan(&owner, text.as_str()).await.data().clone();
        let before = owner.get("/changes?limit=1").await.body["head"]
            .as_i64()
            .unwrap();
        let writers = (0..20).map(|index| {
            let owner = owner.clone();
            async move {
                let plan = if index % 2 == 0 { "team" } else { "pro" };
                if index > 2 * round {
                    return owner
                        .make_feature(&format!("f_{round}_{index}"), "usage")
                        .await
                        .len();
                }
                let body = json!({"description": format!("{round} {index}")});
                let written = owner.put(&format!("/plans/{plan}/manage"), body).await;
                written.data().to_string().len()
            }
        });
        let (applied, _) = tokio::join!(
            apply(&owner, &changeset),
            futures_util::future::join_all(writers)
        );
        let names = [
            owner.show_plan("pro").await["name"].clone(),
            owner.show_plan("team").await["name"].clone(),
        ];
        let wanted = [
            json!(format!("Pro {round}")),
            json!(format!("Team {round}")),
        ];
        let changes = owner
            .get(&format!("/changes?limit=100&after={before}"))
            .await
            .data()
            .clone();
        let own = changes
            .as_array()
            .unwrap()
            .iter()
            .filter(|change| change["operation"] == "apply-changeset")
            .count();
        match applied.status {
            200 => assert_eq!((names, own), (wanted, 1)),
            409 => assert!(
                names != wanted
                    && own == 0
                    && !names.contains(&wanted[0])
                    && !names.contains(&wanted[1]),
                "{names:?}"
            ),
            _ => panic!("{}", applied.body),
        }
    }
    drop(server);
}
