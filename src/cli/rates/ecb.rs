//! The reference rates of the European Central Bank, as XML.

use roxmltree::{Document, Error, Node};

use super::file::{RateFile, checked_size};
use super::listed::Listed;

/// Reads the reference rates of the European Central Bank: those of a day (`eurofxref-daily.xml`), or
/// the newest of those of many days (`eurofxref-hist-90d.xml`).
///
/// # Errors
/// A sentence about what is wrong with the file.
pub fn ecb(text: &str) -> Result<RateFile, String> {
    let text = checked_size(text)?;
    if text.trim_start().starts_with(['{', '[']) {
        return Err(not_ecb("it is JSON, not XML"));
    }
    let document = Document::parse(text).map_err(|error| not_xml(&error))?;
    let root = document.root_element();
    if root.tag_name().name() != "Envelope" {
        let name: String = root.tag_name().name().chars().take(40).collect();
        return Err(not_ecb(&format!(
            "its root element is `{name}`, not `gesmes:Envelope`"
        )));
    }
    let days = root
        .descendants()
        .filter_map(|node| Some((node.attribute("time")?, node)));
    let (date, day) = days
        .filter(|(_, node)| is_cube(node))
        .max_by_key(|(time, _)| *time)
        .ok_or_else(|| not_ecb("it has no `Cube` with a `time`"))?;
    if !is_date(date) {
        return Err(not_ecb("the `time` of a `Cube` is not a date"));
    }
    listed(day)?.into_file("EUR", Some(date.to_owned()))
}

/// The rates of a day, in units per euro.
fn listed(day: Node<'_, '_>) -> Result<Listed, String> {
    let mut listed = Listed::default();
    for rate in day.children().filter(is_cube) {
        let attributes = rate.attribute("currency").zip(rate.attribute("rate"));
        let (currency, rate) =
            attributes.ok_or_else(|| not_ecb("a `Cube` of it has no `currency` or no `rate`"))?;
        listed.add(currency, rate)?;
    }
    Ok(listed)
}

fn is_cube(node: &Node<'_, '_>) -> bool {
    node.tag_name().name() == "Cube"
}

/// Whether a text is a date such as `2026-08-27`; these sort by time.
fn is_date(text: &str) -> bool {
    let is_expected = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(is_expected)
}

fn not_ecb(reason: &str) -> String {
    format!("The file is not one of the European Central Bank's rates: {reason}.")
}

fn not_xml(error: &Error) -> String {
    if let Error::DtdDetected = error {
        return "The file has a document type definition, which is not accepted.".to_owned();
    }
    let position = error.pos();
    format!(
        "The file is not XML (line {}, column {}).",
        position.row, position.col
    )
}
