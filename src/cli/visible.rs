//! Text of others, made safe to print: names in a catalog, keys of a file, answers of a server.

use std::borrow::Cow;

/// The text in which characters that a terminal acts on, or that turn the reading around, are written
/// as in Rust: `\u{1b}`. It is one line.
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, is_hidden)
}

/// The same, but lines stay lines.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    shown(text, |c| c != '\n' && is_hidden(c))
}

fn shown(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Control characters, separators of lines, and marks of the direction (Unicode, annex 9).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_shown() {
        for (text, expected) in [
            ("Pro é 日本 😀", "Pro é 日本 😀"),
            ("a\u{1b}[31mb", r"a\u{1b}[31mb"),
            ("a\nb\r\t", r"a\u{a}b\u{d}\u{9}"),
            ("\u{9b}\u{7f}", r"\u{9b}\u{7f}"),
            ("a\u{202e}b\u{2066}\u{2028}", r"a\u{202e}b\u{2066}\u{2028}"),
        ] {
            assert_eq!(visible(text), expected);
        }
        assert_eq!(visible_lines("a\nb\u{1b}"), "a\nb\\u{1b}");
    }
}
