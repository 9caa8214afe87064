//! The model's exact arithmetic: integers and powers of ten, never floats. It shares no code with
//! the server, so that the two can disagree.

/// The maximum absolute value of an amount.
pub const BOUND: i64 = 9_007_199_254_740_991;

/// All currencies with their minor digits.
pub const CURRENCIES: [(&str, i32); 21] = [
    ("usd", 2),
    ("ars", 2),
    ("brl", 2),
    ("clp", 0),
    ("cop", 2),
    ("pen", 2),
    ("uyu", 2),
    ("pyg", 0),
    ("bob", 2),
    ("mxn", 2),
    ("cad", 2),
    ("eur", 2),
    ("jpy", 0),
    ("cny", 2),
    ("krw", 0),
    ("hkd", 2),
    ("sgd", 2),
    ("twd", 2),
    ("inr", 2),
    ("thb", 2),
    ("gbp", 2),
];

/// The minor digits of a currency; `None` if it is not supported.
pub fn minor_digits(currency: &str) -> Option<i32> {
    let known = CURRENCIES.iter().find(|(code, _)| *code == currency)?;
    Some(known.1)
}

/// `coefficient × 10^-scale` without trailing zeros in the coefficient, so that equal numbers are
/// equal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    coefficient: i128,
    scale: i32,
}

impl Decimal {
    /// Parses a JSON number; `None` if it has more digits than the model can hold.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let coefficient: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        Some(Self { coefficient, scale }.trimmed())
    }

    fn trimmed(mut self) -> Self {
        if self.coefficient == 0 {
            self.scale = 0;
        }
        while self.coefficient != 0 && self.coefficient % 10 == 0 {
            self.coefficient /= 10;
            self.scale -= 1;
        }
        self
    }

    pub fn is_positive(self) -> bool {
        self.coefficient > 0
    }

    /// Whether the unrounded number is within the bound.
    pub fn is_within_bound(self) -> bool {
        let bound = i128::from(BOUND);
        match 10_i128.checked_pow(self.scale.unsigned_abs()) {
            Some(power) if self.scale <= 0 => self
                .coefficient
                .checked_mul(power)
                .is_some_and(|value| value <= bound),
            Some(power) => bound
                .checked_mul(power)
                .is_none_or(|bound| self.coefficient <= bound),
            None => self.scale > 0,
        }
    }

    /// The number of significant digits: neither leading nor trailing zeros count.
    pub fn significant_digits(self) -> usize {
        self.coefficient.unsigned_abs().to_string().len()
    }

    /// The number as an integer within the bound, if it is one; `5.0` is.
    pub fn whole(self) -> Option<i64> {
        let exponent = u32::try_from(-self.scale).ok()?;
        let value = self
            .coefficient
            .checked_mul(10_i128.checked_pow(exponent)?)?;
        within_bound(value)
    }
}

/// A base value converted at a rate; `None` if it would exceed the bound or become free. `shift` is
/// the difference in minor digits between the currency and the base currency.
pub fn derived(base: i64, rate: Decimal, shift: i32) -> Option<i64> {
    let product = i128::from(base).checked_mul(rate.coefficient)?;
    let value = scaled(product, shift - rate.scale)?;
    let became_free = base > 0 && value == 0;
    if became_free {
        None
    } else {
        within_bound(value)
    }
}

/// The product that [`derived`] rounds, as plain text without trailing zeros after the point.
pub fn exact(base: i64, rate: Decimal, shift: i32) -> String {
    let Decimal { coefficient, scale } = Decimal {
        coefficient: i128::from(base) * rate.coefficient,
        scale: rate.scale - shift,
    }
    .trimmed();
    if scale <= 0 {
        let zeros = usize::try_from(-scale).expect("a small number");
        return format!("{coefficient}{}", "0".repeat(zeros));
    }
    pointed(coefficient, usize::try_from(scale).expect("a small number"))
}

/// A number of minor units as text in major units.
pub fn pointed(value: i128, digits: usize) -> String {
    if digits == 0 {
        return value.to_string();
    }
    let text = format!("{value:0>width$}", width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    format!("{whole}.{fraction}")
}

/// How far a value is from the expected one, as a fraction of that with four digits.
pub fn deviation(value: i64, expected: i64) -> Option<String> {
    let (value, expected) = (i128::from(value), i128::from(expected));
    if expected == 0 {
        return None;
    }
    let distance = (value - expected).abs() * 10_000;
    // Halves go up.
    let rounded = (2 * distance + expected) / (2 * expected);
    let sign = if value < expected && rounded != 0 {
        "-"
    } else {
        ""
    };
    Some(format!("{sign}{}", pointed(rounded, 4)))
}

/// `value × 10^exponent` for a nonnegative value, rounded once, half away from zero.
fn scaled(value: i128, exponent: i32) -> Option<i128> {
    if value == 0 {
        return Some(0);
    }
    let Some(power) = 10_i128.checked_pow(exponent.unsigned_abs()) else {
        // The power exceeds i128: dividing by it gives zero, and multiplying by it exceeds the
        // bound.
        return (exponent < 0).then_some(0);
    };
    if exponent >= 0 {
        return value.checked_mul(power);
    }
    let (quotient, rest) = (value / power, value % power);
    Some(quotient + i128::from(rest >= power - rest))
}

fn within_bound(value: i128) -> Option<i64> {
    i64::try_from(value)
        .ok()
        .filter(|value| value.abs() <= BOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base: i64, rate: &str, shift: i32) -> Option<i64> {
        derived(base, Decimal::parse(rate).expect("a number"), shift)
    }

    #[test]
    fn the_examples_of_the_rules_hold() {
        assert_eq!(at(4900, "150", -2), Some(7350));
        assert_eq!(at(4900, "1380.5", -2), Some(67645));
        assert_eq!(at(20, "1380.5", 0), Some(27610));
    }

    #[test]
    fn halves_go_up_and_nothing_becomes_free() {
        assert_eq!(at(1, "0.5", 0), Some(1));
        assert_eq!(at(1, "0.4999999", 0), None);
        assert_eq!(at(0, "0.4999999", 0), Some(0));
        assert_eq!(at(1, "1e-40", 0), None);
    }

    #[test]
    fn the_bound_is_inclusive() {
        assert_eq!(at(BOUND, "1.0", 0), Some(BOUND));
        assert_eq!(at(BOUND, "1.000000000001", 0), None);
        assert_eq!(at(BOUND, "100", -2), Some(BOUND));
        assert_eq!(at(BOUND, "9e40", -2), None);
    }

    #[test]
    fn products_and_deviations_are_exact() {
        let rate = Decimal::parse("1380.57").expect("a number");
        assert_eq!(exact(4900, rate, -2), "67647.93");
        assert_eq!(exact(0, rate, -2), "0");
        assert_eq!(deviation(4500, 4900).as_deref(), Some("-0.0816"));
        assert_eq!(deviation(1, 0), None);
    }

    #[test]
    fn numbers_are_read_exactly() {
        assert_eq!(Decimal::parse("5.0").and_then(Decimal::whole), Some(5));
        assert_eq!(Decimal::parse("5.5").and_then(Decimal::whole), None);
        assert_eq!(Decimal::parse("-1").and_then(Decimal::whole), Some(-1));
        assert_eq!(
            Decimal::parse("9007199254740992").and_then(Decimal::whole),
            None
        );
        assert_eq!(Decimal::parse("1.5e2"), Decimal::parse("150.0"));
        assert_eq!(
            Decimal::parse("0.00123").map(Decimal::significant_digits),
            Some(3)
        );
    }
}
