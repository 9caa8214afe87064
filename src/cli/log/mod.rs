//! `pricebook log`: asks a server who changed what.

mod lines;

use super::client::Client;
use super::output;
use super::settings::HistorySettings;

/// Asks the server, and prints the newest changes for people or as JSON.
pub async fn log(settings: &HistorySettings) -> Result<(), String> {
    let HistorySettings {
        object,
        limit,
        json,
        client,
    } = settings;
    let limit = limit.to_string();
    let mut query = vec![("limit", limit.as_str())];
    query.extend(object.as_deref().map(|object| ("objectId", object)));
    let mut answer = Client::new(client)?.get(&["changes"], &query).await?;
    let data = answer["data"].take();
    let text = match json {
        true => output::to_json(&data),
        false => lines::of(&data, output::is_colored()),
    };
    output::print(&text?)
}
