//! Raw requests, for bytes that an HTTP client would never send.

use std::io::{Read, Write};
use std::net::TcpStream;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::Reply;

/// Sends bytes to a server and reads until it closes the connection, which the request should ask
/// for.
pub async fn send(base: &str, request: impl Into<Vec<u8>>) -> Reply {
    let address = base.trim_start_matches("http://").to_owned();
    let request = request.into();
    let answer = tokio::task::spawn_blocking(move || exchange(&address, &request));
    parse(&answer.await.expect("an answer"))
}

fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    // A server that refuses a request before it has read all of it may close the connection early.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    answer
}

/// An answer as received. A body that is not JSON becomes a string.
pub fn parse(answer: &[u8]) -> Reply {
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head");
    let head = std::str::from_utf8(&answer[..end]).expect("a head in ASCII");
    let (status, fields) = head.split_once("\r\n").expect("headers");
    let body = String::from_utf8_lossy(&answer[end + 4..]).into_owned();
    Reply {
        status: status
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status"),
        headers: fields.split("\r\n").map(header).collect::<HeaderMap>(),
        body: match body.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        },
        text: body,
    }
}

fn header(line: &str) -> (HeaderName, HeaderValue) {
    let (name, value) = line.split_once(':').expect("a header");
    let value = HeaderValue::from_str(value.trim()).expect("a header value");
    (name.parse().expect("a header name"), value)
}
