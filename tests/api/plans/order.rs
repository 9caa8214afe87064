//! Positions of plans, the default plan, and lists.

use super::*;

#[tokio::test]
async fn first_plan_is_default_until_deleted() {
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
async fn next_default_goes_by_place_then_age() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    for code in ["a", "b", "c", "d", "e"] {
        plan(&owner, code).await;
    }
    // Positions: a 0, b 9, c 2, d 1 (the older of two at 1), e 1 and private.
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
async fn place_counts_deleted_plans_too() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    plan(&server.actor("rival", Mode::Sandbox).await, "other").await;
    for (code, place) in [("a", 0), ("b", 1), ("c", 2)] {
        let made = create(&owner, all_but(json!({"code": code}))).await;
        assert_eq!(made.data()["sortOrder"], place);
    }
    // Deleting the last plan or an earlier one does not free its position; a refused call takes
    // none.
    delete(&owner, "c").await.data();
    delete(&owner, "a").await.data();
    create(&owner, all_but(json!({"code": "b"})))
        .await
        .refused(409, "duplicate");
    let made = create(&owner, all_but(json!({"code": "d"}))).await;
    assert_eq!(made.data()["sortOrder"], 3);
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
async fn plan_pages_survive_writes_between() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    let mut made = Vec::new();
    for code in ["a", "b", "c", "d", "e"] {
        made.push(plan(&owner, code).await);
    }
    let first = page(&owner, "/plans", 2, None).await;
    assert_eq!(ids(&first), made[..2]);
    // The plan at the cursor is deleted, a new one is created, and one already shown moves ahead.
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
