//! Files as they are published, and files that are something else.

use proptest::prelude::*;

use super::file::MAX_BYTES;
use super::{RateFile, ecb, oxr};
use crate::domain::money::Currency;

/// As published, with fewer currencies.
fn daily(rates: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender>
		<gesmes:name>European Central Bank</gesmes:name>
	</gesmes:Sender>
	<Cube>
		<Cube time='2026-08-27'>{rates}</Cube>
	</Cube>
</gesmes:Envelope>"#
    )
}

fn latest(base: &str, rates: &str) -> String {
    format!(
        r#"{{
  "disclaimer": "Usage subject to terms: https://openexchangerates.org/terms",
  "license": "https://openexchangerates.org/license",
  "timestamp": 1787846400,
  "base": "{base}",
  "rates": {{{rates}}}
}}"#
    )
}

fn told(rates: &[(Currency, &str)]) -> Vec<(Currency, String)> {
    let rates = rates
        .iter()
        .map(|(currency, rate)| (*currency, (*rate).to_owned()));
    rates.collect()
}

#[test]
fn daily_rates_are_crossed() {
    let rates = "
        <Cube currency='USD' rate='1.0876'/>
        <Cube currency='JPY' rate='162.35'/>
        <Cube currency='BGN' rate='1.9558'/>
        <Cube currency='GBP' rate='0.8438'/>
        <Cube currency='AUD' rate='1.6507'/>";
    let file = ecb(&daily(rates)).unwrap();
    let expected = RateFile {
        date: Some("2026-08-27".to_owned()),
        rates: told(&[
            (Currency::Eur, "0.91945568223611622"),
            (Currency::Gbp, "0.77583670467083487"),
            (Currency::Jpy, "149.27363001103347"),
        ]),
        unknown: vec!["AUD".to_owned(), "BGN".to_owned()],
    };
    assert_eq!(file, expected);
    assert_eq!(ecb(&format!("\u{feff}{}", daily(rates))).unwrap(), expected);
}

#[test]
fn the_newest_day_counts() {
    let text = "<Envelope><Cube>
        <Cube time='2026-08-26'><Cube currency='USD' rate='2'/></Cube>
        <Cube time='2026-08-27'><Cube currency='USD' rate='4'/><Cube currency='GBP' rate='1'/></Cube>
        <Cube time='2025-12-31'><Cube currency='USD' rate='8'/></Cube>
        </Cube></Envelope>";
    let file = ecb(text).unwrap();
    assert_eq!(file.date.as_deref(), Some("2026-08-27"));
    assert_eq!(
        file.rates,
        told(&[(Currency::Eur, "0.25"), (Currency::Gbp, "0.25")])
    );
}

#[test]
fn rates_per_dollar_keep_their_digits() {
    let rates = r#""AED": 3.6725, "BTC": 1.5e-05, "EUR": 0.91940, "JPY": 149.27363001, "GBP": 7.7e-1,
        "USD": 1, "AFN": 70"#;
    let file = oxr(&latest("USD", rates)).unwrap();
    let expected = RateFile {
        date: Some("2026-08-27".to_owned()),
        rates: told(&[
            (Currency::Eur, "0.91940"),
            (Currency::Gbp, "7.7e-1"),
            (Currency::Jpy, "149.27363001"),
        ]),
        unknown: ["AED", "AFN", "BTC"].map(str::to_owned).to_vec(),
    };
    assert_eq!(file, expected);
}

