//! `pricebook plan`: what a document would change.

use super::changeset::{document, make, show};
use super::client::Client;
use super::exit::Exit;
use super::settings::PlanSettings;

/// Makes a changeset from a document, and prints it.
pub async fn plan(settings: &PlanSettings) -> Result<Exit, String> {
    let PlanSettings {
        file,
        part,
        json,
        client,
    } = settings;
    let client = Client::patient(client)?;
    let source = document::source(file).await?;
    match make(&client, source, part, None).await {
        Ok(changeset) => show(&client, &changeset, *json).await,
        Err(error) if document::tell_mistakes(file, &error) => Ok(Exit::Failed),
        Err(error) => Err(error.sentence),
    }
}
