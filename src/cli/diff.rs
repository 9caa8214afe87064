//! `pricebook diff`: what is different between two revisions.

use serde_json::Value;

use super::changes::{ObjectChange, add_object_in_short, understood};
use super::client::Client;
use super::exit::Exit;
use super::output;
use super::page::Page;
use super::settings::DiffSettings;

/// Asks the server, and prints the objects that differ.
pub async fn diff(settings: &DiffSettings) -> Result<Exit, String> {
    let DiffSettings {
        from,
        to,
        json,
        client,
    } = settings;
    let (from, to) = (from.to_string(), to.map(|to| to.to_string()));
    let mut query = vec![("from", from.as_str())];
    query.extend(to.as_deref().map(|to| ("to", to)));
    let client = Client::patient(client)?;
    let mut answer = client.get(&["changes", "compare"], &query).await?;
    let data = answer["data"].take();
    let objects: Vec<ObjectChange> = understood(&data["objects"])?;
    let text = match json {
        true => output::to_json(&data)?,
        false => lines(&data, &objects),
    };
    output::print(&text)?;
    Ok(match objects.is_empty() {
        true => Exit::Done,
        false => Exit::Differs,
    })
}

fn lines(data: &Value, objects: &[ObjectChange]) -> String {
    if objects.is_empty() {
        return format!(
            "Revisions {} and {} are the same.\n",
            data["from"], data["to"]
        );
    }
    let mut page = Page::new(output::is_colored());
    for object in objects {
        add_object_in_short(&mut page, object);
    }
    page.into_text()
}
