//! The catalog as a table.

use std::collections::BTreeMap;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use serde_json::Value;

use super::client::Client;

/// The currencies that have a column, the base currency first.
const COLUMNS: &[&str] = &["usd", "eur", "brl", "jpy", "ars"];

/// The columns before those, which hold text.
const WORDS: [&str; 3] = ["PLAN", "PAID", "INTERVAL"];

/// Reads the catalog and lays out its prices; an asterisk marks manual values.
pub async fn of(client: &Client) -> Result<String, String> {
    let digits = minor_digits(client).await?;
    let plans = client.get("/plans?includePrivate=true").await?;
    let mut table = empty();
    for plan in plans.as_array().into_iter().flatten() {
        for price in plan["prices"].as_array().into_iter().flatten() {
            table.add_row(row(plan, price, &digits));
        }
    }
    lay_out(&mut table);
    let note =
        "Features are in the plans too; * is set by hand, all else is derived from US dollars.";
    Ok(format!("{}\n{note}", table.trim_fmt()))
}

/// Digits after the decimal point, by currency.
async fn minor_digits(client: &Client) -> Result<BTreeMap<String, u32>, String> {
    let currencies = client.get("/currencies").await?;
    let entry = |item: &Value| {
        let digits = u32::try_from(item["minorDigits"].as_i64()?).ok()?;
        Some((item["code"].as_str()?.to_owned(), digits))
    };
    Ok(currencies
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(entry)
        .collect())
}

fn empty() -> Table {
    let currencies = COLUMNS.iter().map(|currency| currency.to_uppercase());
    let words = WORDS.map(str::to_owned).into_iter();
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(words.chain(currencies).collect::<Vec<_>>());
    table
}

/// Aligns text left and numbers right, with two spaces between columns.
fn lay_out(table: &mut Table) {
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index >= WORDS.len() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn row(plan: &Value, price: &Value, digits: &BTreeMap<String, u32>) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut cells = vec![
        text(&plan["name"]),
        text(&plan["consumptionModel"]),
        text(&price["billingInterval"]),
    ];
    for currency in COLUMNS {
        let places = digits.get(*currency).copied().unwrap_or(0);
        cells.push(match *currency {
            "usd" => amount(&price["price"], places, ""),
            other => regional(price, other, places),
        });
    }
    cells
}

fn regional(price: &Value, currency: &str, places: u32) -> String {
    let mut prices = price["regionalPrices"].as_array().into_iter().flatten();
    match prices.find(|regional| regional["currency"] == currency) {
        Some(regional) => {
            let mark = if regional["autoSynced"] == true {
                ""
            } else {
                "*"
            };
            amount(&regional["price"], places, mark)
        }
        None => "-".to_owned(),
    }
}

/// Minor units as a decimal number, such as 49.00.
fn amount(value: &Value, places: u32, mark: &str) -> String {
    let minor = value.as_u64().unwrap_or_default();
    let scale = 10_u64.pow(places);
    if places == 0 {
        return format!("{minor}{mark}");
    }
    let width = usize::try_from(places).unwrap_or_default();
    format!("{}.{:0width$}{mark}", minor / scale, minor % scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_the_digits_of_its_currency() {
        assert_eq!(amount(&4900.into(), 2, ""), "49.00");
        assert_eq!(amount(&5.into(), 2, "*"), "0.05*");
        assert_eq!(amount(&7350.into(), 0, ""), "7350");
    }

    #[test]
    fn words_are_on_the_left_and_numbers_on_the_right() {
        let mut table = empty();
        table.add_row(["Pro", "metered", "monthly", "49.00", "-", "-", "-", "-"]);
        table.add_row(["Enterprise", "fixed", "yearly", "9.00*", "-", "-", "-", "-"]);
        lay_out(&mut table);
        let lines = [
            "PLAN        PAID     INTERVAL    USD  EUR  BRL  JPY  ARS",
            "Pro         metered  monthly   49.00    -    -    -    -",
            "Enterprise  fixed    yearly    9.00*    -    -    -    -",
        ];
        assert_eq!(table.trim_fmt(), lines.join("\n"));
    }
}
