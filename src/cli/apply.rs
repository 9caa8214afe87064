//! `pricebook apply`: makes the catalog what a document says.

use super::changeset::{Application, document, make, read};
use super::client::Client;
use super::exit::Exit;
use super::settings::ApplySettings;
use super::terminal;

/// Makes a changeset from a document or takes one that was made before, shows it, asks, and applies
/// it.
pub async fn apply(settings: &ApplySettings) -> Result<Exit, String> {
    let ApplySettings {
        file,
        changeset,
        part,
        options,
        json,
        client,
    } = settings;
    terminal::require_answer(options.yes)?;
    let client = Client::patient(client)?;
    let data = match changeset {
        Some(id) if id.is_empty() => return Err("--changeset is empty".to_owned()),
        Some(id) => read(&client, id).await,
        None => {
            let source = document::source(file).await?;
            make(&client, source, part, options.note.as_deref()).await
        }
    };
    let data = match data {
        Ok(data) => data,
        Err(error) if document::tell_mistakes(file, &error) => return Ok(Exit::Failed),
        Err(error) => return Err(error.sentence),
    };
    let application = Application {
        client: &client,
        data: &data,
        options,
        is_new: changeset.is_none(),
        is_json: *json,
    };
    application.run().await
}
