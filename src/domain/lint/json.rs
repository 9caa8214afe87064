//! Reading the texts of an array that a JSON object has at a key.

/// The texts in the array at a key of a JSON object, as they stand there. Empty if there is no such
/// array. Elements that are not texts are left out, and so are keys of objects further inside.
///
/// The text is valid JSON; where it is not, reading ends.
pub(super) fn texts_at(json: &str, key: &str) -> Vec<String> {
    // Most objects do not have the key, not even with escapes.
    if !json.contains(key) && !json.contains('\\') {
        return Vec::new();
    }
    Reader { rest: json }.texts_at(key).unwrap_or_default()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// As with other readers of JSON, the last of equal keys counts.
    fn texts_at(&mut self, wanted: &str) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        self.take('{')?;
        while self.peek()? != '}' {
            let key = self.text()?;
            self.take(':')?;
            if key == wanted {
                texts = self.texts()?;
            } else {
                self.skip()?;
            }
            if self.take(',').is_none() {
                break;
            }
        }
        Some(texts)
    }

    /// The texts of an array; none in any other value.
    fn texts(&mut self) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        if self.take('[').is_none() {
            self.skip()?;
            return Some(texts);
        }
        while self.peek()? != ']' {
            if self.peek()? == '"' {
                texts.push(self.text()?);
            } else {
                self.skip()?;
            }
            if self.take(',').is_none() {
                break;
            }
        }
        self.take(']')?;
        Some(texts)
    }

    /// Passes over a value. It counts brackets instead of calling itself, so that no depth is too
    /// much.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                '"' => drop(self.text()?),
                '{' | '[' => {
                    self.next();
                    depth += 1;
                    continue;
                }
                '}' | ']' => {
                    self.next();
                    depth = depth.checked_sub(1)?;
                }
                ',' | ':' if depth == 0 => return None,
                ',' | ':' => {
                    self.next();
                    continue;
                }
                _ => self.skip_word(),
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Passes over a number, `true`, `false` or `null`.
    fn skip_word(&mut self) {
        let is_inside = |c: char| !matches!(c, ',' | ':' | ']' | '}' | '"') && !c.is_whitespace();
        self.rest = self.rest.trim_start_matches(is_inside);
    }

    fn text(&mut self) -> Option<String> {
        self.take('"')?;
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                other => text.push(other),
            }
        }
    }

    /// The character after a backslash. Halves of a pair of surrogates become U+FFFD: no name that
    /// is looked for has a character that needs one.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (digits, rest) = self.rest.split_at_checked(4)?;
                self.rest = rest;
                let code = u32::from_str_radix(digits, 16).ok()?;
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => other,
        })
    }

    /// The next character after white space, which stays.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    /// Takes a character after white space, if it is the next.
    fn take(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(wanted)?;
        Some(())
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_found() {
        for (json, expected) in [
            (r#"{"k":["a","b"]}"#, &["a", "b"][..]),
            (
                r#" { "x" : 1 , "k" : [ "a" , "b" ] , "y" : {} } "#,
                &["a", "b"],
            ),
            (r#"{"k":[]}"#, &[]),
            (r#"{}"#, &[]),
            (r#"{"k":["a",1,null,["b"],{"k":["c"]},"d"]}"#, &["a", "d"]),
            // Escapes, in the key and in the texts.
            (r#"{"\u006b":["\u0061\"\\\/\n"]}"#, &["a\"\\/\n"]),
            (r#"{"k":["\ud83d\ude00"]}"#, &["\u{fffd}\u{fffd}"]),
            (r#"{"k":["é😀"]}"#, &["é😀"]),
            // Not an array.
            (r#"{"k":"a"}"#, &[]),
            (r#"{"k":{"k":["a"]}}"#, &[]),
            (r#"{"k":null}"#, &[]),
            // Only keys of the object itself count, not what looks like one.
            (r#"{"x":{"k":["a"]}}"#, &[]),
            (r#"{"x":[{"k":["a"]}]}"#, &[]),
            (r#"{"x":"\"k\":[\"a\"]"}"#, &[]),
            (r#"{"x":"}","k":["a"]}"#, &["a"]),
            (r#"{"x":[[1.5e3,true],{"y":"]"}],"k":["a"]}"#, &["a"]),
            // The last one counts.
            (r#"{"k":["a"],"k":["b"]}"#, &["b"]),
            (r#"{"k":["a"],"k":1}"#, &[]),
        ] {
            assert_eq!(texts_at(json, "k"), expected, "{json}");
        }
    }

    #[test]
    fn broken_texts_have_none() {
        for json in [
            "",
            "{",
            "[",
            "k",
            "{\"k\"",
            "{\"k\":",
            "{\"k\":[",
            "{\"k\":[\"a",
            "{\"k\":[\"a\"",
            "{\"k\":[\"\\u00",
            "{\"x\":}",
            "{\"x\":]}",
            "{\"x\":,\"k\":[\"a\"]}",
        ] {
            assert_eq!(texts_at(json, "k"), [""; 0], "{json}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(
            texts_at(&format!("{{\"x\":{deep},\"k\":[]}}"), "k"),
            [""; 0]
        );
    }

    proptest! {
        #[test]
        fn it_reads_as_serde_does(
            texts in prop::collection::vec(any::<String>(), 0..4), other in any::<String>(),
        ) {
            let json = serde_json::json!({
                "x": { "k": [&other], &other: [1, { "k": &other }] },
                "k": [&texts, 1, &other],
                "y": &other,
            });
            prop_assert_eq!(texts_at(&json.to_string(), "k"), [other]);
            let json = serde_json::json!({ "k": texts });
            prop_assert_eq!(texts_at(&json.to_string(), "k"), texts);
        }

        #[test]
        fn it_ends_on_any_text(json in "[{}\\[\\]\",:\\\\ka1 ]{0,40}") {
            texts_at(&json, "k");
        }
    }
}
