//! The program itself, as its operator meets it.
//!
//! What is not tested here: that what does not end within 10 seconds is cut off when the server stops,
//! which takes as long.

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
    Running, actor, actor_by, first_keys, free_address, keys_in, last_words, on, printed, program,
    program_named, run,
};
use crate::support::reads::{all, ids};
use crate::support::tls::Certificate;
use crate::support::{Actor, eventually, raw};

mod backup;
mod copy;
mod encryption;
mod first_key;
mod log;
mod metrics;
mod output;
mod secrets;
mod settings;
mod sqlite_file;
mod traces;

async fn status_of(url: &str) -> u16 {
    reqwest::get(url)
        .await
        .expect("an answer")
        .status()
        .as_u16()
}

#[tokio::test]
async fn the_first_start_makes_one_key_and_later_ones_none() {
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
async fn servers_that_start_at_once_all_come_up_and_make_one_key() {
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

/// Makes groups, one after the other, until the server does not answer any more; counts those that
/// it acknowledged.
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

/// How many groups there are, which have to be the first that [`write_until_it_ends`] made.
async fn numbered_groups(owner: &Actor) -> usize {
    let groups = all(owner, "/plan-groups", 100).await;
    for (number, group) in groups.iter().enumerate() {
        assert_eq!(group["name"], format!("Group {number}"));
    }
    groups.len()
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_kill() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    let made = Arc::new(AtomicUsize::new(0));
    let writing = tokio::spawn(write_until_it_ends(owner.clone(), made.clone()));
    eventually("30 writes", async || made.load(Ordering::SeqCst) >= 30).await;
    server.signal("KILL");
    let (status, _, log) = server.end();
    assert_eq!(status.code(), None, "{log}");
    writing.await.expect("the writer ends");
    let made = made.load(Ordering::SeqCst);

    let server = Running::start(&mut on(&database, &[]));
    let owner = owner.at(&server.base);
    let found = numbered_groups(&owner).await;
    // The last write may have been made without its answer having come through.
    assert!(
        found == made || found == made + 1,
        "{found} found, {made} acknowledged"
    );
    owner
        .post("/plan-groups", json!({"name": "After"}))
        .await
        .data();
}

/// Begins a call of which the server has only read the head.
fn begin_call(owner: &Actor, base: &str, body: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(base.trim_start_matches("http://")).expect("a connection");
    let head = format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        owner.key(),
        body.len()
    );
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(head.as_bytes()).expect("a head");
    let mut line = String::new();
    stream.read_line(&mut line).expect("a line");
    assert!(line.starts_with("HTTP/1.1 100 "), "{line}");
    stream
        .read_line(&mut line)
        .expect("the empty line behind it");
    stream
}

#[tokio::test]
async fn a_signal_ends_the_server_after_what_is_in_flight() {
    for signal in ["TERM", "INT"] {
        let database = TestDatabase::new().await;
        let server = Running::start(&mut on(&database, &[]));
        let owner = actor(&database, &server.base);
        owner.get("/plans").await.data();
        let address = server.base.trim_start_matches("http://").to_owned();
        let _silent = TcpStream::connect(&address).expect("a connection");
        let body = r#"{"name":"In flight"}"#;
        let mut call = begin_call(&owner, &server.base, body);
        server.signal(signal);
        server.wait_for_log("stopping").await;
        let refuses = async || TcpStream::connect(&address).is_err();
        eventually("an end of accepting", refuses).await;
        call.get_mut().write_all(body.as_bytes()).expect("the body");
        let mut answer = Vec::new();
        call.read_to_end(&mut answer).expect("an answer");
        assert_eq!(raw::parse(&answer).text("name"), "In flight");
        let (status, _, log) = server.end();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(!log.contains("cut off"), "{log}");
        let again = Running::start(&mut on(&database, &[]));
        assert_eq!(
            ids(&owner.at(&again.base).get("/plan-groups").await).len(),
            1
        );
    }
}

#[tokio::test]
async fn a_wrong_setting_ends_the_program_with_a_sentence() {
    let database = TestDatabase::new().await;
    for (name, value, words) in [
        (
            "DATABASE_URL",
            "mysql://user:hunter2@localhost/shop",
            "sqlite: or postgres://",
        ),
        ("DATABASE_URL", "pricebook.db", "sqlite: or postgres://"),
        ("DATABASE_URL", "sqlite:", "must name a file"),
        ("DATABASE_URL", "sqlite::memory:", "must name a file"),
        ("DATABASE_URL", "sqlite:file:shop.db", "not a file: URI"),
        (
            "DATABASE_URL",
            "sqlite:shop.db?mode=ro",
            "mode=ro is only for",
        ),
        ("DATABASE_URL", "sqlite:shop.db?mode=rw", "does not exist"),
        (
            "DATABASE_URL",
            "sqlite:shop.db?cache=shared",
            "parameter cache",
        ),
        ("DATABASE_URL", "sqlite:my%20shop.db", "stands for itself"),
        (
            "PRICEBOOK_BOOTSTRAP_KEY",
            "ck_live_hunter2",
            "64 hexadecimal digits",
        ),
        (
            "DATABASE_URL",
            "postgres://user:hunter2@localhost:port/shop",
            "port",
        ),
        ("PRICEBOOK_LISTEN", "localhost", "--listen"),
        ("PRICEBOOK_LISTEN", "127.0.0.1:65536", "--listen"),
        ("PRICEBOOK_LOG_FORMAT", "xml", "text, json"),
        ("RUST_LOG", "pricebook=loud", "log filter"),
        (
            "PRICEBOOK_PUBLIC_URL",
            "prices.example.com",
            "http:// or https://",
        ),
        ("RUST_LOG", "verbose", "no level"),
        ("PRICEBOOK_METRICS", "on", "off, main"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "http://"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://user:hunter2@localhost",
            "no password",
        ),
        ("PRICEBOOK_MAX_CONNECTIONS", "0", "--max-connections"),
        ("PRICEBOOK_IDLE_TIMEOUT", "0", "--idle-timeout"),
        ("PRICEBOOK_RATE_LIMIT", "100", "REQUESTS/SECONDS"),
        ("PRICEBOOK_RATE_LIMIT", "100/0", "REQUESTS/SECONDS"),
        ("PRICEBOOK_WRONG_KEY_LIMIT", "none", "REQUESTS/SECONDS"),
        ("PRICEBOOK_CORS_ORIGINS", "*", "a scheme and a host"),
        (
            "PRICEBOOK_CORS_ORIGINS",
            "https://a.example.com/",
            "a scheme and a host",
        ),
        ("PRICEBOOK_TLS_CERT", "/nothing/cert.pem", "--tls-key"),
        ("PRICEBOOK_TLS_KEY", "/nothing/key.pem", "--tls-cert"),
    ] {
        let words_said = last_words(on(&database, &["serve"]).env(name, value));
        let sentence = words_said.lines().next().unwrap_or_default();
        assert!(words_said.contains(words), "{name}={value}: {words_said}");
        assert!(
            sentence.starts_with("pricebook: ") || sentence.starts_with("error: "),
            "{sentence}"
        );
        assert!(
            !words_said.contains("hunter2"),
            "a password is shown: {words_said}"
        );
        assert!(!words_said.contains("panicked"), "{words_said}");
    }
}

#[tokio::test]
async fn a_busy_port_ends_the_program_with_a_sentence() {
    let database = TestDatabase::new().await;
    let busy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = busy.local_addr().expect("an address").to_string();
    let words = last_words(
        on(&database, &["serve"])
            .env("PRICEBOOK_LISTEN", &address)
            .env("RUST_LOG", "warn"),
    );
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(
        words.starts_with(&format!("pricebook: cannot listen on {address}: ")),
        "{words}"
    );
    // It made no key that nobody has seen.
    assert_eq!(first_keys(&database), [""; 0]);
    Running::start(&mut on(&database, &[])).stop();
    assert_eq!(first_keys(&database).len(), 1);
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_ends_the_program_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path().display();
    let nobody = free_address();
    for (url, place) in [
        (
            format!("postgres://user:hunter2@{nobody}/shop"),
            format!("PostgreSQL at {nobody}/shop: Connection refused"),
        ),
        (
            format!("sqlite:{folder}"),
            format!("the SQLite file {folder}"),
        ),
        (
            format!("sqlite:{folder}/no/such/folder.db"),
            format!("the SQLite file {folder}/no"),
        ),
    ] {
        for command in [&["serve"][..], &["migrate"], &["keys", "list"]] {
            let mut command = program(command);
            command
                .env("PRICEBOOK_DATABASE_WAIT", "0")
                .env("PRICEBOOK_LISTEN", "127.0.0.1:0");
            let words = last_words(command.args(["--database-url", &url]));
            assert_eq!(words.lines().count(), 1, "{words}");
            assert!(
                words.starts_with(&format!("pricebook: cannot open {place}")),
                "{words}"
            );
            assert!(!words.contains("hunter2"), "a password is shown: {words}");
        }
    }
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "these are my notes, not a database").expect("a file");
    let address = format!("sqlite:{}", path.display());
    let mut command = program(&["--database-url", &address, "--listen", "127.0.0.1:0"]);
    let words = last_words(&mut command);
    assert!(
        words.starts_with("pricebook: cannot open the SQLite file "),
        "{words}"
    );
    let notes = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(notes, "these are my notes, not a database");
}

