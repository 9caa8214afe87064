//! Plan groups.

use std::collections::HashSet;

use super::fields::{Field, Fields, Reader, is_null};
use super::scalar::{code, description, no_code, switch};
use crate::document::node::{Content, Entry};
use crate::domain::document::GroupEntry;
use crate::domain::text::{Code, Name};

pub(super) fn read(document: &Fields<'_>, reader: &mut Reader) -> Option<Vec<GroupEntry>> {
    let section = document.find("groups")?;
    let mut names = HashSet::new();
    let mut groups = Vec::new();
    for entry in section.entries(reader) {
        let Some(group) = group(&section.path, entry, reader) else {
            continue;
        };
        if !names.insert(group.name.clone()) {
            let path = Field::below(&section.path, entry).path;
            let message = "Another group has this name.";
            reader.mistake(&format!("{path}.name"), entry.value.at, message);
        }
        groups.push(group);
    }
    Some(groups)
}

fn group(path: &str, entry: &Entry, reader: &mut Reader) -> Option<GroupEntry> {
    let path = Field::below(path, entry).path;
    let length = entry.key.chars().count();
    if !(1..=Name::MAX_LENGTH).contains(&length) {
        let message = format!("A handle has 1 to {} characters.", Name::MAX_LENGTH);
        reader.mistake(&path, entry.key_at, message);
    }
    let known = ["name", "description", "public", "plans"];
    let fields = Fields::of(&entry.value, path, &known, reader);
    let name = fields.require("name", reader);
    let name = name.and_then(|field| field.name(reader));
    let description = description(&fields, reader);
    let is_public = switch(&fields, "public", true, reader);
    let plans = fields.find("plans").map(|field| codes(&field, reader));
    Some(GroupEntry {
        handle: entry.key.clone(),
        name: name?,
        description,
        is_public,
        plans,
    })
}

fn codes(field: &Field<'_>, reader: &mut Reader) -> Vec<Code> {
    let items = match &field.node.content {
        Content::List(items) => items.as_slice(),
        Content::Map(entries) if entries.is_empty() => &[],
        _ if is_null(field.node) => &[],
        _ => {
            field.mistake(reader, "Must be a list of codes of plans.");
            &[]
        }
    };
    let items = items.iter().enumerate().filter_map(|(index, node)| {
        let path = format!("{}[{index}]", field.path);
        let item = Field { path, node };
        let code = code(item.text(reader)?);
        if code.is_none() {
            item.mistake(reader, no_code());
        }
        code
    });
    items.collect()
}
