//! A role that may not change the schema, and an unsuitable database.

use super::*;

/// Creates a role that may only read and write the tables that the owner has created; returns the
/// address of the database for this role.
async fn role_without_ddl(database: &TestDatabase, role: &str) -> String {
    let exists = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public";
    let statements = [
        format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'"),
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
        format!("GRANT USAGE ON SCHEMA public TO {role}"),
        format!("GRANT {exists} TO {role}"),
    ];
    database.execute(&statements).await;
    let (_, place) = database.address().rsplit_once('@').expect("a user");
    format!("postgres://{role}:secret@{place}")
}

#[tokio::test]
async fn a_role_without_ddl_serves_after_migrate() {
    let database = TestDatabase::new().await;
    printed(&mut at(database.address(), &["migrate"]));
    let role = format!("app_{}", name(&database));
    let address = role_without_ddl(&database, &role).await;
    let server = Running::start(&mut at(&address, &["serve"]));
    let owner = actor_by(&mut at(&address, &["keys", "create"]), &server.base);
    owner.make_plan("pro", json!({})).await;
    owner.get("/plans/pro").await.data();
    let (status, body) = page(&format!("{}/readyz?for=writes", server.base)).await;
    assert_eq!(status, 200, "{body}");
    server.stop();
    // The role cannot create the schema, and the error says what to do.
    let empty = TestDatabase::new().await;
    let revoke = "REVOKE CREATE ON SCHEMA public FROM PUBLIC";
    empty.execute(&[revoke]).await;
    let (before, _) = address.rsplit_once('/').expect("a database");
    let words = error_message(&mut at(&format!("{before}/{}", name(&empty)), &["serve"]));
    assert!(words.contains("permission denied"), "{words}");
    assert!(words.contains("pricebook migrate"), "{words}");
}

#[tokio::test]
async fn another_encoding_is_refused() {
    let admin = TestDatabase::new().await;
    let latin = format!("latin_{}", name(&admin));
    let create = format!(
        "CREATE DATABASE {latin} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    );
    admin.execute(&[create]).await;
    let (server, _) = admin.address().rsplit_once('/').expect("a database");
    for command in ["serve", "migrate"] {
        let words = error_message(&mut at(&format!("{server}/{latin}"), &[command]));
        assert_eq!(words.lines().count(), 1, "{words}");
        assert!(words.contains("its encoding is LATIN1"), "{words}");
    }
}

#[tokio::test]
async fn the_pool_has_the_configured_size() {
    let database = TestDatabase::new().await;
    for size in ["3", "1001"] {
        let mut command = at(database.address(), &["serve"]);
        let said = error_message(command.env("PRICEBOOK_DATABASE_POOL", size));
        assert!(said.contains("4..=1000"), "{said}");
    }
    let mut command = at(database.address(), &["serve"]);
    let command = command.env("PRICEBOOK_DATABASE_POOL", "4");
    let server = Running::start(command.env("PRICEBOOK_METRICS", "main"));
    let mut create = at(database.address(), &["keys", "create"]);
    let owner = actor_by(&mut create, &server.base);
    let writes = (0..30).map(|number| {
        let body = json!({"name": format!("Group {number}")});
        owner.post("/plan-groups", body)
    });
    for reply in futures_util::future::join_all(writes).await {
        reply.data();
    }
    let metrics = reqwest::get(format!("{}/metrics", server.base)).await;
    let metrics = metrics.expect("an answer").text().await.expect("a text");
    let most = "pricebook_database_connections_max{pool=\"all\"} 4\n";
    assert!(metrics.contains(most), "{metrics}");
}
