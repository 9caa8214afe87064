//! `pricebook explain`: asks a server where the prices of a plan come from.

mod table;

use serde_json::Value;

use super::client::Client;
use super::output;
use super::settings::ExplainSettings;

/// Asks the server, and prints its answer as a table or as JSON.
pub async fn explain(settings: &ExplainSettings) -> Result<(), String> {
    let ExplainSettings {
        plan,
        currency,
        json,
        client,
    } = settings;
    let currency = currency.as_deref();
    let query = currency.map(|currency| ("currency", currency));
    let path = ["plans", plan, "explain"];
    let mut answer = Client::new(client)?.get(&path, query.as_slice()).await?;
    let data = answer["data"].take();
    let text = if *json {
        to_json(&data)
    } else {
        table::of(&data, currency, output::is_colored())
    };
    output::print(&text?)
}

fn to_json(data: &Value) -> Result<String, String> {
    let text = serde_json::to_string_pretty(data);
    let text = text.map_err(|error| format!("the answer cannot be printed: {error}"))?;
    Ok(format!("{text}\n"))
}
