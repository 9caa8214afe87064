//! What the nodes of a document say.
//!
//! All mistakes are found at once, each with its path and its place in the text.

mod features;
mod fields;
mod groups;
mod offer;
mod plan;
mod price;
mod regional;
mod scalar;

use self::fields::{Fields, Reader};
use super::node::{Content, Mistake, Node};
use crate::domain::document::Document;

/// The version of documents that is read.
const VERSION: &str = "1";

/// Reads a document.
///
/// # Errors
/// All that is wrong, up to a hundred mistakes.
pub fn read(node: &Node) -> Result<Document, Vec<Mistake>> {
    require_version(node)?;
    let mut reader = Reader::default();
    let known = ["pricebook", "features", "groups", "plans"];
    let fields = Fields::of(node, String::new(), &known, &mut reader);
    let document = Document {
        features: features::read(&fields, &mut reader),
        groups: groups::read(&fields, &mut reader),
        plans: plan::read(&fields, &mut reader),
    };
    reader.into_result(document)
}

/// What does not say that it is a document of Pricebook is told so, and nothing else.
fn require_version(node: &Node) -> Result<(), Vec<Mistake>> {
    let Content::Map(entries) = &node.content else {
        return Err(foreign(node));
    };
    let mut entries = entries.iter();
    let Some(version) = entries.find(|entry| entry.key == "pricebook") else {
        return Err(foreign(node));
    };
    match &version.value.content {
        Content::Plain(text) if text == VERSION => Ok(()),
        _ => Err(vec![Mistake {
            field: "pricebook".to_owned(),
            at: version.value.at,
            message: format!("Must be {VERSION}, the version of documents that is read here."),
        }]),
    }
}

fn foreign(node: &Node) -> Vec<Mistake> {
    vec![Mistake {
        field: "pricebook".to_owned(),
        at: node.at,
        message: format!("Is missing: a document of Pricebook says `pricebook: {VERSION}`."),
    }]
}
