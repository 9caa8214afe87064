//! Explanations as a table for people.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use serde::Deserialize;
use serde_json::{Number, Value};

use crate::cli::readable::distance;
use crate::cli::visible::{visible, visible_lines};
use crate::domain::explain::Source;
use crate::domain::money::{Amount, Currency, UnitPrice};

/// What the server says about a plan.
#[derive(Debug, Deserialize)]
struct Explanation {
    code: String,
    values: Vec<Explained>,
}

/// What the server says about a value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    path: String,
    currency: String,
    value: i64,
    decimal: String,
    source: String,
    base: Option<i64>,
    exchange_rate: Option<Number>,
    exact: Option<String>,
    derived_would_be: Option<i64>,
    deviation: Option<String>,
    since: Option<Since>,
}

/// The change that last wrote a value.
#[derive(Debug, Deserialize)]
struct Since {
    revision: i64,
    actor: Actor,
    note: Option<String>,
}

/// Who made a change.
#[derive(Debug, Deserialize)]
struct Actor {
    name: String,
}

const HEADER: [&str; 6] = ["VALUE", "AMOUNT", "CURRENCY", "SOURCE", "SINCE", "HOW"];

/// The column of amounts, which is aligned right.
const AMOUNT: usize = 1;

const BOLD: &str = "\u{1b}[1m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

/// Lays out an answer, one line for each value. With colours, manual values stand out.
///
/// # Errors
/// A message for the operator, if the answer is none.
pub fn of(data: &Value, currency: Option<&str>, is_colored: bool) -> Result<String, String> {
    let Explanation { code, values } = Explanation::deserialize(data)
        .map_err(|error| format!("the answer of the server is not understood: {error}"))?;
    if values.is_empty() {
        let of_currency = currency.map_or_else(String::new, |currency| format!(" in {currency}"));
        return Ok(visible_lines(&format!("{code} has no prices{of_currency}.\n")).into_owned());
    }
    let lines = lay_out(&values);
    let colors = std::iter::once(Some(BOLD)).chain(values.iter().map(Explained::color));
    let colored = lines.lines().zip(colors).map(|(line, color)| match color {
        Some(color) if is_colored => format!("{color}{line}{RESET}\n"),
        _ => format!("{line}\n"),
    });
    Ok(colored.collect())
}

fn lay_out(values: &[Explained]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(HEADER);
    for value in values {
        let cells = [
            &value.path,
            &value.decimal,
            &value.currency.to_uppercase(),
            &value.source,
            &value.since(),
            &value.how(),
        ];
        table.add_row(cells.map(|cell| visible(cell)));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index == AMOUNT {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

impl Explained {
    fn color(&self) -> Option<&'static str> {
        (self.source == Source::Manual.as_str()).then_some(YELLOW)
    }

    /// How the value was computed, or what a manual one can be compared with; amounts are in major
    /// units.
    fn how(&self) -> String {
        let Some((base, rate)) = self.base.zip(self.exchange_rate.as_ref()) else {
            return String::new();
        };
        let product = format!("{} × {rate}", self.to_major_units(base, "usd"));
        if let Some(exact) = &self.exact {
            let is_rounded = *exact != self.value.to_string();
            return format!("{product}{}", if is_rounded { ", rounded" } else { "" });
        }
        let Some(derived) = self.derived_would_be else {
            return String::new();
        };
        let distance = match &self.deviation {
            _ if self.value == derived => "the same as".to_owned(),
            Some(deviation) => {
                distance(deviation).unwrap_or_else(|| "about the same as".to_owned())
            }
            None => "instead of".to_owned(),
        };
        let derived = self.to_major_units(derived, &self.currency);
        format!("{distance} {derived}, which is {product}")
    }

    /// The change that last wrote the value, by whom and why.
    fn since(&self) -> String {
        let Some(Since {
            revision,
            actor,
            note,
        }) = &self.since
        else {
            return String::new();
        };
        let note = note.as_ref();
        let note = note.map_or_else(String::new, |note| format!(": {note}"));
        format!("#{revision} {}{note}", actor.name)
    }

    /// A value in the unit of this one as a decimal number. Values of features are prices of
    /// overage; all others are amounts.
    fn to_major_units(&self, value: i64, currency: &str) -> String {
        let shown = if self.path.starts_with("features[") {
            UnitPrice::new(value).map(UnitPrice::to_major_units)
        } else {
            Amount::new(value)
                .zip(Currency::parse(currency))
                .map(|(amount, currency)| amount.to_major_units(currency))
        };
        shown.unwrap_or_else(|| value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(path: &str, source: &str, how: Value) -> Value {
        let mut value = json!({
            "path": path, "currency": "usd", "value": 4900, "decimal": "49.00", "source": source,
            "base": null, "exchangeRate": null, "exact": null, "derivedWouldBe": null,
            "deviation": null,
        });
        for (name, field) in how.as_object().unwrap() {
            value[name] = field.clone();
        }
        value
    }

    fn data() -> Value {
        let in_yen = json!({
            "currency": "jpy", "value": 7350, "decimal": "7350", "base": 4900,
            "exchangeRate": 150, "exact": "7350",
        });
        let overage = json!({
            "currency": "eur", "value": 19, "decimal": "0.0019", "base": 20,
            "exchangeRate": 0.925, "exact": "18.5",
        });
        let by_hand = json!({
            "currency": "eur", "value": 4500, "decimal": "45.00", "base": 4900,
            "exchangeRate": 0.92, "derivedWouldBe": 4508, "deviation": "-0.0018",
        });
        let since =
            json!({"since": {"revision": 3, "actor": {"name": "Back office"}, "note": "Q3 ends"}});
        json!({"planId": "pln_1", "code": "pro", "values": [
            value("prices[monthly].price", "base", since),
            value("prices[monthly].regionalPrices[jpy].price", "derived", in_yen),
            value("prices[monthly].regionalPrices[eur].price", "manual", by_hand),
            value("features[a].regionalPrices[eur].overageUnitPrice", "derived", overage),
        ]})
    }

    #[test]
    fn every_value_has_a_line() {
        let lines = [
            "VALUE                                             AMOUNT  CURRENCY  SOURCE   SINCE                    HOW",
            "prices[monthly].price                              49.00  USD       base     #3 Back office: Q3 ends",
            "prices[monthly].regionalPrices[jpy].price           7350  JPY       derived                           49.00 × 150",
            "prices[monthly].regionalPrices[eur].price          45.00  EUR       manual                            0.18 % below 45.08, which is 49.00 × 0.92",
            "features[a].regionalPrices[eur].overageUnitPrice  0.0019  EUR       derived                           0.0020 × 0.925, rounded",
            "",
        ];
        assert_eq!(of(&data(), None, false).unwrap(), lines.join("\n"));
    }

    #[test]
    fn colours_mark_the_header_and_manual_values() {
        let text = of(&data(), None, true).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("\u{1b}[1mVALUE") && lines[0].ends_with("\u{1b}[0m"));
        assert!(lines[3].starts_with("\u{1b}[33mprices"), "{text}");
        assert_eq!(text.matches("\u{1b}[0m").count(), 2);
    }

    #[test]
    fn an_empty_answer_is_a_sentence() {
        let data = json!({"planId": "pln_1", "code": "pro", "values": []});
        let text = of(&data, Some("gbp"), false).unwrap();
        assert_eq!(text, "pro has no prices in gbp.\n");
        assert!(of(&json!({}), None, false).is_err());
    }
}
