//! The rates of Open Exchange Rates, as JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Number, Value};

use super::file::{RateFile, checked_size};
use super::listed::Listed;
use crate::domain::money::integer_value;
use crate::domain::timestamp::Timestamp;

/// Reads the `latest.json` of Open Exchange Rates. Rates per another currency than the US dollar are
/// crossed.
///
/// # Errors
/// A sentence about what is wrong with the file.
pub fn oxr(text: &str) -> Result<RateFile, String> {
    let text = checked_size(text)?;
    if text.trim_start().starts_with('<') {
        return Err(not_oxr("it is XML, not JSON"));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    check_layout(&value)?;
    let base = value["base"].as_str();
    let base = base.ok_or_else(|| not_oxr("it has no `base`"))?;
    let file: Latest = serde_json::from_str(text).map_err(|error| {
        match error.to_string().starts_with("duplicate field") {
            true => not_oxr("it has a field twice"),
            false => not_oxr("its `rates` are not numbers by currency"),
        }
    })?;
    let mut listed = Listed::default();
    for (currency, rate) in &file.rates.0 {
        listed.add(currency, rate.as_str())?;
    }
    listed.into_file(base, date(&value["timestamp"]))
}

/// Refuses answers of other services.
fn check_layout(value: &Value) -> Result<(), String> {
    let fields = value.as_object();
    let fields = fields.ok_or_else(|| not_oxr("it is not a JSON object"))?;
    if fields.contains_key("object") {
        return Err(not_oxr(
            "it has a field `object`, as answers of Stripe have",
        ));
    }
    if fields
        .get("error")
        .is_some_and(|error| *error != Value::Bool(false))
    {
        return Err(not_oxr("it is the answer to a call that failed"));
    }
    if !fields.contains_key("rates") {
        return Err(not_oxr("it has no `rates`"));
    }
    // Other services multiply their rates with it.
    if fields.contains_key("amount") {
        return Err(not_oxr("it has a field `amount`"));
    }
    Ok(())
}

/// The day of a time in seconds.
fn date(timestamp: &Value) -> Option<String> {
    /// The last second of the year 9999.
    const LAST: i64 = 253_402_300_799;
    let seconds = integer_value(timestamp.as_number()?.as_str())?;
    let seconds = i64::try_from(seconds).ok()?;
    let seconds = (0..=LAST).contains(&seconds).then_some(seconds)?;
    let time = Timestamp::from_millis(seconds * 1000).to_string();
    time.split('T').next().map(str::to_owned)
}

#[derive(serde::Deserialize)]
struct Latest {
    rates: Rates,
    // Read so that two of them are refused.
    #[serde(rename = "base")]
    _base: String,
    #[serde(rename = "timestamp", default)]
    _timestamp: Option<Value>,
}

/// Rates by currency, each with all its digits. A map would forget that one is listed twice.
struct Rates(Vec<(String, Number)>);

impl<'de> Deserialize<'de> for Rates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RatesVisitor)
    }
}

struct RatesVisitor;

impl<'de> Visitor<'de> for RatesVisitor {
    type Value = Rates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers by currency")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rates, A::Error> {
        let mut rates = Vec::new();
        while let Some(rate) = map.next_entry()? {
            rates.push(rate);
        }
        Ok(Rates(rates))
    }
}

fn not_oxr(reason: &str) -> String {
    format!("The file is not a `latest.json` of Open Exchange Rates: {reason}.")
}

fn not_json(error: &serde_json::Error) -> String {
    format!(
        "The file is not JSON (line {}, column {}).",
        error.line(),
        error.column()
    )
}
