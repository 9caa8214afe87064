//! Replacing parts of a text.

/// A part of a text, in bytes, and what replaces it.
#[derive(Debug)]
pub struct Edit {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What replaces it.
    pub text: String,
}

/// Applies edits to a text. Those at the same offset keep their order.
pub fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.start);
    let has_crlf = text.contains("\r\n");
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for edit in edits {
        out.push_str(text.get(kept..edit.start).unwrap_or_default());
        match has_crlf {
            true => out.push_str(&edit.text.replace('\n', "\r\n")),
            false => out.push_str(&edit.text),
        }
        kept = kept.max(edit.end);
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        let text = text.to_owned();
        Edit { start, end, text }
    }

    #[test]
    fn edits_are_applied_in_the_order_of_the_text() {
        let edits = vec![edit(4, 4, "x\n"), edit(0, 1, ""), edit(4, 4, "y\n")];
        assert_eq!(apply("abc\n", edits), "bc\nx\ny\n");
        assert_eq!(apply("a\r\n", vec![edit(3, 3, "b\n")]), "a\r\nb\r\n");
    }

    #[test]
    fn what_is_put_into_a_removed_part_stays() {
        let edits = vec![edit(0, 4, ""), edit(2, 2, "x"), edit(4, 5, "y")];
        assert_eq!(apply("abcdef", edits), "xyf");
    }
}
