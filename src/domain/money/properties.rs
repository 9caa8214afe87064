//! Compares conversion with exact rational arithmetic, and checks that the parsers never panic.

use num_bigint::BigUint;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Currencies without minor units, repeated here on purpose.
const WITHOUT_MINOR_DIGITS: [&str; 4] = ["clp", "jpy", "krw", "pyg"];

/// The text of a rate, and the same rate as a fraction.
#[derive(Debug, Clone)]
struct RateText {
    text: String,
    numerator: BigUint,
    denominator: BigUint,
}

/// Rates from 1e-30 to 1e15 with up to 17 digits, with or without an exponent.
fn rates() -> impl Strategy<Value = RateText> {
    let digits = (1_usize..=17)
        .prop_flat_map(|count| 10_i128.pow(to_u32(count) - 1)..10_i128.pow(to_u32(count)));
    // The magnitude of the first digit: 10^-30 to 10^14, mostly that of real rates.
    let magnitude = prop_oneof![4 => -9_i32..=8, 1 => -30_i32..=14];
    (digits, magnitude, 0_u8..4).prop_map(|(digits, magnitude, style)| {
        let length = i32::try_from(digits.to_string().len()).unwrap();
        rate_text(digits, magnitude + 1 - length, style)
    })
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}

/// `digits` times ten to the power of `exponent`.
fn rate_text(digits: i128, exponent: i32, style: u8) -> RateText {
    let text = match style {
        0 => format!("{digits}e{exponent}"),
        1 => format!("{digits}.00E{exponent:+}"),
        2 => plain(digits, exponent),
        _ => format!("{}0", with_point(plain(digits, exponent))),
    };
    let power = BigUint::from(10_u8).pow(exponent.unsigned_abs());
    let digits = BigUint::from(digits.unsigned_abs());
    let (numerator, denominator) = if exponent < 0 {
        (digits, power)
    } else {
        (digits * power, BigUint::from(1_u8))
    };
    RateText {
        text,
        numerator,
        denominator,
    }
}

fn plain(digits: i128, exponent: i32) -> String {
    let digits = digits.to_string();
    if exponent >= 0 {
        return format!("{digits}{}", "0".repeat(exponent.unsigned_abs() as usize));
    }
    let decimals = exponent.unsigned_abs() as usize;
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    format!("{whole}.{fraction}")
}

fn with_point(text: String) -> String {
    if text.contains('.') {
        text
    } else {
        format!("{text}.")
    }
}

/// The expected result of a conversion: the integer nearest to the fraction; halves round up.
fn expected(numerator: &BigUint, denominator: &BigUint, base: i64) -> Result<i64, Unconvertible> {
    let two = BigUint::from(2_u8);
    let nearest = (&two * numerator + denominator) / (&two * denominator);
    match i64::try_from(nearest) {
        Ok(0) if base > 0 => Err(Unconvertible::FreeByRounding),
        Ok(value) if value <= MAX_SAFE_INTEGER => Ok(value),
        _ => Err(Unconvertible::TooLarge),
    }
}

fn expected_amount(base: i64, rate: &RateText, currency: Currency) -> Result<i64, Unconvertible> {
    let cents_per_minor_unit: u8 = if WITHOUT_MINOR_DIGITS.contains(&currency.as_str()) {
        100
    } else {
        1
    };
    let numerator = &rate.numerator * base.unsigned_abs();
    expected(
        &numerator,
        &(&rate.denominator * cents_per_minor_unit),
        base,
    )
}

/// A fraction rounded to 17 significant digits, halves up, without trailing zeros; and the exponent
/// of its last digit.
fn quotient(mut numerator: BigUint, mut denominator: BigUint) -> (i128, i32) {
    let (ten, seventeen) = (BigUint::from(10_u8), BigUint::from(10_u8).pow(17));
    let mut exponent = 0;
    while &numerator / &denominator >= seventeen {
        denominator *= &ten;
        exponent += 1;
    }
    while &numerator * &ten / &denominator < seventeen {
        numerator *= &ten;
        exponent -= 1;
    }
    let nearest =
        (BigUint::from(2_u8) * numerator + &denominator) / (BigUint::from(2_u8) * denominator);
    let mut digits = i128::try_from(nearest).unwrap();
    while digits % 10 == 0 {
        digits /= 10;
        exponent += 1;
    }
    (digits, exponent)
}

/// Amounts of every magnitude, including the limits.
fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => Just(0),
        1 => Just(MAX_SAFE_INTEGER),
        4 => 0..100_000_i64,
        4 => 0..=MAX_SAFE_INTEGER,
    ]
}

