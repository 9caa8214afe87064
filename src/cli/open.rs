//! Opening a catalog for a command, and closing it.

use std::sync::Arc;
use std::time::Duration;

use super::output;
use super::settings::DEFAULT_CACHE_MIB;
use crate::catalog::app::App;
use crate::domain::Error;
use crate::startup;
use crate::store::connection::db::{DatabaseUrl, Options};

/// How long the database may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Opens a catalog, does something with it, and closes it.
pub async fn with_catalog(
    url: &DatabaseUrl,
    options: &Options,
    work: impl AsyncFnOnce(&Arc<App>) -> Result<(), String>,
) -> Result<(), String> {
    let app = open(url, options, DEFAULT_CACHE_MIB).await?;
    output::tell(&format!("pricebook: opened {url}"));
    let done = work(&app).await;
    close(&app).await;
    done
}

/// Opens a catalog whose answers in memory take at most so many MiB.
pub async fn open(
    url: &DatabaseUrl,
    options: &Options,
    cache_mib: u64,
) -> Result<Arc<App>, String> {
    startup::open_with(url, options, cache_mib * 1024 * 1024).await
}

/// Closes a catalog, and says so where that fails.
pub async fn close(app: &App) {
    match tokio::time::timeout(CLOSE_TIMEOUT, app.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database does not close"),
        Err(_) => tracing::warn!("the database does not close in time"),
    }
}

/// What the operator is told of a call that failed.
pub fn failed(error: Error) -> String {
    match error {
        Error::ApiKeyNotFound => "no key with this id".to_owned(),
        other => format!("the command failed: {other}"),
    }
}
