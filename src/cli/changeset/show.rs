//! Showing a changeset that is not applied now.

use serde_json::Value;

use super::lines;
use super::wire::Changeset;
use crate::cli::changes::understood;
use crate::cli::client::Client;
use crate::cli::exit::Exit;
use crate::cli::offers::learn_types;
use crate::cli::output;

/// Prints a changeset, and how to apply it.
///
/// # Errors
/// A message for the operator.
pub async fn show(client: &Client, data: &Value, is_json: bool) -> Result<Exit, String> {
    let mut changeset: Changeset = understood(data)?;
    if is_json {
        output::print(&output::to_json(data)?)?;
    } else {
        learn_types(client, &mut changeset.objects).await;
        let mut text = lines::of(&changeset, output::is_colored());
        if !changeset.is_empty() {
            text += &lines::how_to_apply(&changeset);
        }
        output::print(&text)?;
    }
    Ok(match () {
        () if !changeset.errors().is_empty() => Exit::Blocked,
        () if changeset.is_empty() => Exit::Done,
        () => Exit::Differs,
    })
}
