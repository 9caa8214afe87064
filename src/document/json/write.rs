//! Writing JSON.

use super::super::tree::Tree;

/// Writes a tree as compact JSON.
pub fn write(tree: &Tree) -> String {
    let mut out = String::new();
    put(tree, &mut out);
    out
}

fn put(tree: &Tree, out: &mut String) {
    match tree {
        Tree::Null => out.push_str("null"),
        Tree::Bool(true) => out.push_str("true"),
        Tree::Bool(false) => out.push_str("false"),
        Tree::Number(literal) => out.push_str(literal),
        Tree::Text(text) | Tree::Quoted(text) => put_text(text, out),
        Tree::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                put_comma(index, out);
                put(item, out);
            }
            out.push(']');
        }
        Tree::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                put_comma(index, out);
                put_text(key, out);
                out.push(':');
                put(value, out);
            }
            out.push('}');
        }
    }
}

fn put_comma(index: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
}

fn put_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
