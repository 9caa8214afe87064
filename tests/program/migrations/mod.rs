//! The schema: older databases are migrated without losing anything.

use std::sync::Arc;
use std::time::Duration;

use pricebook::startup;
use pricebook_migrations::Migrator;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use sea_orm_migration::MigratorTrait;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;

use crate::support::database::TestDatabase;
use crate::support::reads::{all, ids};
use crate::support::server::CACHE;
use crate::support::{Actor, TestServer, eventually};

mod later;

const SECRET: &str = "ck_live_0000000000000000000000000000000000000000000000000000000000000001";

/// An id with a prefix and a number.
fn id(prefix: &str, number: u8) -> String {
    format!("{prefix}_{number:032}")
}

/// Rows in the first version of the schema.
fn old_rows() -> Vec<String> {
    let (org, scope, key) = (id("org", 1), id("scp", 1), id("key", 1));
    let digest = Sha256::digest(SECRET.as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut rows = vec![
        format!("INSERT INTO organizations (id, name, created_at) VALUES ('{org}', 'acme', 1)"),
        format!(
            "INSERT INTO scopes (id, organization_id, mode, revision) VALUES ('{scope}', '{org}', 'live', 7)"
        ),
        format!(
            "INSERT INTO api_keys (id, scope_id, name, secret_hash, prefix, expires_at, last_used_at, created_at, revoked_at) \
             VALUES ('{key}', '{scope}', 'Old', '{hash}', 'ck_live_000000', NULL, 1500000000000, 1400000000000, NULL)"
        ),
        format!(
            "INSERT INTO plan_groups (id, scope_id, name, description, is_public, created_at, updated_at) \
             VALUES ('{}', '{scope}', 'Teams', NULL, true, 3, 4)",
            id("grp", 1)
        ),
        format!(
            "INSERT INTO idempotency_records (scope_id, idempotency_key, fingerprint, answer, created_at) \
             VALUES ('{scope}', 'old', 'x', '{{}}', 1)"
        ),
    ];
    for (number, code, deleted) in [
        (1, "calls", "NULL"),
        (2, "seats", "NULL"),
        (3, "calls", "9"),
    ] {
        rows.push(format!(
            "INSERT INTO features (id, scope_id, code, name, type, description, unit_name, created_at, updated_at, deleted_at) \
             VALUES ('{}', '{scope}', '{code}', 'Feature', 'usage', 'Wörds', NULL, 5, 6, {deleted})",
            id("feat", number)
        ));
    }
    let group = format!("'{}'", id("grp", 1));
    for (number, code, place, group, deleted) in [
        (1, "pro", 3, group.as_str(), "NULL"),
        (2, "gone", 1, "NULL", "9"),
        (3, "free", 2, "NULL", "NULL"),
    ] {
        let plan = id("pln", number);
        let (order, default) = (number - 1, number == 1);
        rows.push(format!(
            "INSERT INTO plans (id, scope_id, code, name, description, consumption_model, is_public, is_default, is_free, \
             block_on_exhaustion, sort_order, creation_order, plan_group_id, metadata, created_at, updated_at, deleted_at) \
             VALUES ('{plan}', '{scope}', '{code}', 'Plan', NULL, 'credits', {default}, {default}, false, true, \
             {place}, {order}, {group}, '{{\"b\":1.50,\"a\":9007199254740993}}', 1500000000000, 1600000000000, {deleted})"
        ));
    }
    rows
}

async fn connect(database: &TestDatabase) -> DatabaseConnection {
    let address = match database.address().strip_prefix("sqlite:") {
        // The server creates a missing file; here the address must ask for it.
        Some(path) => format!("sqlite:{path}?mode=rwc"),
        None => database.address().to_owned(),
    };
    sea_orm::Database::connect(address)
        .await
        .expect("the database")
}

/// A database that a server of an earlier version left after a number of migrations.
async fn old_database(steps: u32) -> Arc<TestDatabase> {
    let database = TestDatabase::new().await;
    let connection = connect(&database).await;
    Migrator::up(&connection, Some(steps))
        .await
        .expect("the first steps");
    for row in old_rows() {
        connection.execute_unprepared(&row).await.expect("a row");
    }
    connection.close().await.expect("the connection closes");
    Arc::new(database)
}

fn count_of_steps() -> u32 {
    u32::try_from(Migrator::migrations().len()).expect("a few")
}

async fn old_plan(owner: &Actor, name: &str) -> Value {
    owner.get(&format!("/plans/{name}")).await.data().clone()
}

async fn check_nothing_is_lost(owner: &Actor) {
    let expected = json!({
        "id": id("pln", 1), "name": "Plan", "code": "pro", "description": null,
        "consumptionModel": "credits", "isPublic": true, "isDefault": true, "isFree": false,
        "blockOnExhaustion": true, "sortOrder": 3, "planGroupId": id("grp", 1),
        "metadata": null, "createdAt": "2017-07-14T02:40:00.000Z",
        "updatedAt": "2020-09-13T12:26:40.000Z", "features": [], "prices": [],
        "exchangeRates": [], "object": "plan", "livemode": true,
    });
    let mut plan = old_plan(owner, "pro").await;
    let metadata = plan["metadata"].take();
    assert_eq!(metadata.to_string(), r#"{"b":1.50,"a":9007199254740993}"#);
    assert_eq!(plan, expected);
    assert_eq!(old_plan(owner, &id("pln", 3)).await["isPublic"], false);
    owner
        .get("/plans/gone")
        .await
        .refused(404, "plan_not_found");
    assert_eq!(
        ids(&owner.get("/features").await),
        [id("feat", 1), id("feat", 2)]
    );
    let feature = owner.get("/features/calls").await;
    assert_eq!(feature.text("description"), "Wörds");
    let group = owner.get(&format!("/plan-groups/{}", id("grp", 1))).await;
    assert_eq!(
        group.data()["plans"],
        json!([{"id": id("pln", 1), "name": "Plan", "sortOrder": 3}])
    );
    let keys = owner.get("/api-keys").await;
    assert_eq!(keys.data()[0]["createdAt"], "2014-05-13T16:53:20.000Z");
    assert_eq!(keys.data()[0]["permissions"], Value::Null);
}

async fn check_it_serves(owner: &Actor) {
    // New positions follow those of all plans that ever existed.
    let made = owner
        .post("/plans/manage", json!({"name": "Gone", "code": "gone"}))
        .await;
    assert_eq!(made.data()["sortOrder"], 3);
    owner
        .post("/plans/pro/features", json!({"featureId": "calls"}))
        .await
        .data();
    let price = json!({"billingInterval": "monthly", "price": 1});
    owner.post("/plans/pro/prices", price).await.data();
    let rate = json!({"currency": "eur", "exchangeRate": 2});
    owner.put("/plans/pro/regional", rate).await.data();
    let plan = old_plan(owner, "pro").await;
    assert_eq!(plan["prices"][0]["regionalPrices"][0]["price"], 2);
    // The old idempotency record has expired.
    let request = owner
        .request(Method::POST, "/plan-groups")
        .header("idempotency-key", "old");
    owner
        .send(request.json(&json!({"name": "New"})))
        .await
        .data();
}

/// The last round has every migration: earlier versions that run beside this one store such rows.
#[tokio::test]
async fn every_earlier_version_is_migrated() {
    for steps in 1..=count_of_steps() {
        let server = TestServer::on(old_database(steps).await).await;
        let owner = server.stranger().with_key(SECRET);
        check_nothing_is_lost(&owner).await;
        check_it_serves(&owner).await;
    }
}

/// An object inserted by the previous version has no position by creation, and its id, which depends
/// on a clock, must not determine one.
#[tokio::test]
async fn what_an_earlier_version_inserts_gets_a_place() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = owner.make_feature("first", "usage").await;
    let connection = connect(&server.database).await;
    // Ids as created by clocks that are slow.
    let early = [id("feat", 1), id("feat", 2)];
    for (early, code) in early.iter().zip(["one", "two"]) {
        let insert = format!(
            "INSERT INTO features (id, scope_id, code, name, type, created_at, updated_at) \
             SELECT '{early}', id, '{code}', 'Feature', 'usage', 5, 6 FROM scopes"
        );
        connection.execute_unprepared(&insert).await.expect("a row");
    }
    let listed = async || {
        let listed = all(&owner, "/features", 1).await;
        let whole = owner.get("/features").await;
        assert_eq!(whole.data(), &Value::from(listed));
        ids(&whole)
    };
    let [one, two] = early;
    assert_eq!(listed().await, [&first, &one, &two].map(String::clone));
    let last = owner.make_feature("last", "usage").await;
    assert_eq!(listed().await, [first, one, two, last]);
}

/// Every statement that defines the schema, and the applied migrations.
async fn schema(connection: &DatabaseConnection) -> Vec<String> {
    let backend = connection.get_database_backend();
    let queries = match backend {
        sea_orm::DbBackend::Sqlite => {
            ["SELECT name || coalesce(sql, '') AS line FROM sqlite_master"]
        }
        _ => [
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable) AS line \
             FROM information_schema.columns WHERE table_schema = 'public' \
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        ],
    };
    let taken = "SELECT version || applied_at AS line FROM seaql_migrations";
    let mut lines: Vec<String> = Vec::new();
    for query in queries.into_iter().chain([taken]) {
        let rows = connection
            .query_all_raw(Statement::from_string(backend, query))
            .await;
        let rows = rows.expect("the schema");
        lines.extend(
            rows.iter()
                .map(|row| row.try_get("", "line").expect("a line")),
        );
    }
    lines.sort();
    lines
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let database = TestDatabase::new().await;
    let migrate = async || {
        drop(
            startup::open(&database.url(), CACHE)
                .await
                .expect("a migration"),
        )
    };
    migrate().await;
    let connection = connect(&database).await;
    let before = schema(&connection).await;
    assert!(before.len() > 20, "{before:?}");
    migrate().await;
    assert_eq!(schema(&connection).await, before);
}

