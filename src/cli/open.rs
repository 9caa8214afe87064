//! Opening and closing the catalog of a command.

use std::sync::Arc;
use std::time::Duration;

use super::output;
use super::settings::DEFAULT_CACHE_MIB;
use crate::catalog::app::App;
use crate::domain::Error;
use crate::startup;
use crate::store::connection::db::{DatabaseUrl, Options};

/// How long closing the database may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Opens a catalog, runs `work` with it, and closes it.
pub async fn with_catalog(
    url: &DatabaseUrl,
    options: &Options,
    work: impl AsyncFnOnce(&Arc<App>) -> Result<(), String>,
) -> Result<(), String> {
    let is_new = url.is_absent_file();
    let app = open(url, options, DEFAULT_CACHE_MIB).await?;
    let done = if is_new { "created" } else { "opened" };
    output::tell(&format!("pricebook: {done} {url}"));
    let result = work(&app).await;
    close(&app).await;
    result
}

/// Opens a catalog with a response cache of at most `cache_mib` MiB.
pub async fn open(
    url: &DatabaseUrl,
    options: &Options,
    cache_mib: u64,
) -> Result<Arc<App>, String> {
    startup::open_with(url, options, cache_mib * 1024 * 1024).await
}

/// Closes a catalog; logs a failure.
pub async fn close(app: &App) {
    match tokio::time::timeout(CLOSE_TIMEOUT, app.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database does not close"),
        Err(_) => tracing::warn!("the database does not close in time"),
    }
}

/// The message for the operator about a failed operation.
pub fn failed(error: Error) -> String {
    match error {
        Error::ApiKeyNotFound => "no key with this id".to_owned(),
        other => format!("the command failed: {other}"),
    }
}
