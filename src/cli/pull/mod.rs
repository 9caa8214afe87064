//! `pricebook pull`: writes the catalog of a server to a file.

mod local;
mod same;

use self::local::Local;
use super::client::{Client, Text};
use super::exit::Exit;
use super::settings::PullSettings;
use super::{output, text_file};

/// Asks the server for the document of its catalog, and writes it. A file that is there already keeps
/// its comments and its order.
pub async fn pull(settings: &PullSettings) -> Result<Exit, String> {
    let PullSettings {
        file,
        force,
        json,
        client,
        ..
    } = settings;
    let client = Client::patient(client)?;
    let is_printed = *json || text_file::is_stream(file);
    let local = match is_printed {
        true => None,
        false => text_file::read_if_there(file)?,
    };
    let local = match local.as_deref().map(|text| Local::read(file, text)) {
        Some(Err(_)) if *force => None,
        Some(Err(mistakes)) => {
            output::tell(&mistakes);
            return Err(format!(
                "{} is no document of Pricebook; to overwrite it, use --force",
                file.display()
            ));
        }
        Some(Ok(local)) => Some(local),
        None => None,
    };
    let Text { text, revision } = ask(&client, settings).await?;
    if is_printed {
        output::print(&text)?;
        return Ok(Exit::Done);
    }
    let merged = match &local {
        Some(local) => local.merged(&text)?,
        None => Some(text.clone()),
    };
    let is_kept = merged.is_some();
    let merged = merged.unwrap_or(text);
    let at = revision.map_or_else(String::new, |revision| format!(" (revision {revision})"));
    let file_name = file.display();
    if local.is_some_and(|local| local.text == merged) {
        output::tell(&format!("{file_name} is up to date{at}"));
        return Ok(Exit::Done);
    }
    text_file::replace(file, &merged)?;
    let lost = match is_kept {
        true => "",
        false => "; its comments and its order could not be kept",
    };
    output::tell(&format!("wrote {file_name}{at}{lost}"));
    Ok(Exit::Done)
}

/// The text of the document, in the wanted format and of the wanted time.
async fn ask(client: &Client, settings: &PullSettings) -> Result<Text, String> {
    let (format, media_type) = match settings.json {
        true => ("json", "application/json"),
        false => ("yaml", "application/yaml"),
    };
    let revision = settings.revision.map(|revision| revision.to_string());
    let mut query = vec![("format", format)];
    query.extend(settings.as_of.as_deref().map(|time| ("asOf", time)));
    query.extend(revision.as_deref().map(|number| ("revision", number)));
    let text = client.get_text(&["catalog"], &query, media_type).await?;
    Ok(text)
}
