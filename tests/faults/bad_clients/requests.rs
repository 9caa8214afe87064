//! Requests that violate HTTP.

use super::*;

#[tokio::test]
async fn ambiguous_request_is_refused() {
    let server = with_connections(100).await;
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
    let server = with_connections(100).await;
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
        // As RFC 9112 requires, the chunks take precedence, and what follows them is never read.
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
    let server = with_connections(100).await;
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
        let was_taken = wire.send(&request).await;
        let answer = wire.read_to_end().await;
        // A client whose connection is closed with unread data may never receive the answer.
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

/// RFC 9112 (2.2) lets a line end without its carriage return; the whole request must be read the
/// same way.
#[tokio::test]
async fn lines_that_end_early_make_no_second_request() {
    let server = with_connections(100).await;
    let plain = "GET /livez HTTP/1.1\nhost: localhost\nconnection: close\n\n";
    assert_eq!(only_answer(&server.base, plain).await.status, 200);
    for head in [
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\ncontent-length: 40\r\nconnection: close",
        "POST /api/v1/plan-groups HTTP/1.1\nhost: localhost\r\ncontent-length: 40\nconnection: close",
    ] {
        // The text that looks like a second request is the body of the first one.
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
    let server = with_connections(100).await;
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
    // HTTP/1.0 has no chunks, and its connections end after the answer.
    let mut wire = Wire::open(&server.base).await;
    wire.send("GET /docs HTTP/1.0\r\n\r\n").await;
    let answer = wire.read_to_end().await;
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(!answer.contains("transfer-encoding"), "{answer}");
}

#[tokio::test]
async fn links_name_the_host_of_a_whole_address() {
    let server = with_connections(100).await;
    let request = "GET http://prices.example.com/api/v1/plans HTTP/1.1\r\nhost: other\r\n\
                   connection: close\r\n\r\n";
    let reply = only_answer(&server.base, request).await;
    assert_eq!(
        reply.body["error"]["doc_url"],
        "http://prices.example.com/docs/errors/unauthorized"
    );
}
