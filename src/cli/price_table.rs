//! The catalog as a table.

use std::collections::{BTreeMap, HashSet};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use serde_json::Value;

use super::visible::visible;

/// The currency of base prices, which is the first column of prices.
const BASE: &str = "usd";

/// The columns before those, which hold text.
const WORDS: [&str; 3] = ["PLAN", "PAID", "INTERVAL"];

/// Lays out the prices of plans in US dollars and in these currencies; an asterisk marks manual values.
/// `known` are the currencies that the server knows.
pub fn of(plans: &Value, known: &Value, currencies: &[String]) -> String {
    let digits = minor_digits(known);
    let base = std::iter::once(BASE.to_owned());
    let others = currencies.iter().filter(|currency| *currency != BASE);
    let columns: Vec<String> = base.chain(others.cloned()).collect();
    let mut table = empty(&columns);
    for plan in items(plans) {
        for price in items(&plan["prices"]) {
            table.add_row(row(plan, price, &columns, &digits));
        }
    }
    lay_out(&mut table);
    let note =
        "Features are in the plans too; * is set by hand, all else is derived from US dollars.";
    format!("{}\n{note}", table.trim_fmt())
}

/// The currencies in which a plan has a price beside its base price, in the order of the server.
pub fn currencies_of(plans: &Value, known: &Value) -> Vec<String> {
    let prices = items(plans).flat_map(|plan| items(&plan["prices"]));
    let regional = prices.flat_map(|price| items(&price["regionalPrices"]));
    let used: HashSet<_> = regional
        .filter_map(|price| price["currency"].as_str())
        .collect();
    let codes = items(known).filter_map(|currency| currency["code"].as_str());
    let codes = codes.filter(|code| used.contains(code));
    codes.map(str::to_owned).collect()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Digits after the decimal point, by currency.
fn minor_digits(known: &Value) -> BTreeMap<String, u32> {
    let entry = |item: &Value| {
        let digits = u32::try_from(item["minorDigits"].as_i64()?).ok()?;
        Some((item["code"].as_str()?.to_owned(), digits))
    };
    items(known).filter_map(entry).collect()
}

fn empty(columns: &[String]) -> Table {
    let currencies = columns.iter().map(|currency| currency.to_uppercase());
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

fn row(
    plan: &Value,
    price: &Value,
    columns: &[String],
    digits: &BTreeMap<String, u32>,
) -> Vec<String> {
    let text = |value: &Value| visible(value.as_str().unwrap_or_default()).into_owned();
    let mut cells = vec![
        text(&plan["name"]),
        text(&plan["consumptionModel"]),
        text(&price["billingInterval"]),
    ];
    for currency in columns {
        let places = digits.get(currency).copied().unwrap_or(0);
        cells.push(match currency.as_str() {
            BASE => amount(&price["price"], places, ""),
            other => regional(price, other, places),
        });
    }
    cells
}

fn regional(price: &Value, currency: &str, places: u32) -> String {
    let mut prices = items(&price["regionalPrices"]);
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
    use serde_json::json;

    use super::*;

    #[test]
    fn an_amount_has_the_digits_of_its_currency() {
        assert_eq!(amount(&4900.into(), 2, ""), "49.00");
        assert_eq!(amount(&5.into(), 2, "*"), "0.05*");
        assert_eq!(amount(&7350.into(), 0, ""), "7350");
    }

    #[test]
    fn words_are_on_the_left_and_numbers_on_the_right() {
        let columns = ["usd", "eur", "brl", "jpy", "ars"].map(str::to_owned);
        let mut table = empty(&columns);
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

    #[test]
    fn currencies_that_a_plan_has_are_columns() {
        let regional = json!([
            {"currency": "jpy", "price": 7350, "autoSynced": true},
            {"currency": "eur", "price": 4500, "autoSynced": false},
        ]);
        let price =
            json!({"billingInterval": "monthly", "price": 4900, "regionalPrices": regional});
        let plans = json!([{"name": "Pro", "consumptionModel": "metered", "prices": [price]}]);
        let known = json!([
            {"code": "usd", "minorDigits": 2},
            {"code": "eur", "minorDigits": 2},
            {"code": "gbp", "minorDigits": 2},
            {"code": "jpy", "minorDigits": 0},
        ]);
        let columns = currencies_of(&plans, &known);
        assert_eq!(columns, ["eur", "jpy"]);
        let table = of(&plans, &known, &["usd".to_owned(), "jpy".to_owned()]);
        let lines: Vec<_> = table.lines().take(2).collect();
        assert_eq!(
            lines,
            [
                "PLAN  PAID     INTERVAL    USD   JPY",
                "Pro   metered  monthly   49.00  7350",
            ]
        );
    }
}
