//! Units of integers: a number with a decimal point is refused with the integer that was probably
//! meant.

/// The unit of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Minor units of a currency.
    MinorUnits,
    /// 1/10000 of a major unit.
    Rate,
    /// 1/100 of a percent.
    BasisPoints,
    /// A count, which nobody takes for money.
    Whole,
}

/// The one field that is basis points or minor units, depending on the field beside it.
const DISCOUNT: &str = "discountValue";

impl Unit {
    /// The unit of a type of the domain.
    pub fn of_type(name: Option<&str>) -> Self {
        match name {
            Some("Amount") => Self::MinorUnits,
            Some("UnitPrice") => Self::Rate,
            Some("BasisPoints") => Self::BasisPoints,
            _ => Self::Whole,
        }
    }

    /// The message about a number that is not an integer, or a string that looks like one.
    pub fn message(self, path: &str, sent: &str) -> String {
        let sent = sent.strip_prefix('$').unwrap_or(sent);
        match self {
            Self::MinorUnits if path.contains('[') => {
                let (units, money) = scaled(sent, 2).unwrap_or_else(|| example("4999", "49.99"));
                format!(
                    "Must be an integer, in minor units of its currency: {units} for {money} where \
                     it has two digits."
                )
            }
            Self::MinorUnits => {
                let (units, money) = scaled(sent, 2).unwrap_or_else(|| example("4999", "49.99"));
                format!("Must be an integer, in minor units: {units} for ${money}.")
            }
            Self::Rate => {
                let (units, money) = scaled(sent, 4).unwrap_or_else(|| example("20", "0.002"));
                format!("Must be an integer, in 1/10000 of a major unit: {units} for {money}.")
            }
            Self::BasisPoints => {
                let (points, percent) = scaled(sent, 2).unwrap_or_else(|| example("1250", "12.5"));
                format!("Must be an integer, in basis points: {points} for {percent} %.")
            }
            Self::Whole if path.ends_with(DISCOUNT) => {
                "Must be an integer: basis points for a percentage (1250 is 12.5 %), minor units \
                 for an amount (1250 is $12.50)."
                    .to_owned()
            }
            Self::Whole => "Must be an integer.".to_owned(),
        }
    }
}

fn example(units: &str, value: &str) -> (String, String) {
    (units.to_owned(), value.to_owned())
}

/// Maximum number of digits of a suggested integer.
const MAX_DIGITS: usize = 15;

/// A decimal in units of which `10^digits` make one, and the decimal as people write it; `None` for
/// anything else, and for a decimal with too many digits.
fn scaled(sent: &str, digits: usize) -> Option<(String, String)> {
    let (whole, fraction) = sent.split_once('.')?;
    let fraction = fraction.trim_end_matches('0');
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_fit = !whole.is_empty()
        && whole.len() + digits <= MAX_DIGITS
        && fraction.len() <= digits
        && is_number(whole)
        && is_number(fraction);
    if !is_fit {
        return None;
    }
    let units: u64 = format!("{whole}{fraction:0<digits$}").parse().ok()?;
    // Money is written with at least two digits.
    let shown = fraction.len().max(2);
    Some((units.to_string(), format!("{whole}.{fraction:0<shown$}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_suggest_the_integer() {
        for (unit, path, sent, expected) in [
            (Unit::MinorUnits, "price", "49.99", "4999 for $49.99"),
            (Unit::MinorUnits, "price", "49.9", "4990 for $49.90"),
            (Unit::MinorUnits, "price", "$0.50", "50 for $0.50"),
            (Unit::MinorUnits, "price", "49.999", "4999 for $49.99"),
            (Unit::MinorUnits, "price", "4.999e1", "4999 for $49.99"),
            (Unit::MinorUnits, "price", "-1.5", "4999 for $49.99"),
            (
                Unit::MinorUnits,
                "price",
                "99999999999999999.5",
                "4999 for $49.99",
            ),
            (
                Unit::MinorUnits,
                "overrides[0].price",
                "45.5",
                "4550 for 45.50 where",
            ),
            (Unit::Rate, "overage.unitPrice", "0.002", "20 for 0.002"),
            (Unit::Rate, "overage.unitPrice", "1.5", "15000 for 1.50"),
            (Unit::Rate, "overage.unitPrice", "0.00001", "20 for 0.002"),
            (Unit::BasisPoints, "margin", "12.5", "1250 for 12.50 %"),
            (
                Unit::Whole,
                "introOffer.discountValue",
                "12.5",
                "basis points",
            ),
            (Unit::Whole, "trialDays", "1.5", "Must be an integer."),
        ] {
            let message = unit.message(path, sent);
            assert!(message.contains(expected), "{sent}: {message}");
        }
    }
}
