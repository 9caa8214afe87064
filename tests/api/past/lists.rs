//! Pages of the past.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::support::reads::{all, check_bad_pages, check_pages, next_cursor, page};

/// A catalog with several objects of each kind, and the revision and time after the last.
async fn several(server: &TestServer) -> (Actor, (i64, String)) {
    let owner = server.owner().await;
    for code in ["a", "b", "c"] {
        owner.make_feature(code, "usage").await;
        let group = owner.post("/plan-groups", json!({"name": code})).await;
        let group = json!({"planGroupId": group.id()});
        owner.make_plan(code, group).await;
    }
    let then = newest(&owner).await;
    let_the_clock_move().await;
    (owner, then)
}

const LISTS: [&str; 3] = ["/plans", "/features", "/plan-groups"];

/// Changes what every list shows.
async fn change_everything(owner: &Actor) {
    let groups = owner.get("/plan-groups").await.data().clone();
    let first = groups[0]["id"].as_str().expect("an id");
    owner.delete(&format!("/plan-groups/{first}")).await.data();
    owner.delete("/plans/b/manage").await.data();
    owner.delete("/features/b/manage").await.data();
    owner.make_plan("d", json!({})).await;
    owner.make_feature("d", "usage").await;
    owner
        .post("/plan-groups", json!({"name": "d"}))
        .await
        .data();
}

#[tokio::test]
async fn pages_of_the_past_add_up() {
    let server = TestServer::start().await;
    let (owner, (revision, time)) = several(&server).await;
    let mut whole = Vec::new();
    for list in LISTS {
        whole.push(all(&owner, list, 100).await);
    }
    change_everything(&owner).await;
    for (list, whole) in LISTS.into_iter().zip(whole) {
        for moment in [format!("revision={revision}"), format!("asOf={time}")] {
            let path = with(list, &moment);
            check_pages(&owner, &path, &whole).await;
            check_bad_pages(&owner, &path).await;
        }
    }
}

#[tokio::test]
async fn a_cursor_keeps_its_revision() {
    let server = TestServer::start().await;
    let (owner, (revision, time)) = several(&server).await;
    let mut cursors = Vec::new();
    for list in LISTS {
        let whole = page(&owner, list, 100, None).await.data().clone();
        // Even the newest revision stays what it is.
        let first = page(&owner, &with(list, &format!("asOf={time}")), 1, None).await;
        assert_eq!(shown(&first), revision);
        cursors.push((list, next_cursor(&first), whole));
    }
    change_everything(&owner).await;
    for (list, cursor, whole) in cursors {
        let whole = whole.as_array().expect("a list");
        let same = [
            String::new(),
            format!("revision={revision}"),
            format!("asOf={time}"),
        ];
        for moment in same {
            let path = with(list, &moment);
            let second = page(&owner, &path, 1, Some(&cursor)).await;
            assert_eq!(shown(&second), revision, "{path}");
            assert_eq!(second.data()[0], whole[1], "{path}");
            let third = page(&owner, list, 1, Some(&next_cursor(&second))).await;
            assert_eq!(shown(&third), revision, "{path}");
            assert_eq!(third.data()[0], whole[2], "{path}");
            assert_eq!(third.body["nextCursor"], Value::Null);
        }
        let (_, now) = newest(&owner).await;
        for moment in [
            "revision=0",
            "asOf=1999-12-31T00:00:00Z",
            &format!("asOf={now}"),
        ] {
            let reply = page(&owner, &with(list, moment), 1, Some(&cursor)).await;
            reply.invalid(&["cursor"]);
        }
    }
}

#[tokio::test]
async fn cursors_of_the_present_stay_in_it() {
    let server = TestServer::start().await;
    let (owner, (revision, time)) = several(&server).await;
    for list in LISTS {
        let first = page(&owner, list, 1, None).await;
        assert_eq!(first.header("catalog-revision"), None);
        let cursor = next_cursor(&first);
        let text = URL_SAFE_NO_PAD.decode(&cursor).expect("base64");
        assert!(!text.starts_with(b"at "), "{list}");
        for moment in [format!("revision={revision}"), format!("asOf={time}")] {
            let reply = page(&owner, &with(list, &moment), 1, Some(&cursor)).await;
            reply.invalid(&["cursor"]);
        }
        let second = page(&owner, list, 1, Some(&cursor)).await;
        assert_eq!(second.header("catalog-revision"), None);
    }
}

#[tokio::test]
async fn cursors_of_the_past_are_checked() {
    let server = TestServer::start().await;
    let (owner, (revision, _)) = several(&server).await;
    let changes = owner.get("/changes?limit=1").await;
    let of_changes = next_cursor(&changes);
    for list in LISTS {
        let first = page(
            &owner,
            &with(list, &format!("revision={revision}")),
            1,
            None,
        )
        .await;
        let cursor = next_cursor(&first);
        let text = URL_SAFE_NO_PAD.decode(&cursor).expect("base64");
        let text = String::from_utf8(text).expect("a text");
        let own = format!("at {revision} ");
        let position = text.strip_prefix(&own).expect("a cursor of the past");
        let next = revision + 1;
        for wrong in [
            format!("at {next} {position}"),
            format!("at -1 {position}"),
            format!("at 0{revision} {position}"),
            format!("at +{revision} {position}"),
            format!("at {revision}  {position}"),
            format!("at {revision}"),
            format!("at {position}"),
            format!("at {revision} at {revision} {position}"),
        ] {
            let forged = URL_SAFE_NO_PAD.encode(&wrong);
            let reply = page(&owner, list, 1, Some(&forged)).await;
            reply.invalid(&["cursor"]);
        }
        let reply = page(&owner, list, 1, Some(&of_changes)).await;
        reply.invalid(&["cursor"]);
        for other in ["/changes", "/api-keys"] {
            let reply = page(&owner, other, 1, Some(&cursor)).await;
            reply.invalid(&["cursor"]);
        }
    }
    let pruned = format!("UPDATE scopes SET history_start = {}", revision + 1);
    let cursors = page(&owner, &format!("/plans?revision={revision}"), 1, None).await;
    owner.make_plan("d", json!({})).await;
    server.database.execute(&[pruned]).await;
    let reply = page(&owner, "/plans", 1, Some(&next_cursor(&cursors))).await;
    reply.refused(410, "history_pruned");
}
