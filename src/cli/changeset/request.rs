//! Asking for changesets.

use serde_json::{Value, json};

use crate::cli::client::{Client, ClientError};
use crate::cli::settings::PartSettings;

/// Makes a changeset from a source; returns it with all its objects.
///
/// # Errors
/// As those of the client.
pub async fn make(
    client: &Client,
    source: Value,
    part: &PartSettings,
    note: Option<&str>,
) -> Result<Value, ClientError> {
    let mut body = json!({"source": source});
    if part.prune {
        body["prune"] = "all".into();
    }
    if !part.include.is_empty() {
        body["include"] = json!(part.include);
    }
    let answer = client.post(&["changesets"], &[], &body, note).await?;
    with_all_objects(client, answer).await
}

/// Reads a changeset with all its objects.
///
/// # Errors
/// As those of the client.
pub async fn read(client: &Client, id: &str) -> Result<Value, ClientError> {
    let answer = client.get(&["changesets", id], &[]).await?;
    with_all_objects(client, answer).await
}

/// The changeset of an answer, to which the further pages of objects are added.
async fn with_all_objects(client: &Client, mut answer: Value) -> Result<Value, ClientError> {
    let mut changeset = answer["data"].take();
    let id = changeset["id"].as_str().unwrap_or_default().to_owned();
    let mut next = cursor(&answer);
    while let Some(at) = next {
        let mut page = client.get(&["changesets", &id], &[("cursor", &at)]).await?;
        let more = page["data"]["objects"].as_array_mut().map(std::mem::take);
        if let Some(objects) = changeset["objects"].as_array_mut() {
            objects.extend(more.unwrap_or_default());
        }
        next = cursor(&page);
    }
    Ok(changeset)
}

fn cursor(answer: &Value) -> Option<String> {
    answer["nextCursor"].as_str().map(str::to_owned)
}
