//! The rates that a file lists, in units of its own base currency.

use std::collections::BTreeMap;

use super::file::RateFile;
use crate::domain::money::{Currency, ExchangeRate, InvalidRate};

/// The rates that a file lists.
#[derive(Default)]
pub(super) struct Listed {
    known: BTreeMap<Currency, ExchangeRate>,
    /// The codes of the others, as the file writes them.
    unknown: Vec<String>,
}

impl Listed {
    /// Adds a rate. That of an unknown currency may be anything.
    ///
    /// # Errors
    /// The code cannot be one, the currency is listed already, or its rate is invalid.
    pub fn add(&mut self, code: &str, rate: &str) -> Result<(), String> {
        let is_code = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !(1..=20).contains(&code.len()) || !code.bytes().all(is_code) {
            return Err("The file lists a rate under a name that is no currency code.".to_owned());
        }
        let Some(currency) = Currency::parse(code) else {
            self.unknown.push(code.to_owned());
            return Ok(());
        };
        let rate = ExchangeRate::parse(rate).map_err(|error| wrong(currency, error))?;
        match self.known.insert(currency, rate) {
            Some(_) => Err(format!(
                "The file lists the rate of {} twice.",
                upper(currency)
            )),
            None => Ok(()),
        }
    }

    /// The rates per US dollar, if those that are listed are per unit of `base`.
    ///
    /// # Errors
    /// There is nothing to use, no rate of the US dollar, or a rate that is out of range.
    pub fn into_file(mut self, base: &str, date: Option<String>) -> Result<RateFile, String> {
        if self.known.is_empty() && self.unknown.is_empty() {
            return Err("The file lists no rates.".to_owned());
        }
        self.settle_base(base)?;
        let dollar = self.known.remove(&Currency::Usd).ok_or(
            "The file lists no rate of USD, without which there are no rates per US dollar.",
        )?;
        let is_per_dollar = Currency::parse(base) == Some(Currency::Usd);
        let per_dollar = |(currency, rate): (Currency, ExchangeRate)| {
            let cross = match is_per_dollar {
                true => rate,
                false => rate
                    .divided_by(&dollar)
                    .map_err(|error| wrong(currency, error))?,
            };
            Ok((currency, cross.as_str().to_owned()))
        };
        let rates: Vec<_> = self
            .known
            .into_iter()
            .map(per_dollar)
            .collect::<Result<_, String>>()?;
        if rates.is_empty() {
            return Err("The file lists no rate of a currency that Pricebook knows.".to_owned());
        }
        self.unknown.sort();
        self.unknown.dedup();
        Ok(RateFile {
            date,
            rates,
            unknown: self.unknown,
        })
    }

    /// Adds the rate of the base, which is 1 whether it is listed or not.
    fn settle_base(&mut self, base: &str) -> Result<(), String> {
        let Some(currency) = Currency::parse(base) else {
            return Ok(());
        };
        let one = ExchangeRate::parse("1").map_err(|error| wrong(currency, error))?;
        let rate = self.known.entry(currency).or_insert_with(|| one.clone());
        match rate.has_value_of(&one) {
            true => Ok(()),
            false => Err(format!(
                "The rates are per {base}, but that of {base} itself is not 1.",
                base = upper(currency)
            )),
        }
    }
}

/// A sentence about the rate of a currency.
fn wrong(currency: Currency, error: InvalidRate) -> String {
    let message = error.message();
    let rest = message.strip_prefix("Must ");
    let currency = upper(currency);
    match rest {
        Some(rest) => format!("The rate of {currency} must {rest}"),
        None => format!("The rate of {currency} is invalid: {message}"),
    }
}

fn upper(currency: Currency) -> String {
    currency.as_str().to_uppercase()
}
