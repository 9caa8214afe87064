//! Connections that a test holds in its hands, for clients that do not behave.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Reply;
use super::raw;

/// After how long a test that waits for the server gives up.
const GIVE_UP: Duration = Duration::from_secs(60);

/// A connection.
pub struct Wire(pub TcpStream);

impl Wire {
    pub async fn open(base: &str) -> Self {
        let address = base.trim_start_matches("http://");
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Sends bytes; a server that has closed already does not mind.
    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// All that comes until the server closes the connection.
    pub async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reading = async {
            let mut some = [0; 4096];
            // A connection that is cut has ended as well.
            while let Ok(length @ 1..) = self.0.read(&mut some).await {
                bytes.extend_from_slice(&some[..length]);
            }
        };
        tokio::time::timeout(GIVE_UP, reading)
            .await
            .expect("the server closes the connection");
        bytes
    }

    /// The first answer, whole or not, on a connection that stays open.
    pub async fn some(&mut self) -> String {
        let mut some = vec![0; 64 * 1024];
        let length = tokio::time::timeout(GIVE_UP, self.0.read(&mut some)).await;
        let length = length.expect("an answer").expect("an open connection");
        some.truncate(length);
        String::from_utf8(some).expect("a text")
    }

    /// Whether anything has come.
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

/// Sends a request and answers all that came, which has to be one answer.
pub async fn only_answer(base: &str, request: impl AsRef<[u8]>) -> Reply {
    let mut wire = Wire::open(base).await;
    wire.say(request).await;
    let answer = wire.rest().await;
    let text = String::from_utf8_lossy(&answer);
    assert_eq!(text.matches("HTTP/1.").count(), 1, "{text}");
    raw::parse(&answer)
}

/// Sends what is not HTTP, and answers the status of the one bare answer to it.
pub async fn bare_refusal(base: &str, request: impl AsRef<[u8]>) -> u16 {
    let mut wire = Wire::open(base).await;
    wire.say(request).await;
    let answer = String::from_utf8(wire.rest().await).expect("a text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert_eq!(body, "", "{answer}");
    let status = head
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    status.expect("a status").parse().expect("a number")
}
