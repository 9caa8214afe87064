//! The program itself, as its operator sees it.
//!
//! Not tested here: calls that take longer than 10 seconds are cut off when the server stops. The
//! test would take as long.

use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::database::TestDatabase;
use crate::support::program::{
    Running, actor, actor_by, error_message, first_keys, free_address, keys_in, on, printed,
    program, program_named, run,
};
use crate::support::reads::{all, ids};
use crate::support::tls::Certificate;
use crate::support::{Actor, eventually, raw};

mod access_log;
mod backup;
mod commands;
mod copy;
mod documents;
mod encryption;
mod end;
mod explain;
mod first_key;
mod history;
mod keys;
mod log;
mod metrics;
mod migrations;
mod output;
mod postgres;
mod refused_settings;
mod secrets;
mod settings;
mod sqlite_file;
mod start;
mod tls;
mod traces;

async fn status_of(url: &str) -> u16 {
    reqwest::get(url)
        .await
        .expect("an answer")
        .status()
        .as_u16()
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    #[tokio::test]
    async fn migrate_makes_the_schema_and_no_key() {
        let database = TestDatabase::new().await;
        for _ in 0..2 {
            assert_eq!(printed(&mut on(&database, &["migrate"])), "");
        }
        let list = printed(&mut on(&database, &["keys", "list"]));
        assert_eq!(list.lines().count(), 1);
        Running::start(&mut on(&database, &[])).stop();
        assert_eq!(first_keys(&database).len(), 1);
    }

    /// SQLite files have no connection pool.
    #[tokio::test]
    async fn a_password_of_the_database_is_not_logged() {
        let database = TestDatabase::new().await;
        let (_, behind) = database
            .address()
            .split_once("postgres:")
            .expect("an address");
        let (_, behind) = behind.split_once(':').expect("a password");
        let (password, _) = behind.split_once('@').expect("a password");
        let (said, log) = Running::start(on(&database, &[]).env("RUST_LOG", "trace")).stop();
        assert!(!said.contains(password) && !log.contains(password), "{log}");
    }
}

#[tokio::test]
async fn links_lead_to_the_public_address() {
    let database = TestDatabase::new().await;
    let public = "https://prices.example.com/";
    let server = Running::start_at(&mut on(&database, &[]), public).await;
    let reply = Actor::new(&server.base, None).get("/plans").await;
    let link = reply.body["error"]["doc_url"].clone();
    assert_eq!(link, "https://prices.example.com/docs/errors/unauthorized");
    let (said, _) = server.stop();
    assert!(
        said.contains("Docs: https://prices.example.com/docs\n"),
        "{said}"
    );
}

impl Running {
    /// Starts a server whose public URL is not its address, which is taken from the log.
    async fn start_at(command: &mut Command, public: &str) -> Self {
        let mut server = Self::spawn(
            command
                .env("PRICEBOOK_PUBLIC_URL", public)
                .env("PRICEBOOK_LOG_FORMAT", "json"),
        );
        server.wait_for_log("\"listening\"").await;
        let log = server.log();
        let lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let listening = lines
            .into_iter()
            .find(|line| line["message"] == "listening");
        let address = listening.expect("a line")["address"]
            .as_str()
            .expect("an address")
            .to_owned();
        server.base = format!("http://{address}");
        server
    }
}

/// Makes calls of all kinds, each with its own request id, and returns the ids with the method,
/// path and status expected in their log lines.
async fn calls(owner: &Actor) -> Vec<(String, &'static str, &'static str, u16)> {
    let mut made = Vec::new();
    for (method, path, status, has_key) in [
        (Method::GET, "/plans", 200, true),
        (Method::GET, "/plans?secret=in-the-query", 400, true),
        (Method::GET, "/plans/none", 404, true),
        (Method::POST, "/plan-groups", 400, true),
        (Method::PATCH, "/plans", 405, true),
        (Method::GET, "/nothing", 404, true),
        (Method::GET, "/features", 401, false),
    ] {
        let id = format!("call-{}", made.len());
        let without_key = Actor::new(owner.address("").trim_end_matches("/api/v1"), None);
        let actor = if has_key { owner } else { &without_key };
        let name = match method.as_str() {
            "GET" => "GET",
            "POST" => "POST",
            _ => "PATCH",
        };
        let request = actor.request(method, path).header("x-request-id", &id);
        assert_eq!(actor.send(request).await.status, status);
        made.push((id, name, path.split('?').next().expect("a path"), status));
    }
    made
}

/// Creates groups one after another until the server stops answering; counts the acknowledged ones.
async fn write_until_it_ends(owner: Actor, made: Arc<AtomicUsize>) {
    let client = reqwest::Client::new();
    let url = owner.address("/plan-groups");
    for number in 0.. {
        let body = json!({"name": format!("Group {number}")});
        let call = client
            .post(&url)
            .header("x-api-key", owner.key())
            .json(&body);
        match call.send().await {
            Ok(answer) if answer.status() == 200 => made.fetch_add(1, Ordering::SeqCst),
            _ => return,
        };
    }
}

/// The number of groups, which must be the first ones that [`write_until_it_ends`] created.
async fn numbered_groups(owner: &Actor) -> usize {
    let groups = all(owner, "/plan-groups", 100).await;
    for (number, group) in groups.iter().enumerate() {
        assert_eq!(group["name"], format!("Group {number}"));
    }
    groups.len()
}

/// The program with a certificate.
fn with_tls(database: &TestDatabase, certificate: &Path, key: &Path) -> Command {
    let mut command = on(database, &[]);
    command
        .env("PRICEBOOK_TLS_CERT", certificate)
        .env("PRICEBOOK_TLS_KEY", key);
    command
}

fn mode_of(path: &Path) -> u32 {
    let found = std::fs::metadata(path).expect("a file");
    found.permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}

/// The columns of a key's line in the list.
fn listed(database: &TestDatabase, name: &str) -> Vec<String> {
    let list = printed(&mut on(database, &["keys", "list"]));
    let mut lines = list
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    lines
        .find(|columns| columns[3] == name)
        .unwrap_or_else(|| panic!("no {name} in {list}"))
}

/// The log line of a request.
fn line_of(log: &str, id: &str) -> Value {
    let lines = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let mut about = lines.filter(|line: &Value| line["request_id"] == id);
    about
        .next()
        .unwrap_or_else(|| panic!("no line for {id} in {log}"))
}
