//! Features.

use super::fields::{Field, Fields, Reader};
use super::scalar::{code, description, no_code, unit_name};
use crate::document::node::Entry;
use crate::domain::document::FeatureEntry;
use crate::domain::feature::FeatureType;

pub(super) fn read(document: &Fields<'_>, reader: &mut Reader) -> Option<Vec<FeatureEntry>> {
    let section = document.find("features")?;
    let entries = section.entries(reader).iter();
    let read = entries.filter_map(|entry| feature(&section.path, entry, reader));
    Some(read.collect())
}

fn feature(path: &str, entry: &Entry, reader: &mut Reader) -> Option<FeatureEntry> {
    let path = Field::below(path, entry).path;
    let code = code(&entry.key);
    if code.is_none() {
        reader.mistake(&path, entry.key_at, no_code());
    }
    let known = ["name", "type", "description", "unitName"];
    let fields = Fields::of(&entry.value, path, &known, reader);
    let name = fields.require("name", reader);
    let name = name.and_then(|field| field.name(reader));
    let feature_type = fields.require("type", reader);
    let feature_type =
        feature_type.and_then(|field| field.word(FeatureType::ALL, FeatureType::as_str, reader));
    let description = description(&fields, reader);
    let unit_name = unit_name(&fields, reader);
    Some(FeatureEntry {
        code: code?,
        name: name?,
        feature_type: feature_type?,
        description,
        unit_name,
    })
}
