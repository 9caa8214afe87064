//! `pricebook rates`: what new exchange rates would change.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::changeset::{make, show};
use super::client::Client;
use super::exit::Exit;
use super::rates::{RateFile, ecb, oxr};
use super::settings::{PartSettings, RatesCommand, RatesSettings};
use super::{output, text_file};
use crate::domain::money::Currency;

/// Reads the text of a file.
type Reader = fn(&str) -> Result<RateFile, String>;

/// Reads the file of a publisher, makes a changeset from its rates, and prints it.
pub async fn rates(command: &RatesCommand) -> Result<Exit, String> {
    let (settings, read) = match command {
        RatesCommand::Ecb(settings) => (settings, ecb as Reader),
        RatesCommand::Oxr(settings) => (settings, oxr as Reader),
    };
    let RatesSettings {
        file,
        only,
        currency,
        json,
        client,
    } = settings;
    let client = Client::patient(client)?;
    let text = text_file::read(file).await?;
    let found = read(&text);
    let found = found.map_err(|error| format!("{}: {error}", text_file::name(file)))?;
    tell_day(file, found.date.as_deref());
    tell_unknown(&found.unknown);
    let rates = chosen(found, currency)?;
    let mut source = json!({"rates": rates});
    if !only.is_empty() {
        source["only"] = json!(only);
    }
    let part = PartSettings {
        prune: false,
        include: Vec::new(),
    };
    let changeset = make(&client, source, &part, None).await?;
    show(&client, &changeset, *json).await
}

fn tell_day(file: &Path, date: Option<&str>) {
    let name = text_file::name(file);
    output::tell(&match date {
        Some(date) => format!("pricebook: the rates of {date} from {name}"),
        None => format!("pricebook: the rates from {name}, which does not say of which day"),
    });
}

fn tell_unknown(codes: &[String]) {
    if !codes.is_empty() {
        let codes = codes.join(", ");
        output::tell(&format!(
            "pricebook: left out, as Pricebook does not know them: {codes}"
        ));
    }
}

/// The rates of the chosen currencies; all of them if none is chosen.
fn chosen(file: RateFile, currencies: &[Currency]) -> Result<Map<String, Value>, String> {
    let has = |currency: &Currency| file.rates.iter().any(|(found, _)| found == currency);
    if let Some(missing) = currencies.iter().find(|currency| !has(currency)) {
        return Err(format!("the file lists no rate of {}", missing.as_str()));
    }
    let is_chosen = |currency: &Currency| currencies.is_empty() || currencies.contains(currency);
    let rates = file.rates.into_iter();
    let rates = rates.filter(|(currency, _)| is_chosen(currency));
    Ok(rates
        .map(|(currency, rate)| (currency.as_str().to_owned(), rate.into()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_chosen_currencies_are_taken() {
        let file = || RateFile {
            date: None,
            rates: vec![
                (Currency::Eur, "0.93".to_owned()),
                (Currency::Jpy, "151".to_owned()),
            ],
            unknown: Vec::new(),
        };
        let all = json!({"eur": "0.93", "jpy": "151"});
        assert_eq!(Value::Object(chosen(file(), &[]).unwrap()), all);
        let one = chosen(file(), &[Currency::Jpy]).unwrap();
        assert_eq!(Value::Object(one), json!({"jpy": "151"}));
        assert!(chosen(file(), &[Currency::Brl]).is_err());
    }
}
