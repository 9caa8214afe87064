//! The first start, and concurrent starts.

use super::*;

#[tokio::test]
async fn only_the_first_start_makes_a_key() {
    let database = TestDatabase::new().await;
    let first = Running::start(&mut on(&database, &[]));
    let base = first.base.clone();
    let (said, log) = first.stop();
    assert_eq!(said, format!("API:  {base}/api/v1\nDocs: {base}/docs\n"));
    let keys = first_keys(&database);
    assert_eq!(keys.len(), 1, "{log}");
    assert!(keys[0].starts_with("ck_sandbox_"));
    assert!(
        log.contains(".first-key") && !log.contains(&keys[0]),
        "{log}"
    );

    let second = Running::start(&mut on(&database, &["serve"]));
    let owner = Actor::new(&second.base, Some(keys[0].clone()));
    assert_eq!(
        owner.get("/api-keys").await.data()[0]["expiresAt"],
        Value::Null
    );
    assert_eq!(status_of(&format!("{}/docs", second.base)).await, 200);
    assert_eq!(status_of(&format!("{}/readyz", second.base)).await, 200);
    second.stop();
    assert_eq!(first_keys(&database), keys);
    let listed = printed(&mut on(&database, &["keys", "list"]));
    assert!(listed.contains("\tdefault\tsandbox\t"), "{listed}");
}

#[tokio::test]
async fn a_database_with_a_key_gets_no_other() {
    let database = TestDatabase::new().await;
    printed(&mut on(
        &database,
        &["keys", "create", "--organization", "acme"],
    ));
    Running::start(&mut on(&database, &[])).stop();
    assert_eq!(first_keys(&database), [""; 0]);
}

#[tokio::test]
async fn servers_started_at_once_make_one_key() {
    let database = TestDatabase::new().await;
    let started: Vec<_> = (0..6)
        .map(|_| Running::spawn(&mut on(&database, &[])))
        .collect();
    let started: Vec<_> = started.into_iter().map(Running::ready).collect();
    let bases: Vec<_> = started.iter().map(|server| server.base.clone()).collect();
    for base in &bases {
        assert_eq!(status_of(&format!("{base}/readyz")).await, 200);
    }
    let one = actor(&database, &bases[0]);
    one.post("/plan-groups", json!({"name": "Teams"}))
        .await
        .data();
    for base in &bases {
        assert_eq!(ids(&one.at(base).get("/plan-groups").await).len(), 1);
    }
    for server in started {
        server.stop();
    }
    assert_eq!(first_keys(&database).len(), 1);
}