#[test]
fn another_base_is_crossed() {
    let file = oxr(&latest("EUR", r#""USD": 1.0876, "JPY": 162.35, "AED": 4"#)).unwrap();
    let expected = [
        (Currency::Eur, "0.91945568223611622"),
        (Currency::Jpy, "149.27363001103347"),
    ];
    assert_eq!(file.rates, told(&expected));
    let file = oxr(&latest("AED", r#""USD": 0.25, "EUR": 0.5, "AED": 1"#)).unwrap();
    assert_eq!(file.rates, told(&[(Currency::Eur, "2")]));
    let untimed = oxr(r#"{"base":"USD","rates":{"EUR":0.9}}"#).unwrap();
    assert_eq!(untimed.date, None);
}

#[test]
fn wrong_daily_files_are_refused() {
    let cube = |currency: &str, rate: &str| format!("<Cube currency='{currency}' rate='{rate}'/>");
    let dollar = cube("USD", "1.0876");
    let with = |currency: &str, rate: &str| daily(&format!("{dollar}{}", cube(currency, rate)));
    let not = "The file is not one of the European Central Bank's rates";
    for (text, expected) in [
        (String::new(), "The file is not XML (line 1, column 1)."),
        (
            "rates".to_owned(),
            "The file is not XML (line 1, column 1).",
        ),
        (daily("<Cube>"), "The file is not XML (line 10, column 1)."),
        (
            "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>".to_owned(),
            "The file has a document type definition, which is not accepted.",
        ),
        (daily(""), "The file lists no rates."),
        (
            daily(&cube("JPY", "162.35")),
            "The file lists no rate of USD, without which there are no rates per US dollar.",
        ),
        (
            daily(&cube("USD", "0")),
            "The rate of USD must be above zero.",
        ),
        (with("JPY", "0.0"), "The rate of JPY must be above zero."),
        (with("JPY", "-1"), "The rate of JPY must be above zero."),
        (with("JPY", "N/A"), "The rate of JPY must be a number."),
        (
            with("JPY", "1.00000000000000001"),
            "The rate of JPY must have at most 17 significant digits.",
        ),
        (
            with("USD", "1.0876"),
            "The file lists the rate of USD twice.",
        ),
        (
            with("A B", "1"),
            "The file lists a rate under a name that is no currency code.",
        ),
        (
            with("EUR", "2"),
            "The rates are per EUR, but that of EUR itself is not 1.",
        ),
        (
            daily("<Cube currency='USD'/>"),
            &format!("{not}: a `Cube` of it has no `currency` or no `rate`."),
        ),
        (
            daily(&dollar).replace("2026-08-27", "today"),
            &format!("{not}: the `time` of a `Cube` is not a date."),
        ),
        (
            daily(&dollar).replace("time=", "day="),
            &format!("{not}: it has no `Cube` with a `time`."),
        ),
        (
            KILL_BILL.to_owned(),
            &format!("{not}: its root element is `catalog`, not `gesmes:Envelope`."),
        ),
        (STRIPE.to_owned(), &format!("{not}: it is JSON, not XML.")),
        (latest("USD", ""), &format!("{not}: it is JSON, not XML.")),
        (
            " ".repeat(MAX_BYTES + 1),
            "The file is larger than 1 MiB, the limit for files of rates.",
        ),
    ] {
        assert_eq!(ecb(&text).unwrap_err(), expected, "{text:.200}");
    }
}

#[test]
fn wrong_json_files_are_refused() {
    let not = "The file is not a `latest.json` of Open Exchange Rates";
    for (text, expected) in [
        (String::new(), "The file is not JSON (line 1, column 0)."),
        (
            "{\"base\":}".to_owned(),
            "The file is not JSON (line 1, column 9).",
        ),
        ("[]".to_owned(), &format!("{not}: it is not a JSON object.")),
        ("{}".to_owned(), &format!("{not}: it has no `rates`.")),
        (
            r#"{"rates":{}}"#.to_owned(),
            &format!("{not}: it has no `base`."),
        ),
        (
            r#"{"base":"USD","base":"EUR","rates":{"JPY":150}}"#.to_owned(),
            &format!("{not}: it has a field twice."),
        ),
        (
            r#"{"base":"USD","rates":[1]}"#.to_owned(),
            &format!("{not}: its `rates` are not numbers by currency."),
        ),
        (
            latest("USD", r#""EUR": "0.9""#),
            &format!("{not}: its `rates` are not numbers by currency."),
        ),
        (
            r#"{"error":true,"status":401,"message":"invalid_app_id"}"#.to_owned(),
            &format!("{not}: it is the answer to a call that failed."),
        ),
        (
            r#"{"amount":100,"base":"USD","rates":{"EUR":92}}"#.to_owned(),
            &format!("{not}: it has a field `amount`."),
        ),
        (latest("USD", ""), "The file lists no rates."),
        (
            latest("USD", r#""AED": 3.6725"#),
            "The file lists no rate of a currency that Pricebook knows.",
        ),
        (
            latest("EUR", r#""JPY": 162.35"#),
            "The file lists no rate of USD, without which there are no rates per US dollar.",
        ),
        (
            latest("USD", r#""EUR": 0"#),
            "The rate of EUR must be above zero.",
        ),
        (
            latest("USD", r#""EUR": -0.9"#),
            "The rate of EUR must be above zero.",
        ),
        (
            latest("USD", r#""EUR": 0.9, "EUR": 0.8"#),
            "The file lists the rate of EUR twice.",
        ),
        (
            latest("USD", r#""EUR": 0.9, "USD": 2"#),
            "The rates are per USD, but that of USD itself is not 1.",
        ),
        (
            latest("USD", r#""EUR": 0.123456789012345678"#),
            "The rate of EUR must have at most 17 significant digits.",
        ),
        (
            STRIPE.to_owned(),
            &format!("{not}: it has a field `object`, as answers of Stripe have."),
        ),
        (
            KILL_BILL.to_owned(),
            &format!("{not}: it is XML, not JSON."),
        ),
        (daily(""), &format!("{not}: it is XML, not JSON.")),
        (
            " ".repeat(MAX_BYTES + 1),
            "The file is larger than 1 MiB, the limit for files of rates.",
        ),
    ] {
        assert_eq!(oxr(&text).unwrap_err(), expected, "{text:.200}");
    }
}

#[test]
fn depth_is_no_danger() {
    assert!(ecb(&"<a>".repeat(300_000)).is_err());
    let closed = format!("{}{}", "<a>".repeat(140_000), "</a>".repeat(140_000));
    assert!(ecb(&closed).is_err());
    assert!(oxr(&format!("{{\"rates\":{}", "[".repeat(500_000))).is_err());
}

const STRIPE: &str = r#"{
  "object": "list",
  "url": "/v1/prices",
  "has_more": false,
  "data": [{"id": "price_1", "object": "price", "currency": "usd", "unit_amount": 4900}]
}"#;

const KILL_BILL: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<catalog xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <effectiveDate>2026-01-01T00:00:00+00:00</effectiveDate>
  <catalogName>Plans</catalogName>
  <currencies><currency>USD</currency></currencies>
</catalog>"#;

proptest! {
    #[test]
    fn any_text_is_read_or_refused_in_a_sentence(
        rates in "[<>/'={}:,\"A-Z0-9.eE -]{0,60}",
        code in "[A-Z]{3}",
        rate in "-?[0-9]{1,20}([.][0-9]{1,20})?(e-?[0-9]{1,4})?",
    ) {
        let cube = format!("<Cube currency='USD' rate='1'/><Cube currency='{code}' rate='{rate}'/>");
        let members = format!("\"USD\":2,\"{code}\":{rate}");
        for result in [
            ecb(&rates),
            ecb(&daily(&rates)),
            ecb(&daily(&cube)),
            oxr(&rates),
            oxr(&latest("USD", &rates)),
            oxr(&latest("EUR", &members)),
        ] {
            match result {
                Ok(file) => prop_assert!(!file.rates.is_empty()),
                Err(message) => {
                    prop_assert!(message.ends_with('.') && message.len() < 200, "{message}");
                }
            }
        }
    }
}
