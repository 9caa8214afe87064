//! Clients that do not behave: none of them keeps the server from the others.

use std::time::Duration;

use pricebook::api::kit::settings::Settings;
use pricebook::domain::scope::Mode;
use pricebook::http::settings::HttpSettings;
use reqwest::Method;
use serde_json::json;

use crate::support::making::each;
use crate::support::wire::{Wire, bare_refusal, only_answer};
use crate::support::{Actor, Reply, TestServer, eventually, raw};

const SOON: Duration = Duration::from_millis(300);

/// A server that soon loses its patience.
async fn impatient() -> TestServer {
    let settings = Settings {
        http: HttpSettings {
            max_connections: 100,
            head_timeout: SOON,
            write_timeout: SOON,
            handshake_timeout: SOON,
            ..HttpSettings::default()
        },
        body_timeout: SOON,
        ..Settings::default()
    };
    TestServer::with(settings).await
}

/// A server with the usual patience.
async fn patient(max_connections: usize) -> TestServer {
    let settings = Settings {
        http: HttpSettings {
            max_connections,
            ..HttpSettings::default()
        },
        ..Settings::default()
    };
    TestServer::with(settings).await
}

/// A call of which the server has read the head and half of the body.
async fn half_a_call(owner: &Actor, base: &str) -> Wire {
    let mut wire = Wire::open(base).await;
    wire.say(format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: 16\r\nexpect: 100-continue\r\n\r\n",
        owner.key()
    ))
    .await;
    let told = wire.some().await;
    assert!(told.starts_with("HTTP/1.1 100 "), "{told}");
    wire.say(r#"{"name":"#).await;
    wire
}