#[test]
fn the_default_database_is_a_file_in_the_working_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    printed(program(&["keys", "create"]).current_dir(folder.path()));
    assert!(folder.path().join("pricebook.db").is_file());
}

#[test]
fn the_document_is_printed_without_a_database() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = program(&["openapi"]);
    command
        .current_dir(folder.path())
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    assert_eq!(printed(&mut command), include_str!("../openapi/v1.json"));
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("the folder")
            .count(),
        0
    );
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

    /// A SQLite file has none.
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

/// The columns of the line of a key in the list.
fn listed(database: &TestDatabase, name: &str) -> Vec<String> {
    let list = printed(&mut on(database, &["keys", "list"]));
    let mut lines = list
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    lines
        .find(|columns| columns[3] == name)
        .unwrap_or_else(|| panic!("no {name} in {list}"))
}

#[tokio::test]
async fn a_key_is_made_with_what_is_asked_for() {
    let database = TestDatabase::new().await;
    let plain = printed(&mut on(&database, &["keys", "create"]));
    assert!(plain.starts_with("ck_sandbox_") && plain.ends_with('\n'));
    assert_eq!(
        plain.split_whitespace().count(),
        1,
        "only the secret is printed"
    );
    let columns = listed(&database, "command line");
    assert_eq!(
        (columns[1].as_str(), columns[2].as_str()),
        ("default", "sandbox")
    );
    assert_eq!(
        (columns[6].as_str(), columns[7].as_str()),
        ("never", "never")
    );
    assert_eq!(columns[8], "full");
    assert!(plain.starts_with(&columns[4]));

    let options = [
        "--organization",
        "Shöp",
        "--mode",
        "live",
        "--name",
        "CI",
        "--expires-in-days",
        "3",
    ];
    let live = printed(on(&database, &["keys", "create"]).args(options));
    assert!(live.starts_with("ck_live_"));
    let columns = listed(&database, "CI");
    assert_eq!((columns[1].as_str(), columns[2].as_str()), ("Shöp", "live"));
    assert_ne!(columns[6], "never");
    let list = printed(&mut on(&database, &["keys", "list"]));
    assert!(!list.contains(plain.trim()) && !list.contains(live.trim()));
}