#[tokio::test]
async fn an_old_database_gets_the_schema_of_a_new_one() {
    let without_times = |lines: Vec<String>| -> Vec<String> {
        lines
            .into_iter()
            .filter(|line| !line.starts_with('m'))
            .collect()
    };
    let mut schemas = Vec::new();
    for database in [Arc::new(TestDatabase::new().await), old_database(1).await] {
        startup::open(&database.url(), CACHE)
            .await
            .expect("a migration");
        schemas.push(without_times(schema(&connect(&database).await).await));
    }
    assert_eq!(schemas[0], schemas[1]);
}

#[tokio::test]
async fn many_servers_migrate_one_database_at_once() {
    for database in [Arc::new(TestDatabase::new().await), old_database(1).await] {
        let mut starts = JoinSet::new();
        for _ in 0..6 {
            let url = database.url();
            starts.spawn(async move { startup::open(&url, CACHE).await.map(drop) });
        }
        for started in starts.join_all().await {
            started.expect("a start");
        }
        let connection = connect(&database).await;
        let pending = Migrator::get_pending_migrations(&connection)
            .await
            .expect("the steps");
        assert!(pending.is_empty());
    }
}

#[tokio::test]
async fn key_without_its_permissions_does_nothing() {
    let database = Arc::new(TestDatabase::new().await);
    let server = TestServer::on(database.clone()).await;
    let owner = server.owner().await;
    let body = json!({"name": "Page", "permissions": {"plan": ["read"]}});
    let made = owner.post("/api-keys", body).await;
    let page = owner.with_key(made.text("apiKey"));
    page.get("/plans").await.data();
    server.stop().await;
    let connection = connect(&database).await;
    // The third migration added permissions.
    let steps = u32::try_from(Migrator::migrations().len() - 2).expect("few steps");
    Migrator::down(&connection, Some(steps))
        .await
        .expect("a step back");
    connection.close().await.expect("the connection closes");
    let server = TestServer::on(database).await;
    let (owner, page) = (owner.at(&server.base), page.at(&server.base));
    page.get("/plans").await.refused(403, "forbidden");
    page.get("/currencies").await.data();
    let keys = owner.get("/api-keys").await;
    assert_eq!(keys.data()[0]["permissions"], Value::Null);
    assert_eq!(keys.data()[1]["permissions"], json!({}));
}

