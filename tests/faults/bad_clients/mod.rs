//! Misbehaving clients, none of which affects the others.

use std::time::Duration;

use pricebook::api::kit::settings::Settings;
use pricebook::domain::scope::Mode;
use pricebook::http::settings::HttpSettings;
use reqwest::Method;
use serde_json::json;

use crate::support::making::each;
use crate::support::wire::{Wire, bare_refusal, only_answer};
use crate::support::{Actor, Reply, TestServer, eventually, raw};

mod connections;
mod large_bodies;
mod requests;
mod slow;

const SOON: Duration = Duration::from_millis(300);

/// A server with short timeouts.
async fn with_short_timeouts() -> TestServer {
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

/// A server with the default timeouts.
async fn with_connections(max_connections: usize) -> TestServer {
    let settings = Settings {
        http: HttpSettings {
            max_connections,
            ..HttpSettings::default()
        },
        ..Settings::default()
    };
    TestServer::with(settings).await
}

/// A call of which the server has read the headers and half of the body.
async fn half_a_call(owner: &Actor, base: &str) -> Wire {
    let mut wire = Wire::open(base).await;
    wire.send(format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: 16\r\nexpect: 100-continue\r\n\r\n",
        owner.key()
    ))
    .await;
    let told = wire.read().await;
    assert!(told.starts_with("HTTP/1.1 100 "), "{told}");
    wire.send(r#"{"name":"#).await;
    wire
}
