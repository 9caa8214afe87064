//! Conversion beside exact rational arithmetic written another way, and readers that never panic.

use num_bigint::BigUint;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Codes of the currencies whose minor units are whole units, written down a second time.
const WITHOUT_MINOR_DIGITS: [&str; 4] = ["clp", "jpy", "krw", "pyg"];

/// A rate as it is written, and the same as a fraction of integers.
#[derive(Debug, Clone)]
struct Written {
    text: String,
    numerator: BigUint,
    denominator: BigUint,
}

/// Rates from 1e-30 to 1e15 with at most 17 digits, written plainly or with an exponent.
fn rates() -> impl Strategy<Value = Written> {
    let digits = (1_usize..=17)
        .prop_flat_map(|count| 10_i128.pow(to_u32(count) - 1)..10_i128.pow(to_u32(count)));
    // The place of the first digit: 10^-30 to 10^14, mostly where rates are.
    let place = prop_oneof![4 => -9_i32..=8, 1 => -30_i32..=14];
    (digits, place, 0_u8..4).prop_map(|(digits, place, style)| {
        let length = i32::try_from(digits.to_string().len()).unwrap();
        written(digits, place + 1 - length, style)
    })
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}

/// `digits` times ten to the power of `exponent`.
fn written(digits: i128, exponent: i32, style: u8) -> Written {
    let text = match style {
        0 => format!("{digits}e{exponent}"),
        1 => format!("{digits}.00E{exponent:+}"),
        2 => plainly(digits, exponent),
        _ => format!("{}0", with_point(plainly(digits, exponent))),
    };
    let power = BigUint::from(10_u8).pow(exponent.unsigned_abs());
    let digits = BigUint::from(digits.unsigned_abs());
    let (numerator, denominator) = if exponent < 0 {
        (digits, power)
    } else {
        (digits * power, BigUint::from(1_u8))
    };
    Written {
        text,
        numerator,
        denominator,
    }
}

fn plainly(digits: i128, exponent: i32) -> String {
    let digits = digits.to_string();
    if exponent >= 0 {
        return format!("{digits}{}", "0".repeat(exponent.unsigned_abs() as usize));
    }
    let behind = exponent.unsigned_abs() as usize;
    let padded = format!("{digits:0>width$}", width = behind + 1);
    let (whole, fraction) = padded.split_at(padded.len() - behind);
    format!("{whole}.{fraction}")
}

fn with_point(text: String) -> String {
    if text.contains('.') {
        text
    } else {
        format!("{text}.")
    }
}

/// What a conversion has to answer: the integer nearest to the fraction, the larger one of two
/// that are as near.
fn expected(numerator: &BigUint, denominator: &BigUint, base: i64) -> Result<i64, Unconvertible> {
    let two = BigUint::from(2_u8);
    let nearest = (&two * numerator + denominator) / (&two * denominator);
    match i64::try_from(nearest) {
        Ok(0) if base > 0 => Err(Unconvertible::FreeByRounding),
        Ok(value) if value <= MAX_SAFE_INTEGER => Ok(value),
        _ => Err(Unconvertible::TooLarge),
    }
}

fn expected_amount(base: i64, rate: &Written, currency: Currency) -> Result<i64, Unconvertible> {
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

/// Amounts of every size, the bounds among them.
fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => Just(0),
        1 => Just(MAX_SAFE_INTEGER),
        4 => 0..100_000_i64,
        4 => 0..=MAX_SAFE_INTEGER,
    ]
}

/// Texts that look like numbers, or nearly so.
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
    fn a_derived_amount_is_exact(
        base in amounts(), rate in rates(), currency in select(Currency::ALL),
    ) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let derived = parsed.convert_amount(Amount(base), currency).map(Amount::get);
        prop_assert_eq!(derived, expected_amount(base, &rate, currency));
    }

    #[test]
    fn a_derived_unit_price_is_exact(base in amounts(), rate in rates()) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let derived = parsed.convert_unit_price(UnitPrice(base)).map(UnitPrice::get);
        let numerator = &rate.numerator * base.unsigned_abs();
        prop_assert_eq!(derived, expected(&numerator, &rate.denominator, base));
    }

    #[test]
    fn a_derived_discount_is_derived_like_an_amount(
        base in amounts(), rate in rates(), currency in select(Currency::ALL),
    ) {
        prop_assume!(base > 0);
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let discount = parsed.convert_discount(Positive(base), currency).map(Positive::get);
        let amount = parsed.convert_amount(Amount(base), currency).map(Amount::get);
        prop_assert_eq!(discount, amount);
    }

    /// So an amount off the price in one currency is at most the price in every other.
    #[test]
    fn a_larger_base_is_never_worth_less(
        one in amounts(), other in amounts(), rate in rates(), currency in select(Currency::ALL),
    ) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        let derived = |base| parsed.convert_amount(Amount(base), currency);
        if let (Ok(less), Ok(more)) = (derived(one.min(other)), derived(one.max(other))) {
            prop_assert!(less <= more);
        }
    }

    #[test]
    fn a_rate_is_shown_as_it_was_written(rate in rates()) {
        let parsed = ExchangeRate::parse(&rate.text).unwrap();
        prop_assert_eq!(parsed.as_str(), rate.text);
    }

    /// However a client writes the shortest or the longest form of it.
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
    fn rate_is_worth_the_same_in_any_notation(
        digits in 1..1_000_000_i128, exponent in -9_i32..=2, base in amounts(),
    ) {
        let derived = |style| {
            let rate = ExchangeRate::parse(&written(digits, exponent, style).text).unwrap();
            rate.convert_unit_price(UnitPrice(base))
        };
        for style in 1..4 {
            prop_assert_eq!(derived(style), derived(0));
        }
    }

    #[test]
    fn no_text_makes_the_reader_of_rates_panic(text in near_numbers(), base in amounts()) {
        if let Ok(rate) = ExchangeRate::parse(&text) {
            for currency in Currency::ALL {
                let _ = rate.convert_amount(Amount(base), *currency);
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_of_integers_panic(text in near_numbers()) {
        let _ = integer_value(&text);
    }

    #[test]
    fn integer_reads_the_same_in_any_notation(
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
    fn a_number_between_integers_is_none(
        whole in -MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER, fraction in 1..1_000_000_u32,
    ) {
        prop_assert_eq!(integer_value(&format!("{whole}.{fraction:06}")), None);
    }
}
