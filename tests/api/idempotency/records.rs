//! How long records are kept, and where.

use super::*;

/// Makes the record of a key older.
async fn age(database: &DatabaseConnection, key: &str, millis: i64) {
    let update = format!(
        "UPDATE idempotency_records SET created_at = created_at - {millis} \
         WHERE idempotency_key = '{key}'"
    );
    let updated = database
        .execute_unprepared(&update)
        .await
        .expect("an update");
    assert_eq!(updated.rows_affected(), 1);
}

#[tokio::test]
async fn a_record_counts_for_24_hours() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let database = server.database.connect().await;
    let first = group(&owner, "one", "Teams").await;
    age(&database, "one", DAY_MILLIS - 60_000).await;
    check_replay(&group(&owner, "one", "Teams").await, &first);
    age(&database, "one", 60_000).await;
    // The record has expired: this is a new call, and its record replaces the old one.
    group(&owner, "one", "Teams")
        .await
        .refused(409, "duplicate");
    let second = group(&owner, "one", "Many").await;
    assert!(!is_replayed(&second));
    check_replay(&group(&owner, "one", "Many").await, &second);
    group(&owner, "one", "Teams")
        .await
        .refused(409, "idempotency_key_mismatch");
    assert_eq!(records(&database).await, ["one"]);
}

#[tokio::test]
async fn records_that_are_too_old_are_swept_away() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let database = server.database.connect().await;
    for key in ["new", "old", "older"] {
        group(&owner, key, key).await.data();
    }
    age(&database, "old", DAY_MILLIS).await;
    age(&database, "older", 30 * DAY_MILLIS).await;
    age(&database, "new", DAY_MILLIS - 60_000).await;
    assert_eq!(
        server
            .app
            .sweep_idempotency_records()
            .await
            .expect("a sweep"),
        2
    );
    assert_eq!(records(&database).await, ["new"]);
    assert_eq!(
        server
            .app
            .sweep_idempotency_records()
            .await
            .expect("a sweep"),
        0
    );
}

#[tokio::test]
async fn a_server_sweeps_by_itself() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let database = server.database.connect().await;
    group(&owner, "old", "Teams").await.data();
    age(&database, "old", DAY_MILLIS).await;
    // The first sweep runs at the start.
    let _restarted = TestServer::on(server.database.clone()).await;
    eventually("a sweep", async || records(&database).await.is_empty()).await;
}

#[tokio::test]
async fn a_key_counts_within_its_scope() {
    let server = TestServer::start().await;
    let mut made = Vec::new();
    for (organization, mode) in [
        ("acme", Mode::Sandbox),
        ("acme", Mode::Live),
        ("rival", Mode::Sandbox),
    ] {
        let actor = server.actor(organization, mode).await;
        let first = group(&actor, "one", "Teams").await;
        assert!(!is_replayed(&first));
        // The idempotency key belongs to the scope, not to the API key.
        let colleague = server.actor(organization, mode).await;
        check_replay(&group(&colleague, "one", "Teams").await, &first);
        made.push(first.id().to_owned());
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 3);
}