#[tokio::test]
async fn a_restricted_key_is_made_with_the_permissions_asked_for() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let create = |name: &str, permissions: &str| {
        let options = ["--name", name, "--permissions", permissions];
        let mut command = on(&database, &["keys", "create"]);
        let actor = actor_by(command.args(options), &server.base);
        assert!(actor.key().starts_with("rk_sandbox_"), "{}", actor.key());
        actor
    };
    let page = create("page", "feature:write,plan:read,feature:read");
    page.get("/plans").await.data();
    page.make_feature("seats", "seats").await;
    page.get("/api-keys").await.refused(403, "forbidden");
    assert_eq!(
        listed(&database, "page")[8],
        "plan:read,feature:read,feature:write"
    );
    let nothing = create("nothing", "");
    nothing.get("/plans").await.refused(403, "forbidden");
    assert_eq!(listed(&database, "nothing")[8], "none");
    let keys = actor(&database, &server.base).get("/api-keys").await;
    let keys = keys.data().as_array().expect("keys");
    let shown: Vec<_> = keys.iter().map(|key| key["permissions"].clone()).collect();
    let expected = [
        json!(null),
        json!({"plan": ["read"], "feature": ["read", "write"]}),
        json!({}),
        json!(null),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_publishable_key_is_made_for_pages() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let options = ["keys", "create", "--name", "page", "--publishable"];
    let page = actor_by(&mut on(&database, &options), &server.base);
    assert!(page.key().starts_with("pk_sandbox_"), "{}", page.key());
    page.get("/plans").await.data();
    page.get("/features").await.refused(403, "forbidden");
    assert_eq!(listed(&database, "page")[8], "plan:read_public");
    let mut both = on(&database, &["keys", "create", "--publishable"]);
    let refused = both.args(["--permissions", "plan:read"]).output();
    assert!(!refused.expect("an end").status.success());
}

