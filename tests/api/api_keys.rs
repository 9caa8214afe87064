//! API keys: creating, using and revoking them.

use pricebook::catalog::api_key::KeyWish;
use pricebook::domain::permission::Rights;
use pricebook::domain::scope::Mode;
use pricebook::domain::text::Name;
use pricebook::startup;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::support::database::{TestDatabase, is_postgres};
use crate::support::reads::{check_bad_pages, check_tag, ids, next_cursor, page, read_unless};
use crate::support::server::CACHE;
use crate::support::{Actor, Reply, TestServer, eventually};

async fn create(actor: &Actor, body: Value) -> Reply {
    actor.post("/api-keys", body).await
}

/// Creates a key and returns its id and an actor that uses it.
async fn key(actor: &Actor, name: &str) -> (String, Actor) {
    let made = create(actor, json!({"name": name})).await;
    (made.id().to_owned(), actor.with_key(made.text("apiKey")))
}

fn moment(reply: &Reply, field: &str) -> OffsetDateTime {
    OffsetDateTime::parse(reply.text(field), &Rfc3339).expect("a date-time")
}

/// The item of a key in the list.
async fn listed(actor: &Actor, id: &str) -> Value {
    let list = page(actor, "/api-keys", 100, None).await;
    let keys = list.data().as_array().expect("keys");
    keys.iter()
        .find(|key| key["id"] == id)
        .expect("the key is listed")
        .clone()
}

#[tokio::test]
async fn a_new_key_opens_the_scope_that_it_was_made_in() {
    let server = TestServer::start().await;
    for (mode, start) in [(Mode::Sandbox, "ck_sandbox_"), (Mode::Live, "ck_live_")] {
        let owner = server.actor("acme", mode).await;
        let made = create(&owner, json!({"name": "Page", "expiresInDays": 30})).await;
        assert!(made.id().starts_with("key_"));
        let secret = made.text("apiKey");
        let random = secret.strip_prefix(start).expect("a key of the mode");
        assert_eq!(random.len(), 64, "256 bits");
        assert!(random.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let prefix = made.text("prefix");
        assert!(secret.starts_with(prefix) && prefix.len() < start.len() + 16);
        assert_eq!(
            moment(&made, "expiresAt") - moment(&made, "createdAt"),
            Duration::days(30)
        );
        let expected = json!({
            "id": made.id(), "name": "Page", "apiKey": secret, "prefix": prefix,
            "permissions": null, "expiresAt": made.text("expiresAt"), "createdAt": made.text("createdAt"),
            "object": "api_key", "livemode": mode == Mode::Live,
        });
        assert_eq!(made.data(), &expected);
        let plan = json!({"name": "Any", "code": "any"});
        owner
            .with_key(secret)
            .post("/plans/manage", plan)
            .await
            .data();
        assert_eq!(
            owner.get("/plans/any").await.data()["livemode"],
            mode == Mode::Live
        );
    }
}

#[tokio::test]
async fn key_expires_after_a_year_by_default() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (body, days) in [
        (json!({"name": "a"}), 365),
        (json!({"name": "a", "expiresInDays": 1}), 1),
        (json!({"name": "a", "expiresInDays": 365}), 365),
    ] {
        let made = create(&owner, body).await;
        assert_eq!(
            moment(&made, "expiresAt") - moment(&made, "createdAt"),
            Duration::days(days)
        );
    }
    for days in [
        json!(0),
        json!(366),
        json!(-1),
        json!(1.5),
        json!("30"),
        json!(null),
    ] {
        let body = json!({"name": "a", "expiresInDays": days});
        create(&owner, body).await.invalid(&["expiresInDays"]);
    }
}

#[tokio::test]
async fn all_faults_of_a_new_key_are_named() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    create(&owner, json!({})).await.invalid(&["name"]);
    let wrong = json!({"name": "", "expiresInDays": 0, "mode": "live"});
    create(&owner, wrong)
        .await
        .invalid(&["name", "expiresInDays", "mode"]);
    for name in ["ü".repeat(201), "nul \u{0}".to_owned()] {
        create(&owner, json!({"name": name}))
            .await
            .invalid(&["name"]);
    }
    create(&owner, json!({"name": "ü".repeat(200)}))
        .await
        .data();
}

