//! Servers that start before their database.

use super::*;
use crate::support::program::free_address;
use crate::support::promise::check_refused;
use crate::support::proxy::{Proxy, Way};

/// Starts a server whose database is not available yet, and waits for the log line that says so.
async fn waiting(database: &str, listen: &str, words: &str) -> Running {
    let mut command = at(database, &["serve"]);
    let server = Running::spawn(command.env("PRICEBOOK_LISTEN", listen));
    server.wait_for_log(words).await;
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_answers_while_it_waits() {
    let database = TestDatabase::new().await;
    let proxy = Proxy::before(database.address()).await;
    proxy.set(Way::Cut);
    let listen = free_address();
    let base = format!("http://{listen}");
    let server = waiting(proxy.url(), &listen, "waiting for PostgreSQL at").await;
    assert_eq!(page(&format!("{base}/livez")).await.0, 200);
    for path in ["/readyz", "/readyz?for=writes"] {
        let (status, body) = page(&format!("{base}{path}")).await;
        assert_eq!(status, 503, "{body}");
        for part in ["reads", "writes"] {
            assert_eq!(body[part]["status"], "unavailable", "{body}");
            assert_eq!(body[part]["reason"], "the server is starting", "{body}");
        }
    }
    let stranger = Actor::new(&base, Some("ck_sandbox_unknown".to_owned()));
    for reply in [
        stranger.get("/plans").await,
        stranger
            .post("/plans/manage", json!({"name": "Pro", "code": "pro"}))
            .await,
    ] {
        check_refused(&reply);
    }
    proxy.set(Way::Open);
    let server = server.ready();
    let (status, body) = page(&format!("{base}/readyz?for=writes")).await;
    assert_eq!((status, &body["status"]), (200, &json!("ok")));
    assert_eq!(body["reads"]["from"], "database", "{body}");
    stranger.get("/plans").await.refused(401, "unauthorized");
    server.stop();
}

#[tokio::test]
async fn sigterm_ends_the_wait_for_a_database() {
    let nobody = free_address();
    let url = format!("postgres://user:hunter2@{nobody}/shop");
    let server = waiting(&url, "127.0.0.1:0", "Connection refused").await;
    let (said, log) = server.stop();
    assert_eq!(said, "");
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn a_wait_ends() {
    let nobody = free_address();
    let url = format!("postgres://user:hunter2@{nobody}/shop");
    for command in ["serve", "migrate"] {
        let mut command = at(&url, &[command]);
        let words = error_message(command.env("PRICEBOOK_DATABASE_WAIT", "1"));
        let last = words.lines().last().expect("a line");
        let start =
            format!("pricebook: cannot open PostgreSQL at {nobody}/shop: Connection refused");
        assert!(last.starts_with(&start), "{words}");
    }
}
