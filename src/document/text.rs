//! Documents as texts.

use std::ops::Range;

use serde_json::value::RawValue;

use super::node::{Mistake, Node, Position};
use super::{json, tree_of, yaml};
use crate::domain::document::Document;

/// Where a text begins.
const START: Position = Position { line: 1, column: 1 };

/// Reads YAML, or JSON as a text. XML is told what it is: some catalogs are.
///
/// # Errors
/// What is wrong with it.
pub fn read_yaml(text: &str) -> Result<Node, Vec<Mistake>> {
    if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('<')
    {
        return Err(of_whole(
            "Is XML, and not a document of Pricebook, which is YAML or JSON.",
        ));
    }
    yaml::read(text)
}

/// Reads JSON.
///
/// # Errors
/// What is wrong with it.
pub fn read_json(text: &str) -> Result<Node, Vec<Mistake>> {
    read_json_in(text, 0..text.len())
}

/// Reads JSON that is a part of a text; positions are those in the text.
///
/// # Errors
/// What is wrong with it.
pub fn read_json_in(text: &str, range: Range<usize>) -> Result<Node, Vec<Mistake>> {
    let part = text.get(range).unwrap_or_default();
    let value: &RawValue =
        serde_json::from_str(part).map_err(|why| of_whole(&format!("Is not JSON: {why}.")))?;
    json::read(value, text)
}

fn of_whole(message: &str) -> Vec<Mistake> {
    vec![Mistake {
        field: String::new(),
        at: START,
        message: message.to_owned(),
    }]
}

/// Writes a document as JSON.
pub fn write_json(document: &Document) -> String {
    json::write(&tree_of(document))
}

/// Writes a document as YAML.
pub fn write_yaml(document: &Document) -> String {
    yaml::write(&tree_of(document))
}
