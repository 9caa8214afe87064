//! Editors that use `If-Match`, and constraints of the database.

use super::*;

/// Adds an editor to the list in a plan's metadata, retrying as often as necessary.
async fn sign(owner: Actor, editor: usize) -> Reply {
    for _ in 0..10_000 {
        let seen = owner.get("/plans/pro").await;
        let mut editors = seen.data()["metadata"]["editors"].clone();
        editors.as_array_mut().unwrap().push(json!(editor));
        let request = owner.request(Method::PUT, "/plans/pro/manage");
        let request = request.header("if-match", seen.header("etag").unwrap());
        let body = json!({"metadata": {"editors": editors}});
        let reply = owner.send(request.json(&body)).await;
        if reply.status == 200 {
            return reply;
        }
        // Beside other load a server may shed a call, whose change may have been made or not.
        if reply.status != 503 {
            reply.refused(412, "precondition_failed");
        }
    }
    panic!("editor {editor} never succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn editors_with_if_match_lose_no_update() {
    let pair = Pair::start().await;
    let empty = json!({"metadata": {"editors": []}});
    pair.owner().make_plan("pro", empty).await;
    all_succeeded(&pair.at_once(CALLS, sign).await);
    let listed = pair.list().await;
    let mut editors: Vec<u64> = listed[0]["metadata"]["editors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|editor| editor.as_u64().unwrap())
        .collect();
    editors.sort_unstable();
    editors.dedup();
    assert_eq!(editors, (0..CALLS as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_editors_of_a_state_wins() {
    let pair = Pair::start().await;
    let price = {
        pair.owner().make_plan("pro", json!({})).await;
        pair.owner()
            .make_price("pro", "monthly", 1, json!({}))
            .await
    };
    let path = format!("/plans/pro/prices/{price}");
    for round in 0..ROUNDS {
        let tag = pair.owner().get("/plans/pro").await;
        let tag = tag.header("etag").unwrap().to_owned();
        let replies = pair.at_once(CALLS, |owner, at| {
            let body = json!({"price": 100 + round * CALLS + at});
            let request = owner.request(Method::PUT, &path).header("if-match", &tag);
            async move { owner.send(request.json(&body)).await }
        });
        let replies = replies.await;
        one_won(&replies, "precondition_failed");
        let won = replies.iter().find(|reply| reply.status == 200).unwrap();
        eventually("the price of the one that won", async || {
            let plan = pair.owner().show_plan("pro").await;
            plan["prices"][0]["price"] == won.data()["price"]
        })
        .await;
    }
}

/// Runs a statement directly on the database and checks that it is refused as a duplicate.
async fn refused_as_duplicate(database: &DatabaseConnection, statement: &str) {
    let refused = database
        .execute_unprepared(statement)
        .await
        .expect_err(statement);
    let why = refused.sql_err();
    assert!(
        matches!(why, Some(SqlErr::UniqueConstraintViolation(_))),
        "{statement}: {refused}"
    );
}

#[tokio::test]
async fn the_database_itself_refuses_a_second_default() {
    let pair = Pair::start().await;
    for code in ["a", "b"] {
        pair.owner().make_plan(code, json!({})).await;
        for interval in ["weekly", "monthly"] {
            pair.owner().make_price(code, interval, 1, json!({})).await;
        }
    }
    let before = pair.list().await;
    let database = pair.servers[0].database.connect().await;
    for statement in [
        "UPDATE plans SET is_default = TRUE",
        "UPDATE plan_prices SET is_default = TRUE",
        "UPDATE plan_prices SET billing_interval = 'yearly'",
        "UPDATE plans SET code = 'a'",
    ] {
        refused_as_duplicate(&database, statement).await;
    }
    assert_eq!(pair.list().await, before);
    // The statements do take effect unless they create a duplicate.
    let harmless = "UPDATE plan_prices SET trial_days = 7";
    let done = database.execute_unprepared(harmless).await.unwrap();
    assert_eq!(done.rows_affected(), 4);
}
