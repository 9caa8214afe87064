//! `pricebook show`: the prices of a catalog as a table.

use super::client::Client;
use super::exit::Exit;
use super::settings::ShowSettings;
use super::{output, price_table};

/// Asks the server, and prints its plans with their prices.
pub async fn show(settings: &ShowSettings) -> Result<Exit, String> {
    let ShowSettings {
        currency,
        json,
        client,
    } = settings;
    let client = Client::patient(client)?;
    let plans = client
        .get(&["plans"], &[("includePrivate", "true")])
        .await?;
    let plans = &plans["data"];
    if *json {
        output::print(&output::to_json(plans)?)?;
        return Ok(Exit::Done);
    }
    let known = client.get(&["currencies"], &[]).await?;
    let known = &known["data"];
    let columns = match currency.as_slice() {
        [] => price_table::currencies_of(plans, known),
        chosen => chosen.iter().map(|one| one.as_str().to_owned()).collect(),
    };
    output::print(&format!("{}\n", price_table::of(plans, known, &columns)))?;
    Ok(Exit::Done)
}
