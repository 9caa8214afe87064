//! Finding a part of a text of JSON.

use std::ops::Range;

use serde_json::value::RawValue;

use super::parts::Parts;

/// Where the value at a path of keys stands in a text. `None` if the text is not valid, or does not
/// have such a value, or one of the keys is there twice.
pub fn range_at(text: &str, keys: &[&str]) -> Option<Range<usize>> {
    let mut part = text.strip_prefix('\u{feff}').unwrap_or(text);
    for key in keys {
        part = member(part, key)?;
    }
    let start = offset_of(text, part)?;
    Some(start..start + part.len())
}

/// The only value that an object has at a key.
fn member<'a>(object: &'a str, wanted: &str) -> Option<&'a str> {
    let Parts(members) = serde_json::from_str::<Parts<(&RawValue, &RawValue)>>(object).ok()?;
    let members = members?;
    let is_wanted = |(key, _): &&(&RawValue, &RawValue)| {
        serde_json::from_str::<String>(key.get()).is_ok_and(|key| key == wanted)
    };
    let mut found = members.iter().filter(is_wanted);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value.get()),
        _ => None,
    }
}

/// Where a part of a text begins in it; `None` if it is no part of it.
pub fn offset_of(whole: &str, part: &str) -> Option<usize> {
    let offset = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize);
    offset.filter(|offset| *offset < whole.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_where_they_stand() {
        for (text, expected) in [
            (r#"{"a":{"b":{"x":1}},"c":2}"#, Some(r#"{"x":1}"#)),
            (
                "\u{feff} { \"\\u0061\" : { \"y\" : [] , \"b\" : null } }",
                Some("null"),
            ),
            (r#"{"a":{"b":1,"b":2}}"#, None),
            (r#"{"a":{"b":1},"a":{"b":2}}"#, None),
            (r#"{"a":[{"b":1}]}"#, None),
            (r#"{"a":{"c":1}}"#, None),
            (r#"{"b":{"b":1}}"#, None),
            (r#"{"a":{"b":1}"#, None),
            ("", None),
        ] {
            let found = range_at(text, &["a", "b"]);
            assert_eq!(found.map(|range| &text[range]), expected, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_parts() {
        let texts = String::from("ab");
        let (one, other) = texts.split_at(1);
        assert_eq!(offset_of(&texts, other), Some(1));
        assert_eq!(offset_of(other, one), None);
        assert_eq!(offset_of(one, other), None);
    }
}
