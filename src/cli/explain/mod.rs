//! `pricebook explain`: asks a server where the prices of a plan come from.

mod table;

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
        output::to_json(&data)
    } else {
        table::of(&data, currency, output::is_colored())
    };
    output::print(&text?)
}
