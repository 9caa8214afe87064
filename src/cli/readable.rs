//! Values of fields as people write them: money in major units, shares in percent.

use serde_json::Value;

use crate::domain::money::{Amount, Currency, UnitPrice};
use crate::domain::plan_price::DiscountType;

/// A value of the field at a path, such as `prices[monthly].regionalPrices[eur].price`. What is not
/// known to be money or a share is shown as JSON.
pub fn readable(path: &str, value: &Value) -> String {
    let shown = value.as_i64().and_then(|number| match kind(path) {
        Kind::Amount => Some(amount(number, currency(path)?)),
        Kind::UnitPrice => unit_price(number, currency(path)?),
        Kind::Share => Some(percent(number)),
        Kind::Discount | Kind::Other => None,
    });
    shown.unwrap_or_else(|| value.to_string())
}

/// The value of a discount, whose type decides what it counts.
pub fn discount(path: &str, value: &Value, discount_type: Option<&str>) -> String {
    let shown = value.as_i64().and_then(|number| {
        let known = DiscountType::from_word(discount_type?)?;
        Some(match known {
            DiscountType::Percentage => percent(number),
            DiscountType::Amount => amount(number, currency(path)?),
        })
    });
    shown.unwrap_or_else(|| format!("{value} (basis points or minor units)"))
}

/// The path to the type of the discount whose value is at a path; `None` for other paths.
pub fn type_of_discount(path: &str) -> Option<String> {
    let price = match kind(path) {
        Kind::Discount => path.split(']').next()?,
        _ => return None,
    };
    // A discount in another currency is of the type that it has in US dollars.
    Some(format!("{price}].introOffer.discountType"))
}

enum Kind {
    /// Minor units of a currency.
    Amount,
    /// Ten-thousandths of a unit of a currency.
    UnitPrice,
    /// Basis points.
    Share,
    /// Basis points or minor units, as the type of the offer says.
    Discount,
    Other,
}

fn kind(path: &str) -> Kind {
    let name = path.rsplit('.').next().unwrap_or(path);
    match name {
        "price" | "includedBalance" if path.starts_with("prices[") => Kind::Amount,
        "overageUnitPrice" => Kind::UnitPrice,
        "unitPrice" if path.ends_with(".overage.unitPrice") => Kind::UnitPrice,
        "discountValue" if path.starts_with("prices[") => Kind::Discount,
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
        |amount| in_currency(&amount.to_major_units(currency), currency),
    )
}

fn unit_price(number: i64, currency: Currency) -> Option<String> {
    let price = UnitPrice::new(number)?;
    Some(in_currency(&price.to_major_units(), currency))
}

fn in_currency(decimal: &str, currency: Currency) -> String {
    format!("{decimal} {}", currency.as_str().to_uppercase())
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
            ("prices[monthly].price", json!(4900), "49.00 USD"),
            (
                "prices[monthly].regionalPrices[jpy].price",
                json!(7350),
                "7350 JPY",
            ),
            (
                "prices[monthly].regionalPrices[eur].includedBalance",
                json!(5),
                "0.05 EUR",
            ),
            ("features[a].overage.unitPrice", json!(20), "0.0020 USD"),
            (
                "features[a].regionalPrices[eur].overageUnitPrice",
                json!(39000),
                "3.9000 EUR",
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
    fn a_discount_is_what_its_type_says() {
        let base = "prices[monthly].introOffer.discountValue";
        let regional = "prices[monthly].regionalPrices[ars].introOffer.discountValue";
        for path in [base, regional] {
            let expected = "prices[monthly].introOffer.discountType";
            assert_eq!(type_of_discount(path).as_deref(), Some(expected));
            let percent = discount(path, &json!(2500), Some("percentage"));
            assert_eq!(percent, "25 %");
            let unknown = discount(path, &json!(2500), None);
            assert_eq!(unknown, "2500 (basis points or minor units)");
        }
        let amount = |path| discount(path, &json!(1000), Some("amount"));
        assert_eq!(amount(base), "10.00 USD");
        assert_eq!(amount(regional), "10.00 ARS");
        assert_eq!(type_of_discount("prices[monthly].price"), None);
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
