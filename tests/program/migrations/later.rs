//! The schema of a later version.

use super::*;

/// Additions of a later version while servers of this version run.
const NEXT: &[&str] = &[
    "ALTER TABLE plans ADD COLUMN next_count bigint NOT NULL DEFAULT 0",
    "ALTER TABLE api_keys ADD COLUMN next_words text",
    "CREATE TABLE next_things (id text PRIMARY KEY, plan_id text NOT NULL REFERENCES plans (id))",
    "CREATE INDEX ix_plans_next_count ON plans (scope_id, next_count)",
];

/// Applies the migration of a later version.
async fn take_next(database: &TestDatabase, name: &str) {
    let connection = connect(database).await;
    let took = format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{name}', 1)");
    for statement in NEXT.iter().copied().chain([took.as_str()]) {
        let done = connection.execute_unprepared(statement).await;
        done.expect("a migration");
    }
    connection.close().await.expect("the connection closes");
}

/// Makes every kind of write, and reads the results.
async fn check_everything_works(owner: &Actor, code: &str) {
    owner.make_feature(code, "usage").await;
    owner.make_plan(code, json!({})).await;
    let feature = json!({"featureId": code, "overage": {"enabled": true, "unitPrice": 20}});
    let path = format!("/plans/{code}/features");
    owner.post(&path, feature).await.data();
    let price = owner.make_price(code, "monthly", 4900, json!({})).await;
    let rate = json!({"currency": "jpy", "exchangeRate": 150});
    let path = format!("/plans/{code}/regional");
    owner.put(&path, rate).await.data();
    let plan = owner.show_plan(code).await;
    assert_eq!(plan["prices"][0]["regionalPrices"][0]["price"], 7350);
    let path = format!("/plans/{code}/prices/{price}");
    owner.put(&path, json!({"price": 1000})).await.data();
    owner
        .post("/plan-groups", json!({"name": code}))
        .await
        .data();
    owner.post("/api-keys", json!({"name": code})).await.data();
    owner.make_plan(&format!("{code}_gone"), json!({})).await;
    let path = format!("/plans/{code}_gone/manage");
    owner.delete(&path).await.data();
}

#[tokio::test]
async fn later_schema_is_served() {
    let before = TestServer::start().await;
    let owner = before.owner().await;
    check_everything_works(&owner, "before").await;
    take_next(&before.database, "m9999_next").await;
    check_everything_works(&owner, "meanwhile").await;
    let after = TestServer::on(before.database.clone()).await;
    let there = owner.at(&after.base);
    check_everything_works(&there, "afterwards").await;
    eventually("the writes of the other server", async || {
        owner.get("/plans/afterwards").await.status == 200
    })
    .await;
    let lists = [&owner, &there].map(|owner| owner.get("/plans?includePrivate=true"));
    let [one, other] = lists;
    assert_eq!(one.await.data(), other.await.data());
}

#[tokio::test]
async fn breaking_schema_is_refused() {
    let database = TestDatabase::new().await;
    let opened = startup::open(&database.url(), CACHE).await;
    drop(opened.expect("a migration"));
    take_next(&database, "m9999_next_breaking").await;
    let why = startup::open(&database.url(), CACHE).await.map(drop);
    let why = why.expect_err("a later version");
    for words in [
        "cannot bring the schema of",
        "later version",
        "m9999_next_breaking",
    ] {
        assert!(why.contains(words), "{why}");
    }
}
