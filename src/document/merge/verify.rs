//! Whether a changed file says what it should.

use std::collections::{HashMap, HashSet};

use super::super::node::{Content, Entry, Node};
use super::super::tree::Tree;
use super::super::yaml::{Place, is_plain};
use super::same::IsSame;

/// Whether a node is as wanted, or, where both mean the same, as before.
pub fn is_merged(after: &Node, before: &Node, wanted: &Tree, is_same: IsSame) -> bool {
    let mut path = Vec::new();
    is_part(&mut path, Some(after), Some(before), Some(wanted), is_same)
}

fn is_part(
    path: &mut Vec<String>,
    after: Option<&Node>,
    before: Option<&Node>,
    wanted: Option<&Tree>,
    is_same: IsSame,
) -> bool {
    let is_wanted = match (after, wanted) {
        (Some(after), Some(wanted)) => is_written(after, wanted),
        (after, wanted) => after.is_none() && wanted.is_none(),
    };
    let is_kept = || match (after, before) {
        (Some(after), Some(before)) => is_equal(after, before),
        (after, before) => after.is_none() && before.is_none(),
    };
    if is_wanted || (is_same(path) && is_kept()) {
        return true;
    }
    let (Some(after), Some(Tree::Map(wanted))) = (after.and_then(entries), wanted) else {
        return false;
    };
    let before = before.and_then(entries).unwrap_or_default();
    are_parts(path, after, before, wanted, is_same)
}

fn are_parts(
    path: &mut Vec<String>,
    after: &[Entry],
    before: &[Entry],
    wanted: &[(String, Tree)],
    is_same: IsSame,
) -> bool {
    let after = by_key(after);
    let before = by_key(before);
    let wanted: HashMap<_, _> = wanted.iter().map(|(key, tree)| (&**key, tree)).collect();
    let keys: HashSet<_> = after
        .keys()
        .chain(before.keys())
        .chain(wanted.keys())
        .collect();
    keys.into_iter().all(|key| {
        path.push((*key).to_owned());
        let (after, before) = (after.get(key).copied(), before.get(key).copied());
        let is_part = is_part(path, after, before, wanted.get(key).copied(), is_same);
        path.pop();
        is_part
    })
}

fn entries(node: &Node) -> Option<&[Entry]> {
    match &node.content {
        Content::Map(entries) => Some(entries),
        _ => None,
    }
}

fn by_key(entries: &[Entry]) -> HashMap<&str, &Node> {
    let pairs = entries.iter().map(|entry| (&*entry.key, &entry.value));
    pairs.collect()
}

/// Whether a node is what the writer makes of a tree.
fn is_written(node: &Node, tree: &Tree) -> bool {
    match (&node.content, tree) {
        (Content::Plain(text), Tree::Null) => text == "null",
        (Content::Plain(text), Tree::Bool(value)) => text == if *value { "true" } else { "false" },
        (Content::Plain(text), Tree::Number(literal)) => text == literal,
        (Content::Plain(text), Tree::Text(wanted)) => {
            text == wanted && is_plain(text, Place::Block)
        }
        (Content::Quoted(text), Tree::Text(wanted) | Tree::Quoted(wanted)) => text == wanted,
        (Content::List(items), Tree::List(wanted)) => {
            let mut pairs = items.iter().zip(wanted);
            items.len() == wanted.len() && pairs.all(|(item, tree)| is_written(item, tree))
        }
        (Content::Map(entries), Tree::Map(wanted)) => {
            let mut pairs = entries.iter().zip(wanted);
            let is_entry = |(entry, (key, tree)): (&Entry, &(String, Tree))| {
                entry.key == *key && is_written(&entry.value, tree)
            };
            entries.len() == wanted.len() && pairs.all(is_entry)
        }
        _ => false,
    }
}

/// Whether two nodes differ at most in their positions.
fn is_equal(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::List(a), Content::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b))
        }
        (Content::Map(a), Content::Map(b)) => {
            let mut pairs = a.iter().zip(b);
            let is_entry =
                |(a, b): (&Entry, &Entry)| a.key == b.key && is_equal(&a.value, &b.value);
            a.len() == b.len() && pairs.all(is_entry)
        }
        (a, b) => a == b,
    }
}
