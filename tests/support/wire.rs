//! Raw connections that a test controls, for misbehaving clients.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Reply;
use super::raw;

/// The time after which a test stops waiting for the server.
const GIVE_UP: Duration = Duration::from_secs(60);

/// A connection.
pub struct Wire(pub TcpStream);

impl Wire {
    pub async fn open(base: &str) -> Self {
        let address = base.trim_start_matches("http://");
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Sends bytes; returns whether the connection accepts them.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Reads until the server closes the connection.
    pub async fn read_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reading = async {
            let mut some = [0; 4096];
            // A reset connection has ended too.
            while let Ok(length @ 1..) = self.0.read(&mut some).await {
                bytes.extend_from_slice(&some[..length]);
            }
        };
        tokio::time::timeout(GIVE_UP, reading)
            .await
            .expect("the server closes the connection");
        bytes
    }

    /// Reads once from a connection that stays open.
    pub async fn read(&mut self) -> String {
        let mut some = vec![0; 64 * 1024];
        let length = tokio::time::timeout(GIVE_UP, self.0.read(&mut some)).await;
        let length = length.expect("an answer").expect("an open connection");
        some.truncate(length);
        String::from_utf8(some).expect("a text")
    }

    /// Whether any data has arrived.
    pub async fn has_answer(&mut self) -> bool {
        let mut some = [0; 1];
        let peek = tokio::time::timeout(Duration::from_millis(1), self.0.peek(&mut some));
        peek.await.is_ok()
    }

    /// Whether the server has closed the connection.
    pub async fn is_closed(&mut self) -> bool {
        let mut some = [0; 1024];
        let read = tokio::time::timeout(Duration::from_millis(1), self.0.read(&mut some));
        matches!(read.await, Ok(Ok(0) | Err(_)))
    }
}

/// Sends a request and returns its answer, which must be the only one.
pub async fn only_answer(base: &str, request: impl AsRef<[u8]>) -> Reply {
    let mut wire = Wire::open(base).await;
    wire.send(request).await;
    let answer = wire.read_to_end().await;
    let text = String::from_utf8_lossy(&answer);
    assert_eq!(text.matches("HTTP/1.").count(), 1, "{text}");
    raw::parse(&answer)
}

/// Sends data that is not HTTP, and returns the status of the only, bare answer.
pub async fn bare_refusal(base: &str, request: impl AsRef<[u8]>) -> u16 {
    let mut wire = Wire::open(base).await;
    wire.send(request).await;
    let answer = String::from_utf8(wire.read_to_end().await).expect("a text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert_eq!(body, "", "{answer}");
    let status = head
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    status.expect("a status").parse().expect("a number")
}
