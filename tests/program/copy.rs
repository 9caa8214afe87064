//! Copies of whole catalogs from one database to another.

use pricebook::startup;

use super::*;
use crate::support::server::CACHE;

fn copy(from: &TestDatabase, to: &TestDatabase) -> Command {
    program(&["copy", "--from", from.address(), "--to", to.address()])
}

/// The answers of a server to reads with a key.
async fn answers(database: &TestDatabase, key: &str) -> Vec<Value> {
    let server = Running::start(&mut on(database, &[]));
    let owner = Actor::new(&server.base, Some(key.to_owned()));
    let mut answers = Vec::new();
    for path in [
        "/plans?includePrivate=true",
        "/features",
        "/plan-groups",
        "/changes?limit=100",
    ] {
        answers.push(owner.get(path).await.data().clone());
    }
    // A call from before the copy is replayed.
    let again = owner.request(Method::POST, "/plan-groups");
    let again = again.header("idempotency-key", "call 7");
    let again = owner.send(again.json(&json!({"name": "Group 7"}))).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    answers.push(again.data().clone());
    answers
}

/// A catalog with rows in every table, and in some more than one batch of the copy.
async fn filled() -> (TestDatabase, String) {
    let database = TestDatabase::in_a_file();
    let said = printed(&mut on(&database, &["demo"]));
    let key = keys_in(&said).remove(0);
    let server = Running::start(&mut on(&database, &[]));
    let owner = Actor::new(&server.base, Some(key.clone()));
    for number in 0..250 {
        let call = owner.request(Method::POST, "/plan-groups");
        let call = call.header("idempotency-key", format!("call {number}"));
        let body = json!({"name": format!("Group {number}")});
        owner.send(call.json(&body)).await.data();
    }
    let document =
        json!({"pricebook": 1, "features": {"planned": {"name": "Planned", "type": "usage"}}});
    let source = json!({"source": {"document": document}});
    owner.post("/changesets", source).await.data();
    owner.get("/plans").await.data();
    server.stop();
    (database, key)
}

fn counts(said: &str) -> Vec<(&str, u64)> {
    let lines = said.lines().skip(1).map(|line| line.split_once('\t'));
    let counts = lines.map(|line| line.expect("two columns"));
    counts
        .map(|(table, rows)| (table, rows.parse().expect("a number")))
        .collect()
}

#[tokio::test]
async fn a_copy_is_the_same_catalog_on_any_database() {
    let (first, key) = filled().await;
    let list = printed(&mut on(&first, &["keys", "list"]));
    let (second, third) = (TestDatabase::new().await, TestDatabase::in_a_file());
    for (from, to) in [(&first, &second), (&second, &third)] {
        let said = printed(&mut copy(from, to));
        let counts = counts(&said);
        assert_eq!(counts.len(), 15, "{said}");
        assert!(counts.iter().all(|(_, rows)| *rows > 0), "{said}");
        assert!(counts.contains(&("idempotency_records", 250)), "{said}");
        assert_eq!(printed(&mut on(to, &["keys", "list"])), list);
    }
    let expected = answers(&first, &key).await;
    for copied in [&second, &third] {
        assert_eq!(answers(copied, &key).await, expected);
    }
}

#[tokio::test]
async fn a_database_that_has_a_catalog_is_no_target() {
    let (from, to) = (TestDatabase::in_a_file(), TestDatabase::new().await);
    printed(&mut on(&from, &["keys", "create"]));
    printed(&mut on(&to, &["keys", "create"]));
    let list = printed(&mut on(&to, &["keys", "list"]));
    for from in [&from, &to] {
        let words = error_message(&mut copy(from, &to));
        assert!(
            words.ends_with(" is not empty; nothing was copied\n"),
            "{words}"
        );
    }
    assert_eq!(printed(&mut on(&to, &["keys", "list"])), list);
}

#[tokio::test]
async fn only_a_catalog_of_this_version_is_copied() {
    let to = TestDatabase::in_a_file();
    let words = error_message(&mut copy(&TestDatabase::in_a_file(), &to));
    assert!(words.contains("cannot open the SQLite file"), "{words}");
    for (statement, expected) in [
        (
            "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)",
            "run `pricebook migrate` on it first",
        ),
        (
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)",
            "that of a later version",
        ),
        ("DROP TABLE seaql_migrations", "holds no catalog"),
    ] {
        let from = TestDatabase::new().await;
        printed(&mut on(&from, &["keys", "create"]));
        from.execute(&[statement]).await;
        let words = error_message(&mut copy(&from, &to));
        assert!(words.contains(expected), "{words}");
    }
    let file = to.folder().join("pricebook.db");
    assert!(!file.exists(), "the target was created");
}

#[tokio::test]
async fn a_copy_that_is_not_the_same_is_not_kept() {
    let from = TestDatabase::in_a_file();
    printed(&mut on(&from, &["keys", "create"]));
    for change in [
        "UPDATE api_keys SET name = 'other' WHERE id = NEW.id",
        "DELETE FROM api_keys WHERE id = NEW.id",
        "INSERT INTO organizations VALUES ('org_2', 'another', 0)",
    ] {
        let to = TestDatabase::in_a_file();
        let app = startup::open(&to.url(), CACHE).await;
        let closed = app.expect("a schema").close().await;
        closed.expect("an end");
        let trigger =
            format!("CREATE TRIGGER meddling AFTER INSERT ON api_keys BEGIN {change}; END");
        to.execute(&[trigger]).await;
        let words = error_message(&mut copy(&from, &to));
        assert!(
            words.contains(" is not the same; nothing was copied"),
            "{words}"
        );
        assert_eq!(printed(&mut on(&to, &["keys", "list"])).lines().count(), 1);
    }
}

#[tokio::test]
async fn copy_shows_no_password() {
    let from = TestDatabase::in_a_file();
    printed(&mut on(&from, &["keys", "create"]));
    let nobody = free_address();
    for (url, place) in [
        (
            format!("postgres://user:hunter2@{nobody}/shop"),
            nobody.as_str(),
        ),
        (
            "mysql://user:hunter2@localhost/shop".to_owned(),
            "--to must start",
        ),
        (
            "postgres://user:hunter2@localhost:port/shop".to_owned(),
            "--to is no address",
        ),
    ] {
        let words = error_message(on(&from, &["copy"]).env("PRICEBOOK_COPY_TO", url));
        assert!(words.contains(place), "{words}");
        assert!(!words.contains("hunter2"), "a password is shown: {words}");
    }
    let help =
        printed(program(&["copy", "--help"]).env("PRICEBOOK_COPY_TO", "postgres://u:hunter2@h/d"));
    assert!(
        help.contains("[env: PRICEBOOK_COPY_TO]") && !help.contains("hunter2"),
        "{help}"
    );
}