/// Texts that look like numbers.
fn near_numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-+]?[0-9]{0,40}[.]?[0-9]{0,40}",
        "-?[0-9]{1,20}([.][0-9]{0,20})?[eE][-+]?[0-9]{0,12}",
        "[-+.eE0-9]{0,80}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn converted_amounts_are_exact(
        base in amounts(), rate in rates(), currency in select(Currency::ALL),
    ) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let derived = parsed.convert_amount(Amount(base), currency).map(Amount::get);
        prop_assert_eq!(derived, expected_amount(base, &rate, currency));
    }

    #[test]
    fn converted_unit_prices_are_exact(base in amounts(), rate in rates()) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let derived = parsed.convert_unit_price(UnitPrice(base)).map(UnitPrice::get);
        let numerator = &rate.numerator * base.unsigned_abs();
        prop_assert_eq!(derived, expected(&numerator, &rate.denominator, base));
    }

    #[test]
    fn discounts_convert_like_amounts(
        base in amounts(), rate in rates(), currency in select(Currency::ALL),
    ) {
        prop_assume!(base > 0);
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let discount = parsed.convert_discount(Positive(base), currency).map(Positive::get);
        let amount = parsed.convert_amount(Amount(base), currency).map(Amount::get);
        prop_assert_eq!(discount, amount);
    }

    /// So a discount that does not exceed the price in one currency does not exceed it in any
    /// other.
    #[test]
    fn conversion_is_monotonic(
        one in amounts(), other in amounts(), rate in rates(), currency in select(Currency::ALL),
    ) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let derived = |base| parsed.convert_amount(Amount(base), currency);
        if let (Ok(less), Ok(more)) = (derived(one.min(other)), derived(one.max(other))) {
            prop_assert!(less <= more);
        }
    }

    #[test]
    fn rates_keep_their_text(rate in rates()) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        prop_assert_eq!(parsed.as_str(), rate.text);
    }

    /// In its shortest and in its longest notation.
    #[test]
    fn any_double_is_a_rate(double in prop::num::f64::POSITIVE | prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL) {
        for text in [format!("{double:e}"), format!("{double:.16e}")] {
            let parsed = ExchangeRate::parse(&text);
            if double <= 9_007_199_254_740_991.0 {
                let parsed = parsed.unwrap();
                prop_assert_eq!(parsed.as_str(), &text);
                prop_assert_eq!(text.parse::<f64>().unwrap(), double);
            } else {
                prop_assert_eq!(parsed, Err(InvalidRate::OutOfRange));
            }
        }
    }

    #[test]
    fn notation_does_not_change_a_rate(
        digits in 1..1_000_000_i128, exponent in -9_i32..=2, base in amounts(),
    ) {
        let derived = |style| {
            let rate = ExchangeRate::parse(&rate_text(digits, exponent, style).text).unwrap();
            rate.convert_unit_price(UnitPrice(base))
        };
        for style in 1..4 {
            prop_assert_eq!(derived(style), derived(0));
        }
    }

    #[test]
    fn rates_compare_like_fractions(
        one in rates(), other in rates(), own in 0..2000_u32, theirs in 0..2000_u32,
    ) {
        let parsed = |rate: &RateText| ExchangeRate::parse(&rate.text).unwrap();
        let left = &one.numerator * &other.denominator * own;
        let right = &other.numerator * &one.denominator * theirs;
        prop_assert_eq!(
            parsed(&one).cmp_times(own, &parsed(&other), theirs),
            left.cmp(&right)
        );
    }

    /// The quotient differs from the exact one by at most half of its 17th digit.
    #[test]
    fn quotients_are_exact(one in rates(), other in rates()) {
        let parsed = |rate: &RateText| ExchangeRate::parse(&rate.text).unwrap();
        let numerator = &one.numerator * &other.denominator;
        let denominator = &one.denominator * &other.numerator;
        let (digits, exponent) = quotient(numerator, denominator);
        let text = plain(digits, exponent);
        match parsed(&one).divided_by(&parsed(&other)) {
            Ok(found) => prop_assert_eq!(found.as_str(), text),
            Err(error) => prop_assert_eq!(ExchangeRate::parse(&text), Err(error)),
        }
    }

    #[test]
    fn parsing_rates_never_panics(text in near_numbers(), base in amounts()) {
        if let Ok(rate) = ExchangeRate::parse(&text) {
            for currency in Currency::ALL {
                let _ = rate.convert_amount(Amount(base), *currency);
            }
        }
    }

    #[test]
    fn parsing_integers_never_panics(text in near_numbers()) {
        let _ = integer_value(&text);
    }

    #[test]
    fn notation_does_not_change_an_integer(
        value in -MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER, zeros in 0_usize..12,
    ) {
        let value = i128::from(value);
        let power = 10_i128.pow(to_u32(zeros));
        let padding = "0".repeat(zeros);
        for text in [
            format!("{value}"),
            format!("{value}.{padding}0"),
            format!("{value}{padding}e-{zeros}"),
            format!("{value}.0E+0"),
        ] {
            prop_assert_eq!(integer_value(&text), Some(value), "{}", text);
        }
        prop_assert_eq!(integer_value(&format!("{value}e{zeros}")), Some(value * power));
    }

    #[test]
    fn fractions_are_not_integers(
        whole in -MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER, fraction in 1..1_000_000_u32,
    ) {
        prop_assert_eq!(integer_value(&format!("{whole}.{fraction:06}")), None);
    }
}
