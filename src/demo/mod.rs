//! `pricebook demo`: fills an empty sandbox with the catalog of an imaginary software company.
//!
//! It uses only the HTTP API, as any client would, so that everything it shows can be done with the
//! API.

mod catalog;
mod client;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;

use crate::api::kit::settings::Settings;
use crate::catalog::api_key::KeyWish;
use crate::catalog::app::App;
use crate::domain::permission::Rights;
use crate::domain::scope::Mode;
use crate::domain::text::Name;
use crate::startup::Server;
use client::Client;

/// The result of the demo.
#[derive(Debug)]
pub struct Demo {
    /// A sandbox key of the organization, to explore the catalog with.
    pub key: String,
    /// The plans, as the API shows them.
    pub plans: Value,
    /// The currencies, as the API shows them.
    pub currencies: Value,
}

/// Fills the sandbox of an organization. Meanwhile, the API is served on a free port of this
/// machine; another server on the same database is not affected.
///
/// # Errors
/// A message for the operator, such as that the sandbox is not empty.
pub async fn run(app: Arc<App>, organization: &Name) -> Result<Demo, String> {
    let new = KeyWish {
        name: Name::from_row("demo".to_owned()),
        expires_in_days: None,
        rights: Rights::Full,
    };
    let created = app.create_key_for(organization, Mode::Sandbox, new).await;
    let created = created.map_err(|error| format!("cannot make a key: {error}"))?;
    let key = created.secret.expose().to_owned();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::bind(app.clone(), listen, Settings::default()).await?;
    let address = server.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async {
        // A dropped sender means to stop, too.
        let _ = stopped.await;
    }));
    let filled = fill(address, &key).await;
    if filled.is_err() {
        // Nobody has seen this key, so nobody needs it.
        let revoked = app.revoke_key(Some(created.key.id)).await;
        revoked.map_err(|error| format!("cannot revoke the key: {error}"))?;
    }
    drop(stop);
    serving
        .await
        .map_err(|error| format!("the server did not end well: {error}"))?;
    let (plans, currencies) = filled?;
    Ok(Demo {
        key,
        plans,
        currencies,
    })
}

/// Fills the sandbox; returns its plans and the currencies.
async fn fill(address: SocketAddr, key: &str) -> Result<(Value, Value), String> {
    let client = Client::new(address, key);
    require_empty(&client).await?;
    catalog::create(&client).await?;
    let plans = client.get("/plans?includePrivate=true").await?;
    Ok((plans, client.get("/currencies").await?))
}

async fn require_empty(client: &Client) -> Result<(), String> {
    for path in ["/plans?includePrivate=true", "/features", "/plan-groups"] {
        let found = client.get(path).await?;
        if found.as_array().is_some_and(|items| !items.is_empty()) {
            return Err(
                "the sandbox is not empty; name another organization with --organization"
                    .to_owned(),
            );
        }
    }
    Ok(())
}