#[tokio::test]
async fn a_client_that_sends_no_head_is_disconnected() {
    let server = impatient().await;
    for start in ["", "G", "GET /livez HTTP/1.1\r\nhost: local"] {
        let mut wire = Wire::open(&server.base).await;
        wire.say(start).await;
        let answer = wire.rest().await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{start}");
    }
    // A header at a time is no way to stay.
    assert!(dribble(&server.base).await);
    // Nor is a request, and then nothing more.
    let mut wire = Wire::open(&server.base).await;
    wire.say("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    assert!(wire.rest().await.starts_with(b"HTTP/1.1 200"));
}

/// Sends one header after the other until the server has had enough.
async fn dribble(base: &str) -> bool {
    let mut wire = Wire::open(base).await;
    wire.say("GET /livez HTTP/1.1\r\n").await;
    for number in 0..90 {
        if !wire.say(format!("x-{number}: 1\r\n")).await || wire.is_closed().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn who_does_not_read_its_answers_is_cut_off() {
    let server = impatient().await;
    let mut wire = Wire::open(&server.base).await;
    let request = "GET /docs/swagger-ui.js HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(50);
    wire.say(request).await;
    let sender = tokio::sync::Mutex::new(wire);
    eventually("the cut", async || {
        !sender.lock().await.say("GET / HTTP/1.1\r\n").await
    })
    .await;
}

#[tokio::test]
async fn who_reads_slowly_but_reads_gets_all_of_it() {
    let server = impatient().await;
    let script = reqwest::get(format!("{}/docs/swagger-ui.js", server.base)).await;
    let script = script.expect("an answer").bytes().await.expect("a script");
    let mut wire = Wire::open(&server.base).await;
    let request = "GET /docs/swagger-ui.js HTTP/1.1\r\nhost: localhost\r\n\r\n";
    wire.say(request.repeat(6)).await;
    tokio::time::sleep(SOON / 3).await;
    let all = wire.rest().await;
    assert!(all.len() > 6 * script.len());
}

#[tokio::test]
async fn slow_bodies_keep_nobody_waiting() {
    let server = patient(1000).await;
    let owner = server.owner().await;
    let mut halves = Vec::new();
    for _ in 0..100 {
        halves.push(half_a_call(&owner, &server.base).await);
    }
    owner.get("/plans").await.data();
    owner
        .post("/plan-groups", json!({"name": "Meanwhile"}))
        .await
        .data();
    // Those that end after all are served.
    let mut first = halves.swap_remove(0);
    first.say("\"Teams\"}").await;
    let answer = first.some().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// Ends well when the server has refused the call of a connection, and closed that.
async fn given_up(mut wire: Wire, status: u16, code: &str) {
    let answer = wire.rest().await;
    raw::parse(&answer).refused(status, code);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up_and_others_are_served() {
    let server = impatient().await;
    let owner = server.owner().await;
    let half = half_a_call(&owner, &server.base).await;
    owner
        .post("/plan-groups", json!({"name": "Meanwhile"}))
        .await
        .data();
    given_up(half, 400, "invalid_json").await;
    // A byte at a time is no way to stay.
    let mut slow = half_a_call(&owner, &server.base).await;
    for _ in 0..6 {
        tokio::time::sleep(SOON / 4).await;
        slow.say(" ").await;
    }
    given_up(slow, 400, "invalid_json").await;
    let groups = owner.get("/plan-groups").await;
    assert_eq!(each(groups.data(), "name"), json!(["Meanwhile"]));
}

#[tokio::test]
async fn the_rest_of_a_body_that_is_too_large_is_not_waited_for() {
    let server = impatient().await;
    let owner = server.owner().await;
    let mut wire = Wire::open(&server.base).await;
    wire.say(format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: 9000000\r\n\r\n{}",
        owner.key(),
        " ".repeat(2 * 1024 * 1024)
    ))
    .await;
    given_up(wire, 413, "body_too_large").await;
}

/// How many large bodies there are of one key at a time.
const LARGE_BODIES_OF_KEY: usize = 16;

async fn create_large(owner: &Actor, name: &str) -> Reply {
    let spaces = " ".repeat(900_000);
    let body = format!("{{\"name\":\"{name}\"{spaces}}}");
    owner.raw(Method::POST, "/plan-groups", body).await
}

#[tokio::test]
async fn one_key_cannot_take_every_slot_for_large_bodies() {
    let server = patient(1000).await;
    let owner = server.owner().await;
    let other = server.actor("other", Mode::Live).await;
    let half = async || {
        let mut wire = Wire::open(&server.base).await;
        wire.say(format!(
            "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
             content-type: application/json\r\ncontent-length: 200000\r\n\r\n{}",
            owner.key(),
            " ".repeat(100_000)
        ))
        .await;
        wire
    };
    let mut halves = Vec::new();
    for _ in 0..LARGE_BODIES_OF_KEY {
        halves.push(half().await);
    }
    // Sent in one go; who is refused hears why nonetheless.
    let mut reply = create_large(&owner, "Mine").await;
    while reply.status != 503 {
        assert!(halves.len() < 10 * LARGE_BODIES_OF_KEY, "all are taken");
        // A busy server may have refused some of the halves.
        halves.push(half().await);
        reply = create_large(&owner, "Mine").await;
    }
    reply.refused(503, "unavailable");
    // Small bodies of the key, and large ones of others, find a place.
    let small = json!({"name": "Small"});
    owner.post("/plan-groups", small).await.data();
    create_large(&other, "Theirs").await.data();
    drop(halves);
    eventually("a place", async || {
        create_large(&owner, "Again").await.status != 503
    })
    .await;
}

#[tokio::test]
async fn early_refusals_are_heard() {
    let server = patient(1000).await;
    let owner = server.owner().await;
    let stranger = owner.with_key("ck_live_wrong");
    for (actor, method, path, status) in [
        (&stranger, Method::POST, "/plan-groups", 401),
        (&owner, Method::POST, "/nowhere", 404),
        (&owner, Method::PATCH, "/plans", 405),
        (&owner, Method::DELETE, "/api-keys/none", 404),
    ] {
        for length in [900_000, 8_000_000] {
            let body = " ".repeat(length);
            let reply = actor.raw(method.clone(), path, body).await;
            assert_eq!(reply.status, status, "{method} {path}");
        }
    }
    let text = owner.request(Method::POST, "/plan-groups");
    let text = text.header("content-type", "text/plain");
    let reply = owner.send(text.body(" ".repeat(8_000_000))).await;
    reply.refused(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_refused_request_gets_no_100_continue() {
    let server = patient(1000).await;
    let answer = only_answer(
        &server.base,
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: ck_live_wrong\r\n\
         content-type: application/json\r\ncontent-length: 16\r\nexpect: 100-continue\r\n\r\n",
    )
    .await;
    answer.refused(401, "unauthorized");
}

#[tokio::test]
async fn the_last_connections_give_way_when_idle() {
    let server = patient(4).await;
    let mut idle = Vec::new();
    for _ in 0..4 {
        idle.push(Wire::open(&server.base).await);
    }
    server
        .stranger()
        .get("/plans")
        .await
        .refused(401, "unauthorized");
    assert_eq!(idle[3].rest().await, b"");
    assert!(!idle[0].is_closed().await);
}

/// Waits until there is a connection to be had.
async fn wait_for_place(server: &TestServer) {
    eventually("a place", async || {
        let answer = reqwest::get(format!("{}/livez", server.base)).await;
        answer.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
}

#[tokio::test]
async fn a_connection_too_many_waits() {
    let server = patient(3).await;
    let owner = server.owner().await;
    let mut busy = Vec::new();
    for _ in 0..3 {
        busy.push(half_a_call(&owner, &server.base).await);
    }
    let mut waiting = Wire::open(&server.base).await;
    waiting
        .say("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    let mut first = busy.remove(0);
    first.say("\"Teams\"}").await;
    assert!(first.some().await.starts_with("HTTP/1.1 200 "));
    assert!(!waiting.has_answer().await);
    drop(first);
    assert!(waiting.some().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn hundreds_of_idle_connections_are_no_burden() {
    let server = patient(150).await;
    let owner = server.owner().await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(Wire::open(&server.base).await);
        if idle.len() % 100 == 0 {
            owner.get("/plans").await.data();
        }
    }
}

#[tokio::test]
async fn who_goes_away_in_the_middle_is_forgotten() {
    let server = patient(3).await;
    let owner = server.owner().await;
    for _ in 0..20 {
        drop(half_a_call(&owner, &server.base).await);
        let mut wire = Wire::open(&server.base).await;
        wire.say("GET /livez HT").await;
        drop(wire);
    }
    wait_for_place(&server).await;
}

/// The clients are connected as soon as the system has let them in; nothing has accepted them until
/// this test waits for something.
#[tokio::test]
async fn who_is_connected_when_the_server_stops_is_served() {
    use std::io::{Read, Write};

    let server = patient(100).await;
    let address = server.base.trim_start_matches("http://").to_owned();
    let call = || {
        let mut stream = std::net::TcpStream::connect(&address).expect("a connection");
        let request = b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
        stream.write_all(request).expect("a request");
        stream
    };
    let calls: Vec<_> = (0..30).map(|_| call()).collect();
    server.stop().await;
    for mut stream in calls {
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        read.expect("the server closes the connection");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
    }
    assert!(std::net::TcpStream::connect(&address).is_err());
}

#[tokio::test]
async fn a_request_that_could_be_read_in_two_ways_is_refused() {
    let server = patient(100).await;
    let smuggled = "GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for head in [
        "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2",
        "POST / HTTP/1.1\r\ncontent-length: 1, 2",
        "POST / HTTP/1.1\r\ncontent-length: +1",
        "POST / HTTP/1.1\r\ncontent-length: -1",
        "POST / HTTP/1.1\r\ncontent-length: 0x1",
        "POST / HTTP/1.1\r\ncontent-length: 99999999999999999999",
        "POST / HTTP/1.1\r\ntransfer-encoding: xchunked",
        "POST / HTTP/1.1\r\ntransfer-encoding: chunked, identity",
        "POST / HTTP/1.1\r\ntransfer-encoding: identity",
        "POST / HTTP/1.1\r\ntransfer-encoding: \u{b}chunked",
        "POST / HTTP/1.1\r\ntransfer-encoding : chunked",
        "POST / HTTP/1.1\r\n transfer-encoding: chunked",
        "POST / HTTP/1.1\r\nx: 1\r\n transfer-encoding: chunked",
        "POST / HTTP/1.1\r\ncontent-length: 0\r\ntransfer-encoding: identity",
        "POST / HTTP/1.0\r\ntransfer-encoding: chunked",
        "POST / HTTP/1.1\r\nx: a\0b",
        "POST / HTTP/1.1\r\nx: a\rb",
    ] {
        let request = format!("{head}\r\nhost: localhost\r\n\r\n{smuggled}");
        assert_eq!(bare_refusal(&server.base, request).await, 400, "{head}");
    }
}

#[tokio::test]
async fn a_body_with_two_lengths_ends_the_connection() {
    let server = patient(100).await;
    let owner = server.owner().await;
    let smuggled = "GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for (name, lengths) in [
        ("First", "content-length: 4\r\ntransfer-encoding: chunked"),
        ("Second", "transfer-encoding: chunked\r\ncontent-length: 4"),
    ] {
        let body = format!(r#"{{"name":"{name}"}}"#);
        let request = format!(
            "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
             content-type: application/json\r\n{lengths}\r\n\r\n\
             {:x}\r\n{body}\r\n0\r\n\r\n{smuggled}",
            owner.key(),
            body.len()
        );
        // The chunks count, as RFC 9112 has it, and what follows them is never read.
        let reply = only_answer(&server.base, request).await;
        assert_eq!(reply.text("name"), name);
    }
    for codings in [
        "gzip, chunked",
        "gzip\r\ntransfer-encoding: chunked",
        "chunked, chunked",
    ] {
        let request = format!(
            "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
             content-type: application/json\r\ntransfer-encoding: {codings}\r\n\
             connection: close\r\n\r\n10\r\n{{\"name\":\"Third\"}}\r\n0\r\n\r\n{smuggled}",
            owner.key()
        );
        let reply = only_answer(&server.base, request).await;
        reply.invalid(&["transfer-encoding"]);
    }
    for chunks in [
        "x\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "2;\n{}\r\n0\r\n\r\n",
    ] {
        let request = format!(
            "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
             content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunks}{smuggled}",
            owner.key()
        );
        let reply = only_answer(&server.base, request).await;
        assert_eq!(reply.status, 400, "{chunks}: {}", reply.body);
    }
}

#[tokio::test]
async fn floods_are_refused_while_they_arrive() {
    let server = patient(100).await;
    let large = "x".repeat(8 * 1024 * 1024);
    let many: String = (0..100_000).map(|n| format!("x-{n}: 1\r\n")).collect();
    for request in [
        format!("GET /{large} HTTP/1.1\r\n\r\n"),
        format!("GET /?{large} HTTP/1.1\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nx: {large}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{large}: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{many}\r\n"),
        large.clone(),
    ] {
        let mut wire = Wire::open(&server.base).await;
        let was_taken = wire.say(&request).await;
        let answer = wire.rest().await;
        // What is closed with something unread may never hear the answer.
        assert!(
            answer.starts_with(b"HTTP/1.1 4") || !was_taken || answer.is_empty(),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        assert_eq!(
            answer_to(&server, "GET /livez HTTP/1.1\r\nhost: localhost").await,
            200
        );
    }
}

/// RFC 9112 (2.2) lets a line end without its carriage return; what counts is that all of the request
/// is read the same way.
#[tokio::test]
async fn lines_that_end_early_make_no_second_request() {
    let server = patient(100).await;
    let plain = "GET /livez HTTP/1.1\nhost: localhost\nconnection: close\n\n";
    assert_eq!(only_answer(&server.base, plain).await.status, 200);
    for head in [
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\ncontent-length: 40\r\nconnection: close",
        "POST /api/v1/plan-groups HTTP/1.1\nhost: localhost\r\ncontent-length: 40\nconnection: close",
    ] {
        // What could be a second request is the body of the first one.
        let request = format!("{head}\r\n\r\nGET /smuggled HTTP/1.1\nhost: localhost\n\n");
        let reply = only_answer(&server.base, request).await;
        reply.refused(401, "unauthorized");
    }
}

async fn answer_to(server: &TestServer, head: &str) -> u16 {
    let request = format!("{head}\r\nconnection: close\r\n\r\n");
    only_answer(&server.base, request).await.status
}

#[tokio::test]
async fn unusual_requests_get_an_answer() {
    let server = patient(100).await;
    for (head, status) in [
        ("GET /livez HTTP/1.0", 200),
        ("GET /livez HTTP/1.0\r\nhost: localhost", 200),
        ("GET http://localhost/livez HTTP/1.1\r\nhost: other", 200),
        (
            "GET http://localhost/api/v1/plans HTTP/1.1\r\nhost: other",
            401,
        ),
        ("GET http://localhost HTTP/1.1\r\nhost: other", 307),
        ("OPTIONS * HTTP/1.1\r\nhost: localhost", 404),
        ("CONNECT localhost:443 HTTP/1.1\r\nhost: localhost", 404),
        ("PRI * HTTP/2.0", 400),
        (
            "GET /livez HTTP/1.1\r\nhost: localhost\r\nupgrade: h2c\r\nconnection: upgrade",
            200,
        ),
        (
            "GET /livez HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue",
            200,
        ),
    ] {
        assert_eq!(answer_to(&server, head).await, status, "{head}");
    }
    // HTTP/1.0 knows no chunks, and its connections end with the answer.
    let mut wire = Wire::open(&server.base).await;
    wire.say("GET /docs HTTP/1.0\r\n\r\n").await;
    let answer = wire.rest().await;
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(!answer.contains("transfer-encoding"), "{answer}");
}

#[tokio::test]
async fn links_name_the_host_of_a_whole_address() {
    let server = patient(100).await;
    let request = "GET http://prices.example.com/api/v1/plans HTTP/1.1\r\nhost: other\r\n\
                   connection: close\r\n\r\n";
    let reply = only_answer(&server.base, request).await;
    assert_eq!(
        reply.body["error"]["doc_url"],
        "http://prices.example.com/docs/errors/unauthorized"
    );
}
