//! The catalog of the imaginary company: a document that is planned and applied.

use serde_json::json;

use super::client::Client;

/// The document.
pub const DOCUMENT: &str = include_str!("catalog.yaml");

/// Makes the sandbox what the document says.
///
/// # Errors
/// A message for the operator.
pub async fn create(client: &Client) -> Result<(), String> {
    let source = json!({"source": {"document": DOCUMENT}});
    let changeset = client.post("/changesets", source).await?;
    let id = changeset["id"].as_str().unwrap_or_default();
    let digest = json!({"digest": changeset["digest"]});
    client
        .post(&format!("/changesets/{id}/apply"), digest)
        .await?;
    Ok(())
}
