//! Values of fields as people write them: money in major units, shares in percent.

use serde_json::Value;

use crate::domain::money::{Amount, Currency, UnitPrice};

/// A value of the field at a path, such as `prices[monthly].regionalPrices[eur].price`. What is not
/// known to be money or a share is shown as JSON.
pub fn readable(path: &str, value: &Value) -> String {
    let shown = value.as_i64().and_then(|number| match kind(path) {
        Kind::Amount => Some(amount(number, currency(path)?)),
        Kind::UnitPrice => UnitPrice::new(number).map(UnitPrice::to_major_units),
        Kind::Share => Some(percent(number)),
        Kind::Other => None,
    });
    shown.unwrap_or_else(|| value.to_string())
}

enum Kind {
    /// Minor units of a currency.
    Amount,
    /// Ten-thousandths of a unit of a currency.
    UnitPrice,
    /// Basis points.
    Share,
    Other,
}

fn kind(path: &str) -> Kind {
    let name = path.rsplit('.').next().unwrap_or(path);
    match name {
        "price" | "includedBalance" if path.starts_with("prices[") => Kind::Amount,
        "overageUnitPrice" => Kind::UnitPrice,
        "unitPrice" if path.ends_with(".overage.unitPrice") => Kind::UnitPrice,
        "margin" if path.starts_with("features[") => Kind::Share,
        _ => Kind::Other,
    }
}

/// The currency of a path: US dollars unless it leads to another.
fn currency(path: &str) -> Option<Currency> {
    match path.split_once("regionalPrices[") {
        Some((_, rest)) => Currency::parse(rest.split(']').next()?),
        None => Some(Currency::Usd),
    }
}

fn amount(number: i64, currency: Currency) -> String {
    let amount = Amount::new(number);
    amount.map_or_else(
        || number.to_string(),
        |amount| amount.to_major_units(currency),
    )
}

/// Basis points in percent.
fn percent(points: i64) -> String {
    let rest = points.unsigned_abs() % 100;
    match rest {
        0 => format!("{} %", points / 100),
        rest => format!("{}.{rest:02} %", points / 100),
    }
}

/// A deviation such as `-0.0816` in words: `8.16 % below`; `None` if it rounds to nothing.
pub fn distance(deviation: &str) -> Option<String> {
    let (side, size) = match deviation.strip_prefix('-') {
        Some(size) => ("below", size),
        None => ("above", deviation),
    };
    // Four decimal places are basis points.
    let points = size.replace('.', "").parse::<u128>().unwrap_or_default();
    (points != 0).then(|| format!("{}.{:02} % {side}", points / 100, points % 100))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn money_is_shown_in_major_units() {
        for (path, value, shown) in [
            ("prices[monthly].price", json!(4900), "49.00"),
            (
                "prices[monthly].regionalPrices[jpy].price",
                json!(7350),
                "7350",
            ),
            (
                "prices[monthly].regionalPrices[eur].includedBalance",
                json!(5),
                "0.05",
            ),
            ("features[a].overage.unitPrice", json!(20), "0.0020"),
            (
                "features[a].regionalPrices[eur].overageUnitPrice",
                json!(39000),
                "3.9000",
            ),
            ("features[a].margin", json!(1250), "12.50 %"),
            ("features[a].margin", json!(2000), "20 %"),
            ("prices[monthly].regionalPrices[xxx].price", json!(7), "7"),
            ("prices[monthly].trialDays", json!(14), "14"),
            ("prices[monthly].price", json!("4900"), "\"4900\""),
            ("name", json!("Pro"), "\"Pro\""),
        ] {
            assert_eq!(readable(path, &value), shown, "{path}");
        }
    }

    #[test]
    fn a_deviation_is_said_in_percent() {
        for (deviation, words) in [
            ("-0.0816", Some("8.16 % below")),
            ("0.6667", Some("66.67 % above")),
            ("1.0000", Some("100.00 % above")),
            ("0.0000", None),
        ] {
            assert_eq!(distance(deviation).as_deref(), words);
        }
    }
}