#[tokio::test]
async fn keys_of_one_organization_and_mode_open_one_catalog() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let create = |options: &[&str]| {
        let mut command = on(&database, &["keys", "create"]);
        actor_by(command.args(options), &server.base)
    };
    let shop = ["--organization", "shop"];
    create(&shop)
        .post("/plan-groups", json!({"name": "Teams"}))
        .await
        .data();
    let groups = async |options: &[&str]| ids(&create(options).get("/plan-groups").await).len();
    assert_eq!(groups(&shop).await, 1);
    assert_eq!(
        groups(&["--organization", "shop", "--mode", "live"]).await,
        0
    );
    assert_eq!(groups(&["--organization", "Shop"]).await, 0);
}

#[tokio::test]
async fn a_key_that_the_operator_revokes_opens_nothing_any_more() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    owner.get("/plans").await.data();
    let id = listed(&database, "command line")[0].clone();
    printed(&mut on(&database, &["keys", "revoke", &id]));
    // The running server may take a moment.
    eventually("a refusal", async || {
        owner.get("/plans").await.status != 200
    })
    .await;
    owner.get("/plans").await.refused(401, "unauthorized");
    for unknown in [id.as_str(), "key_1", owner.key()] {
        let words = last_words(on(&database, &["keys", "revoke", unknown]).env("RUST_LOG", "warn"));
        assert!(
            words.ends_with("pricebook: no key with this id\n"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_key_is_not_made_from_what_makes_no_sense() {
    let database = TestDatabase::new().await;
    printed(&mut on(&database, &["keys", "create"]));
    let too_long = "n".repeat(201);
    for options in [
        ["--mode", "test"],
        ["--name", ""],
        ["--organization", ""],
        ["--organization", &too_long],
        ["--expires-in-days", "0"],
        ["--expires-in-days", "-1"],
        ["--expires-in-days", "soon"],
        ["--expires-in-days", "36501"],
        ["--permissions", "plan:write"],
        ["--permissions", "plan"],
        ["--permissions", "plans:read"],
    ] {
        last_words(on(&database, &["keys", "create"]).args(options));
    }
    assert_eq!(
        printed(&mut on(&database, &["keys", "list"]))
            .lines()
            .count(),
        2
    );
}

#[test]
fn the_help_names_every_setting_with_its_default() {
    let help = printed(&mut program(&["serve", "--help"]));
    for (name, flag, default) in [
        ("DATABASE_URL", "--database-url", "sqlite:pricebook.db"),
        (
            "PRICEBOOK_LISTEN",
            "--listen",
            "127.0.0.1:8080, or 0.0.0.0:PORT if the variable PORT is set",
        ),
        ("PRICEBOOK_IDLE_TIMEOUT", "--idle-timeout", "75"),
        (
            "PRICEBOOK_PUBLIC_URL",
            "--public-url",
            "the host of each request",
        ),
        ("PRICEBOOK_MAX_CONNECTIONS", "--max-connections", "10000"),
        ("PRICEBOOK_RATE_LIMIT", "--rate-limit", "off"),
        ("PRICEBOOK_WRONG_KEY_LIMIT", "--wrong-key-limit", "300/60"),
        ("PRICEBOOK_CORS_ORIGINS", "--cors-origins", "none"),
        ("PRICEBOOK_TLS_CERT", "--tls-cert", "none, plain HTTP"),
        ("PRICEBOOK_TLS_KEY", "--tls-key", "none"),
        ("PRICEBOOK_LOG_FORMAT", "--log-format", "text"),
        ("PRICEBOOK_METRICS", "--metrics", "off"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "--otlp-endpoint",
            "no traces",
        ),
        ("OTEL_SERVICE_NAME", "--service-name", "pricebook"),
        (
            "RUST_LOG",
            "--log",
            "info for serve, warn for other commands",
        ),
    ] {
        let (_, about) = help
            .split_once(&format!("{flag} "))
            .unwrap_or_else(|| panic!("{help}"));
        let about = about.split("\n      --").next().expect("a paragraph");
        assert!(about.contains(&format!("[env: {name}")), "{about}");
        assert!(about.contains(&format!("[default: {default}]")), "{about}");
    }
    let help = printed(&mut program(&["--help"]));
    for command in [
        "serve", "migrate", "openapi", "backup", "copy", "keys", "health",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
    let keys = printed(&mut program(&["keys", "create", "--help"]));
    for option in [
        "--organization",
        "--mode",
        "--name",
        "--expires-in-days",
        "--permissions",
    ] {
        assert!(keys.contains(option), "{keys}");
    }
    let mut with_password = program(&["serve", "--help"]);
    with_password.env("DATABASE_URL", "postgres://user:hunter2@localhost/shop");
    assert!(!printed(&mut with_password).contains("hunter2"));
}

#[tokio::test]
async fn a_flag_counts_more_than_the_environment() {
    let database = TestDatabase::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let busy = listener.local_addr().expect("an address").to_string();
    let mut command = on(&database, &["serve", "--listen", "127.0.0.1:0"]);
    let server = Running::start(command.env("PRICEBOOK_LISTEN", &busy));
    assert_ne!(server.base, format!("http://{busy}"));
    assert_eq!(status_of(&format!("{}/livez", server.base)).await, 200);
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
    /// Starts a server that says another address than it listens on; where that is, the log tells.
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

/// Makes calls of all kinds, each with a request id of its own, and answers these with what is
/// expected of their lines: method, path and status.
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

/// What the log has of a request.
fn line_of(log: &str, id: &str) -> Value {
    let lines = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let mut about = lines.filter(|line: &Value| line["request_id"] == id);
    about
        .next()
        .unwrap_or_else(|| panic!("no line of {id} in {log}"))
}

#[tokio::test]
async fn the_log_has_one_json_object_a_request() {
    let database = TestDatabase::new().await;
    let server = Running::start(on(&database, &[]).env("PRICEBOOK_LOG_FORMAT", "json"));
    let owner = actor(&database, &server.base);
    let calls = calls(&owner).await;
    let (_, log) = server.stop();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    for (id, method, path, status) in calls {
        let about: Vec<_> = lines
            .iter()
            .filter(|line| line["request_id"] == id)
            .collect();
        assert_eq!(about.len(), 1, "{log}");
        let line = about[0];
        assert_eq!(
            (&line["level"], &line["message"]),
            (&json!("INFO"), &json!("request"))
        );
        assert_eq!(
            (&line["method"], &line["status"]),
            (&json!(method), &json!(status))
        );
        assert_eq!(line["path"], format!("/api/v1{path}"));
        assert!(line["duration_us"].is_u64(), "{line}");
        let organization = line["organization"].as_str().expect("an organization");
        assert_eq!(
            organization.starts_with("org_"),
            matches!(status, 200 | 400) || path == "/plans/none"
        );
        assert!(line["timestamp"].is_string(), "{line}");
    }
    assert!(
        !log.contains(owner.key()) && !log.contains("in-the-query"),
        "{log}"
    );
}

#[tokio::test]
async fn the_log_has_one_line_of_text_a_request() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    let calls = calls(&owner).await;
    let (_, log) = server.stop();
    for (id, method, path, status) in calls {
        let about: Vec<_> = log
            .lines()
            .filter(|line| line.contains(&format!("\"{id}\"")))
            .collect();
        assert_eq!(about.len(), 1, "{log}");
        for part in [
            " INFO request ".to_owned(),
            format!("method={method} "),
            format!("path=\"/api/v1{path}\" "),
            format!("status={status} "),
            "duration_us=".to_owned(),
            "organization=".to_owned(),
        ] {
            assert!(about[0].contains(&part), "no {part} in {}", about[0]);
        }
    }
    assert!(!log.contains('\u{1b}'), "a file gets no colours");
}

#[tokio::test]
async fn no_key_is_logged_at_any_level() {
    let database = TestDatabase::new().await;
    let server = Running::start(on(&database, &[]).env("RUST_LOG", "trace"));
    let owner = actor(&database, &server.base);
    let made = owner.post("/api-keys", json!({"name": "Page"})).await;
    let secret = made.text("apiKey").to_owned();
    owner.with_key(&secret).get("/plans").await.data();
    owner
        .delete(&format!("/api-keys/{secret}"))
        .await
        .refused(404, "api_key_not_found");
    let body = json!({"name": "Page", "permissions": {}});
    let restricted = owner
        .post("/api-keys", body)
        .await
        .text("apiKey")
        .to_owned();
    owner
        .with_key(&restricted)
        .delete(&format!("/api-keys/{restricted}"))
        .await
        .refused(403, "forbidden");
    for wrong in ["ck_live_wrong", "rk_live_wrong"] {
        owner
            .with_key(wrong)
            .get("/plans")
            .await
            .refused(401, "unauthorized");
    }
    let (_, log) = server.stop();
    assert!(log.contains("request"), "{log}");
    let first = first_keys(&database);
    for key in [
        secret.as_str(),
        restricted.as_str(),
        owner.key(),
        "ck_live_wrong",
        "rk_live_wrong",
        first[0].as_str(),
    ] {
        assert!(!log.contains(key), "the log has a key");
    }
}

/// The program with a certificate.
fn with_tls(database: &TestDatabase, certificate: &Path, key: &Path) -> Command {
    let mut command = on(database, &[]);
    command
        .env("PRICEBOOK_TLS_CERT", certificate)
        .env("PRICEBOOK_TLS_KEY", key);
    command
}

#[tokio::test]
async fn sighup_reloads_the_certificate() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (Certificate::new(), Certificate::new());
    let (path, key) = first.write(folder.path());
    let server = Running::start(&mut with_tls(&database, &path, &key));
    let address = server.base.strip_prefix("https://").expect("https");
    let call = "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let reply = first.send(address, call).await.expect("an answer");
    assert_eq!(reply.status, 200);
    std::fs::write(&path, "none").expect("a file");
    server.signal("HUP");
    server.wait_for_log("the old certificate stays").await;
    assert!(server.log().contains(" ERROR "));
    first.send(address, call).await.expect("an answer");
    second.write(folder.path());
    server.signal("HUP");
    server.wait_for_log("the certificate was reloaded").await;
    second.send(address, call).await.expect("an answer");
    assert!(first.send(address, call).await.is_err());
    let (_, log) = server.stop();
    assert!(!log.contains("others than its owner"), "{log}");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_ends_the_program_with_a_sentence() {
    let database = TestDatabase::new().await;
    let missing = Path::new("/nothing/cert.pem");
    let mut command = with_tls(&database, missing, missing);
    let words = last_words(command.env("RUST_LOG", "error"));
    assert_eq!(words.lines().count(), 1, "{words}");
    let start = "pricebook: cannot read the certificate /nothing/cert.pem: ";
    assert!(words.starts_with(start), "{words}");
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}

fn mode_of(path: &Path) -> u32 {
    let found = std::fs::metadata(path).expect("a file");
    found.permissions().mode() & 0o777
}

#[tokio::test]
async fn secrets_that_others_may_read_are_warned_of() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = Certificate::new().write(folder.path());
    for (mode, warnings) in [(0o600, 0), (0o640, 1), (0o644, 1)] {
        set_mode(&key, mode);
        let (_, log) = Running::start(&mut with_tls(&database, &certificate, &key)).stop();
        let found = log.matches("may read the key of the certificate").count();
        assert_eq!(found, warnings, "{log}");
    }
    let address = folder.path().join("address");
    std::fs::write(&address, database.address()).expect("a file");
    for (mode, warnings) in [(0o600, 0), (0o640, 1)] {
        set_mode(&address, mode);
        let mut command = program(&["keys", "create"]);
        command
            .current_dir(database.folder())
            .env("DATABASE_URL_FILE", &address);
        let (_, words) = run(&mut command);
        let found = words
            .matches("may read the address of the database")
            .count();
        assert_eq!(found, warnings, "{words}");
    }
}