#[tokio::test]
async fn the_secret_is_in_one_answer_and_nowhere_else() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, json!({"name": "Page"})).await;
    let secret = made.text("apiKey");
    owner.with_key(secret).get("/plans").await.data();
    let entry = listed(&owner, made.id()).await;
    let mut fields: Vec<_> = entry.as_object().expect("a key").keys().cloned().collect();
    fields.sort();
    let expected = [
        "createdAt",
        "expiresAt",
        "id",
        "lastUsedAt",
        "livemode",
        "name",
        "object",
        "permissions",
        "prefix",
    ];
    assert_eq!(fields, expected);
    for field in [
        "id",
        "name",
        "prefix",
        "permissions",
        "expiresAt",
        "createdAt",
        "object",
        "livemode",
    ] {
        assert_eq!(entry[field], made.data()[field]);
    }
    let list = page(&owner, "/api-keys", 100, None).await.body.to_string();
    for known in [secret, owner.key()] {
        assert!(!list.contains(known));
    }
}

#[tokio::test]
async fn the_database_does_not_know_a_secret() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let request = owner.request(reqwest::Method::POST, "/api-keys");
    let request = request
        .header("idempotency-key", "once")
        .json(&json!({"name": "Page"}));
    let made = owner.send(request).await;
    let secret = made.text("apiKey");
    let random = secret.rsplit('_').next().expect("the random part");
    let database = server.database.connect().await;
    for (table, columns) in [
        ("api_keys", ["secret_hash", "prefix", "name"]),
        (
            "idempotency_records",
            ["answer", "fingerprint", "idempotency_key"],
        ),
    ] {
        let select = format!("SELECT {} FROM {table}", columns.join(", "));
        let select = sea_orm::Statement::from_string(database.get_database_backend(), select);
        let rows = database.query_all_raw(select).await.expect("rows");
        assert!(!rows.is_empty());
        for row in rows {
            for column in columns {
                let text: String = row.try_get("", column).expect("a text");
                assert!(!text.contains(random), "{table}.{column} has the secret");
            }
        }
    }
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_any_more() {
    let server = TestServer::start().await;
    let other_server = TestServer::on(server.database.clone()).await;
    let owner = server.owner().await;
    let (id, page_key) = key(&owner, "Page").await;
    let elsewhere = page_key.at(&other_server.base);
    page_key.get("/plans").await.data();
    elsewhere.get("/plans").await.data();
    let deleted = owner.delete(&format!("/api-keys/{id}")).await;
    let expected = json!({"id": id, "deleted": true, "object": "api_key", "livemode": false});
    assert_eq!(deleted.data(), &expected);
    page_key.get("/plans").await.refused(401, "unauthorized");
    // Other servers may take a moment to notice.
    eventually("a refusal", async || {
        elsewhere.get("/plans").await.status != 200
    })
    .await;
    elsewhere.get("/plans").await.refused(401, "unauthorized");
    assert!(!ids(&owner.get("/api-keys").await).contains(&id));
    owner
        .delete(&format!("/api-keys/{id}"))
        .await
        .refused(404, "api_key_not_found");
}

#[tokio::test]
async fn an_expired_key_opens_nothing_any_more() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (id, page_key) = key(&owner, "Page").await;
    let expire = format!("UPDATE api_keys SET expires_at = created_at WHERE id = '{id}'");
    server.database.execute(&[expire]).await;
    page_key.get("/plans").await.refused(401, "unauthorized");
    // The expired key is still listed and can be revoked.
    let entry = listed(&owner, &id).await;
    assert_eq!(entry["expiresAt"], entry["createdAt"]);
    owner.delete(&format!("/api-keys/{id}")).await.data();
}

#[tokio::test]
async fn a_key_cannot_revoke_itself() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (id, page_key) = key(&owner, "Page").await;
    let path = format!("/api-keys/{id}");
    page_key.delete(&path).await.refused(409, "api_key_in_use");
    page_key.get("/plans").await.data();
    owner.delete(&path).await.data();
}

#[tokio::test]
async fn a_key_is_found_by_its_id_in_its_scope_only() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (id, page_key) = key(&owner, "Page").await;
    let unknown = format!("key_{}", "0".repeat(32));
    let missing = "api_key_not_found";
    for name in ["Page", "key_", "%00", page_key.key(), &unknown] {
        owner
            .delete(&format!("/api-keys/{name}"))
            .await
            .refused(404, missing);
    }
    for (organization, mode) in [("rival", Mode::Sandbox), ("acme", Mode::Live)] {
        let other = server.actor(organization, mode).await;
        other
            .delete(&format!("/api-keys/{id}"))
            .await
            .refused(404, missing);
    }
    page_key.get("/plans").await.data();
}

