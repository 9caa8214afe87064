//! What programs of the previous version wrote, which do not log.

use super::*;

/// A write by a program of the previous version.
async fn unlogged(small: &Small, statement: &str) {
    let raised = "UPDATE scopes SET revision = revision + 1, last_write_at = last_write_at + 2";
    small.server.database.execute(&[raised, statement]).await;
}

#[tokio::test]
async fn the_newest_revision_is_read_as_it_is_stored() {
    let small = Small::new().await;
    let (revision, time) = small.then.clone();
    let head = revision + 1;
    let mut before = Vec::new();
    for path in small.paths() {
        before.push(small.owner.get(&path).await.text);
    }
    // It marks the plans that it changes.
    let renamed = "UPDATE plans SET name = 'Unlogged', \
                   revision = (SELECT revision FROM scopes WHERE scopes.id = plans.scope_id)";
    unlogged(&small, renamed).await;
    let unlogged_features = "UPDATE features SET name = 'Unlogged'";
    small.server.database.execute(&[unlogged_features]).await;
    let_the_clock_move().await;
    let other = TestServer::on(small.server.database.clone()).await;
    let owner = small.owner.at(&other.base);
    for (path, before) in small.paths().iter().zip(&before) {
        let now = owner.get(path).await.text;
        assert!(now.contains("Unlogged"), "{now}");
        assert_eq!(at(&owner, path, head).await.text, now, "{path}");
        assert_eq!(at(&owner, path, revision).await.text, *before, "{path}");
        let reply = owner.get(&with(path, &format!("asOf={time}"))).await;
        assert_eq!((shown(&reply), &reply.text), (revision, before), "{path}");
    }
    // The next write logs it.
    let mut after = Vec::new();
    for path in small.paths() {
        after.push(owner.get(&path).await.text);
    }
    owner.make_plan("max", json!({})).await;
    for ((path, before), after) in small.paths().iter().zip(&before).zip(&after) {
        assert_eq!(at(&owner, path, head).await.text, *after, "{path}");
        assert_eq!(at(&owner, path, revision).await.text, *before, "{path}");
    }
}

#[tokio::test]
async fn positions_that_rows_got_later_count() {
    let small = Small::new().await;
    let id = |kind: &str, number: u8| format!("{kind}_{number:032x}");
    let feature = |number| {
        format!(
            "INSERT INTO features (id, scope_id, code, name, type, created_at, updated_at) \
             SELECT '{}', id, 'old_{number}', 'Old', 'usage', 1, 1 FROM scopes",
            id("feat", number)
        )
    };
    let group = |number| {
        format!(
            "INSERT INTO plan_groups (id, scope_id, name, is_public, created_at, updated_at) \
             SELECT '{}', id, 'Old {number}', TRUE, 1, 1 FROM scopes",
            id("grp", number)
        )
    };
    for statement in [feature(2), feature(1), group(2), group(1)] {
        unlogged(&small, &statement).await;
    }
    small.owner.make_feature("new", "usage").await;
    small
        .owner
        .post("/plan-groups", json!({"name": "New"}))
        .await
        .data();
    let (revision, _) = newest(&small.owner).await;
    let lists = ["/features", "/plan-groups"];
    let mut then = Vec::new();
    for list in lists {
        then.push(small.owner.get(list).await);
    }
    small.owner.make_plan("max", json!({})).await;
    for (list, then) in lists.into_iter().zip(then) {
        assert_eq!(at(&small.owner, list, revision).await.text, then.text);
    }
}
