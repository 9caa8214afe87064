//! What a document says, as a tree to write.

mod plan;

use super::tree::Tree;
use crate::domain::document::{Document, FeatureEntry, GroupEntry};
use crate::domain::patch::Patch;

/// The tree of a document: what it leaves out is left out.
pub fn tree(document: &Document) -> Tree {
    let Document {
        features,
        groups,
        plans,
    } = document;
    let mut fields = Fields::default();
    fields.add("pricebook", Some(Tree::Number("1".to_owned())));
    fields.add(
        "features",
        features.as_deref().map(|items| map(items, feature)),
    );
    fields.add("groups", groups.as_deref().map(|items| map(items, group)));
    fields.add(
        "plans",
        plans.as_deref().map(|items| map(items, plan::plan)),
    );
    fields.into_tree()
}

/// The fields of a mapping that are there.
#[derive(Default)]
struct Fields(Vec<(String, Tree)>);

impl Fields {
    fn add(&mut self, key: &str, value: Option<Tree>) -> &mut Self {
        self.0.extend(value.map(|value| (key.to_owned(), value)));
        self
    }

    fn into_tree(self) -> Tree {
        Tree::Map(self.0)
    }
}

fn map<T>(items: &[T], entry: impl Fn(&T) -> (String, Tree)) -> Tree {
    Tree::Map(items.iter().map(entry).collect())
}

fn text(text: &str) -> Tree {
    Tree::Text(text.to_owned())
}

fn number(number: i64) -> Tree {
    Tree::Number(number.to_string())
}

/// A field that is left out, null or a value.
fn patch<T>(patch: &Patch<T>, tree: impl FnOnce(&T) -> Tree) -> Option<Tree> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => Some(Tree::Null),
        Patch::Set(value) => Some(tree(value)),
    }
}

fn feature(entry: &FeatureEntry) -> (String, Tree) {
    let FeatureEntry {
        code,
        name,
        feature_type,
        description,
        unit_name,
    } = entry;
    let mut fields = Fields::default();
    fields
        .add("name", Some(text(name.as_str())))
        .add("type", Some(text(feature_type.as_str())))
        .add("description", patch(description, |it| text(it.as_str())))
        .add("unitName", patch(unit_name, |it| text(it.as_str())));
    (code.as_str().to_owned(), fields.into_tree())
}

fn group(entry: &GroupEntry) -> (String, Tree) {
    let GroupEntry {
        handle,
        name,
        description,
        is_public,
        plans,
    } = entry;
    let plans = plans.as_ref().map(|plans| {
        let codes = plans.iter().map(|code| text(code.as_str()));
        Tree::List(codes.collect())
    });
    let mut fields = Fields::default();
    fields
        .add("name", Some(text(name.as_str())))
        .add("description", patch(description, |it| text(it.as_str())))
        .add("public", is_public.map(Tree::Bool))
        .add("plans", plans);
    (handle.clone(), fields.into_tree())
}
