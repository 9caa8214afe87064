//! The log: its content, what it must not contain, and that failures to write it do not affect
//! requests.

use std::fs::File;
use std::io::{PipeReader, pipe};
use std::process::Stdio;

use super::metrics::{read, total};
use super::*;
use crate::support::wire::Wire;

/// A server with metrics whose log goes to a file or a pipe.
fn logging_to(database: &TestDatabase, to: impl Into<Stdio>) -> Running {
    let mut command = on(database, &[]);
    Running::start_logging_to(command.env("PRICEBOOK_METRICS", "main"), to)
}

async fn lost_lines(base: &str) -> f64 {
    let samples = read(&format!("{base}/metrics")).await;
    total(&samples, "pricebook_log_lines_lost_total", &[])
}

/// Checks that reads, writes and probes work.
async fn check_works(database: &TestDatabase, server: &Running) {
    let owner = actor(database, &server.base);
    owner
        .post("/plan-groups", json!({"name": "Teams"}))
        .await
        .data();
    owner.get("/plans").await.data();
    owner
        .get("/plans/none")
        .await
        .refused(404, "plan_not_found");
    for page in ["livez", "readyz"] {
        let url = format!("{}/{page}", server.base);
        assert_eq!(status_of(&url).await, 200);
    }
}

/// Makes requests one after another, each with a line in the log.
async fn call_often(server: &Running, times: usize) {
    let mut wire = Wire::open(&server.base).await;
    let long = "x".repeat(200);
    for _ in 0..times / 100 {
        let request = format!("GET /{long} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert!(wire.send(request.repeat(100)).await);
        // The answers may arrive split anywhere.
        let mut answers = String::new();
        while answers.matches("HTTP/1.1 404 ").count() < 100 {
            answers += &wire.read().await;
        }
    }
}

#[tokio::test]
async fn a_full_disk_under_the_log_is_survived() {
    let database = TestDatabase::new().await;
    let full = File::options().write(true).open("/dev/full");
    let server = logging_to(&database, full.expect("Linux has it"));
    check_works(&database, &server).await;
    eventually("lost lines", async || lost_lines(&server.base).await >= 4.0).await;
    server.stop();
}

#[tokio::test]
async fn a_closed_pipe_under_the_log_is_survived() {
    let database = TestDatabase::new().await;
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let server = logging_to(&database, writer);
    check_works(&database, &server).await;
    eventually("lost lines", async || lost_lines(&server.base).await >= 4.0).await;
    server.stop();
}

/// A server whose log goes to a full pipe that nobody reads.
async fn blocked(database: &TestDatabase) -> (Running, PipeReader) {
    let (reader, writer) = pipe().expect("a pipe");
    let server = logging_to(database, writer);
    // More lines than the pipe and the queue can hold.
    call_often(&server, 10_000).await;
    eventually("lost lines", async || lost_lines(&server.base).await > 0.0).await;
    check_works(database, &server).await;
    (server, reader)
}

#[tokio::test]
async fn a_blocked_pipe_under_the_log_is_survived() {
    let database = TestDatabase::new().await;
    let (server, _unread) = blocked(&database).await;
    // The server stops without waiting for a reader.
    server.stop();
}

#[tokio::test]
async fn the_log_tells_how_many_lines_were_lost() {
    let database = TestDatabase::new().await;
    let (server, reader) = blocked(&database).await;
    let told = tokio::task::spawn_blocking(move || {
        let lines = BufReader::new(reader).lines().map(Result::unwrap);
        let words = "lines of the log were lost";
        let line = lines.into_iter().find(|line| line.contains(words));
        line.expect("the line")
    });
    let line = told.await.expect("a line");
    assert!(line.contains(" WARN ") && line.contains("lines="), "{line}");
    server.stop();
}

#[tokio::test]
async fn failure_without_a_log_sets_the_status() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let database = TestDatabase::new().await;
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let mut command = on(&database, &["serve", "--listen", &address]);
    let status = command.stderr(writer).stdout(Stdio::null()).status();
    assert_eq!(status.expect("a status").code(), Some(1));
}

async fn send(actor: &Actor, method: Method, path: &str, id: &str) {
    let request = actor.request(method, path).header("x-request-id", id);
    actor.send(request.json(&json!({"name": "Teams"}))).await;
}

#[tokio::test]
async fn a_line_names_the_key_of_the_call() {
    let database = TestDatabase::new().await;
    let server = Running::start(on(&database, &[]).env("PRICEBOOK_LOG_FORMAT", "json"));
    let owner = actor(&database, &server.base);
    let keys = ids(&owner.get("/api-keys").await);
    let id = keys.last().expect("a key");
    send(&owner, Method::POST, "/plan-groups", "write").await;
    send(&owner, Method::GET, "/plans", "read").await;
    send(&owner, Method::GET, "/plans", "from-memory").await;
    send(&owner, Method::POST, "/nowhere", "nowhere").await;
    let (_, log) = server.stop();
    for call in ["write", "read", "from-memory"] {
        assert_eq!(line_of(&log, call)["key"], id.as_str(), "{call}");
    }
    assert_eq!(line_of(&log, "nowhere")["key"], "-");
}