#[tokio::test]
async fn the_list_tells_when_a_key_was_last_used() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (id, page_key) = key(&owner, "Page").await;
    assert_eq!(listed(&owner, &id).await["lastUsedAt"], Value::Null);
    page_key.get("/plans").await.data();
    let used = listed(&owner, &id).await;
    let used = used["lastUsedAt"].as_str().expect("a time");
    let at = OffsetDateTime::parse(used, &Rfc3339).expect("a date-time");
    assert!(at <= OffsetDateTime::now_utc());
    // Other servers, and this one after a restart, see the use once it is stored.
    let (database, expected) = (server.database.clone(), used.to_owned());
    server.stop().await;
    let restarted = TestServer::on(database).await;
    let entry = listed(&owner.at(&restarted.base), &id).await;
    assert_eq!(entry["lastUsedAt"], json!(expected));
}

/// The number of transactions in SQLite's WAL: by the file format, the last frame of a transaction
/// holds the size of the database.
fn commits_in(log: &[u8]) -> usize {
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().expect("four bytes"));
    let frame = 24 + number(8) as usize;
    let frames = (32..log.len()).step_by(frame);
    frames.filter(|at| number(at + 4) > 0).count()
}

#[tokio::test]
async fn the_use_of_many_keys_is_one_transaction() {
    let database = TestDatabase::new().await;
    // No background tasks run.
    let app = startup::open(&database.url(), CACHE).await.expect("open");
    let acme = Name::parse("acme").expect("a name");
    for number in 0..7 {
        let wish = KeyWish {
            name: Name::parse(format!("Key {number}")).expect("a name"),
            expires_in_days: None,
            rights: Rights::Full,
        };
        let made = app.create_key_for(&acme, Mode::Live, wish).await;
        let secret = made.expect("a key").secret;
        app.authenticate(secret.expose()).await.expect("an answer");
    }
    let connection = database.connect().await;
    let transactions = if is_postgres() {
        app.save_key_use().await.expect("saved");
        let query =
            "SELECT count(DISTINCT xmin::text) AS n, count(last_used_at) AS used FROM api_keys";
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, query));
        let rows = rows.await.expect("a row");
        assert_eq!(rows[0].try_get::<i64>("", "used").expect("a number"), 7);
        usize::try_from(rows[0].try_get::<i64>("", "n").expect("a number")).expect("few")
    } else {
        let empty = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.execute_unprepared(empty).await.expect("empty");
        app.save_key_use().await.expect("saved");
        let log = database.folder().join("pricebook.db-wal");
        commits_in(&std::fs::read(log).expect("a log"))
    };
    assert_eq!(transactions, 1);
    let listed = app.all_api_keys().await.expect("keys");
    assert!(listed.iter().all(|owned| owned.key.last_used_at.is_some()));
}

#[tokio::test]
async fn keys_are_listed_by_age_in_pages_of_25() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut made = ids(&owner.get("/api-keys").await);
    assert_eq!(made.len(), 1, "the owner's own");
    for number in (0..26).rev() {
        made.push(key(&owner, &format!("Key {number}")).await.0);
    }
    let first = owner.get("/api-keys").await;
    assert_eq!(ids(&first), made[..25]);
    let cursor = next_cursor(&first);
    let rest = owner.get(&format!("/api-keys?cursor={cursor}")).await;
    assert_eq!(ids(&rest), made[25..]);
    assert_eq!(
        (&rest.body["hasMore"], &rest.body["nextCursor"]),
        (&json!(false), &json!(null))
    );
    check_bad_pages(&owner, "/api-keys").await;
}

#[tokio::test]
async fn key_pages_survive_writes_between() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut made = Vec::new();
    for name in ["a", "b", "c"] {
        made.push(key(&owner, name).await.0);
    }
    let first = page(&owner, "/api-keys", 2, None).await;
    assert_eq!(ids(&first)[1], made[0]);
    for doomed in &made[..2] {
        owner.delete(&format!("/api-keys/{doomed}")).await.data();
    }
    let newest = key(&owner, "new").await.0;
    let cursor = next_cursor(&first);
    let second = page(&owner, "/api-keys", 2, Some(&cursor)).await;
    assert_eq!(ids(&second), [made[2].clone(), newest]);
}

#[tokio::test]
async fn reads_of_keys_have_tags() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (id, _) = key(&owner, "Page").await;
    // Every call uses the owner's own key, and the list shows its last use, so only the later keys
    // are compared.
    let cursor = next_cursor(&page(&owner, "/api-keys", 1, None).await);
    let path = format!("/api-keys?cursor={cursor}");
    check_tag(&owner, &path).await;
    let before = owner.get(&path).await;
    let tag = before.header("etag").expect("a tag");
    owner.delete(&format!("/api-keys/{id}")).await.data();
    assert_eq!(read_unless(&owner, &path, tag).await.data(), &json!([]));
}
