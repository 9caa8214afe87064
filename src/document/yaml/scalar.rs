//! Writing scalars of YAML.

use std::fmt::Write;

use super::super::tree::Tree;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The value of a block mapping, or an item of a block list.
    Block,
    /// Inside brackets, or a key.
    Flow,
}

/// Words that YAML 1.1 or 1.2 reads as null or a boolean, in lower case. They do so in some other
/// cases too.
const WORDS: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Whether every reader of YAML 1.1 and 1.2 reads a text without quotes as just that text.
///
/// Numbers, dates, and most indicators are told by their first character, so only letters and a few
/// signs may come first.
pub fn is_plain(text: &str, place: Place) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphabetic() || "_/(".contains(c));
    let ends_well = !text.ends_with(|c: char| c.is_whitespace() || c == ':');
    let allows = |c: char| match c {
        ',' | '[' | ']' | '{' | '}' | ':' | '?' | '"' | '\'' => place == Place::Block,
        _ => is_printable(c),
    };
    starts_well
        && ends_well
        && text.chars().all(allows)
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a character can be written as itself. Those that break lines, join or reorder others
/// invisibly, or are not allowed in YAML are escaped.
fn is_printable(character: char) -> bool {
    !matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0e}'
        | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Writes a text in double quotes, on one line.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if is_printable(character) => out.push(character),
            // Writing to a string cannot fail.
            _ => drop(write!(out, "\\u{:04x}", u32::from(character))),
        }
    }
    out.push('"');
    out
}

/// Writes a text, with quotes if it needs them.
pub fn write_text(text: &str, place: Place) -> String {
    match is_plain(text, place) {
        true => text.to_owned(),
        false => quote(text),
    }
}

/// Writes a scalar, or an empty list or mapping.
pub fn scalar(tree: &Tree, place: Place) -> String {
    match tree {
        Tree::Null => "null".to_owned(),
        Tree::Bool(value) => value.to_string(),
        Tree::Number(literal) => literal.clone(),
        Tree::Text(text) => write_text(text, place),
        Tree::Quoted(text) => quote(text),
        Tree::List(_) => "[]".to_owned(),
        Tree::Map(_) => "{}".to_owned(),
    }
}

/// Whether a text has more characters than this.
pub fn is_longer(text: &str, length: usize) -> bool {
    text.len() > length && text.chars().nth(length).is_some()
}