#[tokio::test]
async fn step_can_be_taken_back_and_again() {
    let database = Arc::new(TestDatabase::new().await);
    startup::open(&database.url(), CACHE)
        .await
        .expect("a migration");
    let connection = connect(&database).await;
    Migrator::down(&connection, None)
        .await
        .expect("all migrations are reverted");
    let tables = schema(&connection).await;
    assert!(
        !tables.iter().any(|line| line.contains("plans")),
        "{tables:?}"
    );
    connection.close().await.expect("the connection closes");
    let server = TestServer::on(database).await;
    server.owner().await.get("/plans").await.data();
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    /// A backup reads every table until it ends. A migration that waits to change such a table
    /// blocks all later readers, so it must not wait for long.
    #[tokio::test]
    async fn waiting_step_blocks_no_reader() {
        let database = old_database(count_of_steps() - 1).await;
        let connection = connect(&database).await;
        let reader = connection.begin().await.expect("a transaction");
        let count = "SELECT count(*) FROM plans, scopes, api_keys";
        reader.execute_unprepared(count).await.expect("a count");
        let url = database.url();
        let migration = tokio::spawn(async move { startup::open(&url, CACHE).await.map(drop) });
        for _ in 0..40 {
            let call = connection.begin().await.expect("a transaction");
            let limit = "SET LOCAL lock_timeout = '2s'";
            call.execute_unprepared(limit).await.expect("a setting");
            call.execute_unprepared(count).await.expect("a count");
            call.commit().await.expect("the end");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(!migration.is_finished(), "the migration did not wait");
        reader.commit().await.expect("the end");
        migration.await.expect("a start").expect("a migration");
    }
}
