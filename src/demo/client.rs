//! A minimal client of the API.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// Calls the API of one server with one key.
pub struct Client {
    address: SocketAddr,
    key: String,
}

impl Client {
    /// A client of the server at this address.
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self {
            address,
            key: key.to_owned(),
        }
    }

    /// Opens a connection for one call: the demo makes few calls, one after another.
    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let cannot = |why: &dyn std::fmt::Display| format!("cannot reach the server: {why}");
        let stream = TcpStream::connect(self.address)
            .await
            .map_err(|why| cannot(&why))?;
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(|why| cannot(&why))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection of the demo ended");
            }
        });
        Ok(sender)
    }

    /// Sends a GET request.
    pub async fn get(&self, path: &str) -> Result<Value, String> {
        self.call("GET", path, Bytes::new()).await
    }

    /// Sends a POST request.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, String> {
        self.call("POST", path, Bytes::from(body.to_string())).await
    }

    async fn call(&self, method: &str, path: &str, body: Bytes) -> Result<Value, String> {
        let failed = |why: &dyn std::fmt::Display| format!("{method} {path} failed: {why}");
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", crate::api::protocol::BASE_PATH))
            .header("host", self.address.to_string())
            .header("x-api-key", &self.key)
            .header("content-type", "application/json")
            .body(Full::new(body))
            .map_err(|why| failed(&why))?;
        let mut sender = self.connect().await?;
        let response = sender
            .send_request(request)
            .await
            .map_err(|why| failed(&why))?;
        let bytes = response
            .into_body()
            .collect()
            .await
            .map_err(|why| failed(&why))?
            .to_bytes();
        let mut answer: Value = serde_json::from_slice(&bytes).map_err(|why| failed(&why))?;
        match answer["error"]["message"].as_str() {
            Some(message) => Err(failed(&message)),
            None => Ok(answer["data"].take()),
        }
    }
}
