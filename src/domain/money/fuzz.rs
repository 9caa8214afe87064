//! Texts that are numbers, or nearly so.

use proptest::prelude::*;
use serde_json::Number;

use super::{Amount, Currency, ExchangeRate, MAX_SAFE_INTEGER, UnitPrice, integer_value};
use crate::fuzz::{cases, texts};

fn near_numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => texts(),
        2 => "[-+]?[0-9]{0,40}[.]?[0-9]{0,40}",
        2 => "-?(0|[1-9][0-9]{0,19})([.][0-9]{1,20})?",
        4 => "-?(0|[1-9][0-9]{0,8})([.][0-9]{1,12})?([eE][-+]?[0-9]{1,3})?",
        1 => "-?[0-9]{1,20}([.][0-9]{0,20})?[eE][-+]?[0-9]{0,12}",
        1 => "[-+.eE0-9]{0,80}",
    ]
}

/// Nothing else gets as far as the readers of numbers.
fn is_json(text: &str) -> bool {
    text.parse::<Number>()
        .is_ok_and(|number| number.as_str() == text)
}

fn is_near(exact: f64, float: f64) -> bool {
    (exact - float).abs() <= 1e-9 * exact.abs().max(float.abs())
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn rate_keeps_its_text_and_its_limits(
        text in near_numbers(), base in 0..=MAX_SAFE_INTEGER,
    ) {
        let Ok(rate) = ExchangeRate::parse(&text) else { return Ok(()) };
        prop_assert_eq!(rate.as_str(), text.as_str());
        prop_assert_eq!(ExchangeRate::parse(rate.as_str()), Ok(rate.clone()));
        for currency in Currency::ALL {
            if let Ok(derived) = rate.convert_amount(Amount::from_row(base), *currency) {
                prop_assert!((0..=MAX_SAFE_INTEGER).contains(&derived.get()));
                prop_assert!(derived.get() > 0 || base == 0);
            }
        }
        if !is_json(&text) { return Ok(()) }
        if let Ok(derived) = rate.convert_unit_price(UnitPrice::from_row(base)) {
            // Half a unit is what rounding adds at most.
            #[allow(clippy::cast_precision_loss)]
            let (derived, base) = (derived.get() as f64, base as f64);
            let float = base * text.parse::<f64>().unwrap();
            prop_assert!((derived - float).abs() <= 0.5 + 1e-9 * float, "{derived} {float}");
        }
    }

    #[test]
    fn an_integer_is_what_was_written(text in near_numbers()) {
        let Some(value) = integer_value(&text) else { return Ok(()) };
        prop_assert_eq!(integer_value(&value.to_string()), Some(value));
        if is_json(&text) {
            #[allow(clippy::cast_precision_loss)]
            let exact = value as f64;
            prop_assert!(is_near(exact, text.parse().unwrap()), "{value}");
        }
    }

    #[test]
    fn a_currency_is_its_code_in_either_case(text in prop_oneof![texts(), "[a-zA-Z]{3}"]) {
        let found = Currency::parse(&text);
        let listed = Currency::ALL.iter().find(|known| known.as_str() == text.to_ascii_lowercase());
        prop_assert_eq!(found.as_ref(), listed);
    }
}