#[tokio::test]
async fn health_checks_are_logged_at_debug() {
    let database = TestDatabase::new().await;
    for (level, lines) in [("info", 0), ("debug", 2)] {
        let server = Running::start(on(&database, &[]).env("RUST_LOG", level));
        for page in ["livez", "readyz?for=writes"] {
            status_of(&format!("{}/{page}", server.base)).await;
        }
        status_of(&format!("{}/nothing", server.base)).await;
        let (_, log) = server.stop();
        let about = log.lines().filter(|line| line.contains("DEBUG request "));
        assert_eq!(about.count(), lines, "{log}");
        let about = log.lines().filter(|line| line.contains("INFO request "));
        assert_eq!(about.count(), 1, "{log}");
    }
}

#[tokio::test]
async fn paths_are_cut() {
    let database = TestDatabase::new().await;
    let server = Running::start(on(&database, &[]).env("PRICEBOOK_LOG_FORMAT", "json"));
    let stranger = Actor::new(&server.base, None);
    let path_of = |length: usize| format!("/{}", "x".repeat(length - "/api/v1/".len()));
    for length in [256, 257, 50_000] {
        send(
            &stranger,
            Method::GET,
            &path_of(length),
            &length.to_string(),
        )
        .await;
    }
    let (_, log) = server.stop();
    let path = |id: &str| {
        line_of(&log, id)["path"]
            .as_str()
            .expect("a path")
            .to_owned()
    };
    assert_eq!(path("256"), format!("/api/v1{}", path_of(256)));
    for id in ["257", "50000"] {
        let path = path(id);
        assert!(path.chars().count() == 256 && path.ends_with('…'), "{path}");
    }
}

/// The ways to spell a key in a URL.
fn spellings(key: &str) -> Vec<String> {
    let encode = |from: usize, step: usize, sign: &str| {
        let bytes = key.bytes().enumerate();
        bytes
            .map(
                |(at, byte)| match at >= from && (at - from).is_multiple_of(step) {
                    true => format!("{sign}{byte:02x}"),
                    false => char::from(byte).to_string(),
                },
            )
            .collect::<String>()
    };
    vec![
        key.to_owned(),
        key.to_uppercase(),
        encode(0, 1, "%"),
        encode(0, 1000, "%"),
        encode(1, 2, "%"),
        encode(2, 7, "%"),
        encode(10, 1, "%"),
        encode(0, 3, "%25"),
    ]
}

/// The text with percent-encoding undone.
fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    for byte in b' '..=b'~' {
        let sign = char::from(byte).to_string();
        for code in [format!("%25{byte:02x}"), format!("%{byte:02x}")] {
            text = text.replace(&code, &sign);
        }
    }
    text.to_lowercase()
}

#[tokio::test]
async fn no_key_is_logged_wherever_it_is_put() {
    let database = TestDatabase::new().await;
    for format in ["text", "json"] {
        let mut command = on(&database, &[]);
        let server = Running::start(
            command
                .env("PRICEBOOK_LOG_FORMAT", format)
                .env("RUST_LOG", "trace"),
        );
        let owner = actor(&database, &server.base);
        let digits = owner.key().rsplit('_').next().expect("digits").to_owned();
        let keys = ["ck_sandbox", "rk_live", "pk_live"].map(|start| format!("{start}_{digits}"));
        for put in keys.iter().flat_map(|key| spellings(key)) {
            for path in [
                format!("/plans/{put}"),
                format!("/{put}/{put}x?key={put}"),
                format!("/plans/x{put}/prices"),
            ] {
                let request = owner.request(Method::GET, &path);
                let request = request
                    .header("x-request-id", format!("id-{put}"))
                    .header("user-agent", &put)
                    .header("traceparent", &put);
                let reply = owner.send(request).await;
                let id = reply.header("x-request-id").expect("an id");
                assert!(id.starts_with("req_"), "{id}");
                assert!(!decoded(&reply.text).contains(&digits), "{}", reply.text);
            }
            let body = json!({"name": "Teams", &put: 1});
            let reply = owner.post("/plan-groups", body).await;
            assert_eq!(reply.status, 400);
            assert!(!decoded(&reply.text).contains(&digits), "{}", reply.text);
        }
        for head in [
            format!("{} /plans HTTP/1.1\r\nhost: localhost", keys[0]),
            format!("GET /livez HTTP/1.1\r\nhost: {}", keys[0].replace('_', "-")),
            format!("GET /x HTTP/1.1\r\nhost: {}.example.com", keys[0]),
            format!("GET http://{}/x HTTP/1.1\r\nhost: localhost", keys[0]),
            format!("GET /x HTTP/9.{}", keys[0]),
        ] {
            let request = format!("{head}\r\nconnection: close\r\n\r\n");
            raw::send(&server.base, request).await;
        }
        let (_, log) = server.stop();
        assert!(log.contains("ck_sandbox_…"), "{log}");
        let read = decoded(&log);
        let found = read.find(&digits[..12]);
        assert!(
            found.is_none(),
            "{:?}",
            found.map(|at| &read[at.saturating_sub(200)..at])
        );
    }
}
