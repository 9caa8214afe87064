//! `pricebook pull`: writes the catalog of a server to a file.

mod local;
mod same;

use std::path::Path;

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
    if *json {
        let mut answer = client.get(&["catalog"], &query(settings, "json")).await?;
        let data = answer["data"].take();
        if data["pricebook"].is_null() {
            return Err(client.not_as_pricebook(200).into());
        }
        output::print(&output::to_json(&data)?)?;
        return Ok(Exit::Done);
    }
    let is_printed = text_file::is_stream(file);
    let existing = match is_printed {
        true => None,
        false => text_file::read_if_there(file, *force)?,
    };
    let local = match existing.as_deref().map(|text| Local::read(file, text)) {
        Some(Err(_)) if *force => None,
        Some(Err(mistakes)) => return Ok(refuse(file, &mistakes)),
        Some(Ok(local)) => Some(local),
        None => None,
    };
    let query = query(settings, "yaml");
    let asked = client.get_text(&["catalog"], &query, "application/yaml");
    let Text { text, revision } = asked.await?;
    if Local::read(file, &text).is_err() {
        return Err(client.not_as_pricebook(200).into());
    }
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
    let file_name = text_file::name(file);
    if local.is_some_and(|local| local.text == merged) {
        output::tell(&format!("pricebook: {file_name} is up to date{at}"));
        return Ok(Exit::Done);
    }
    text_file::replace(file, &merged)?;
    let lost = match is_kept {
        true => "",
        false => "; its comments and its order could not be kept",
    };
    output::tell(&format!("pricebook: wrote {file_name}{at}{lost}"));
    Ok(Exit::Done)
}

fn refuse(file: &Path, mistakes: &str) -> Exit {
    output::tell(mistakes);
    let file = text_file::name(file);
    output::tell(&format!(
        "pricebook: {file} is no document; to overwrite it, use --force"
    ));
    Exit::Failed
}

/// The query for the document in a format, of the wanted time.
fn query<'a>(settings: &'a PullSettings, format: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut query = vec![("format", format)];
    query.extend(settings.as_of.as_deref().map(|time| ("asOf", time)));
    query.extend(
        settings
            .revision
            .as_deref()
            .map(|number| ("revision", number)),
    );
    query
}
