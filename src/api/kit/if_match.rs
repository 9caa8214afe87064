//! `If-Match`: RFC 9110 (13.1.1).

use poem::http::HeaderValue;

use crate::cache::ready::Coding;
use crate::catalog::precondition::IfMatch;

/// Maximum number of entity tags in a call.
pub const MAX_TAGS: usize = 100;

const MALFORMED: &str =
    "Must be `*`, or entity tags in double quotes as `ETag` has them, separated by commas.";

/// Parses the values of the header; `None` without any. Weak tags match nothing, since the
/// comparison is strong. The tag of any content coding stands for the state itself.
///
/// # Errors
/// A sentence for the caller.
pub fn parse<'a>(
    values: impl IntoIterator<Item = &'a HeaderValue>,
) -> Result<Option<IfMatch>, String> {
    let mut values = values.into_iter().peekable();
    if values.peek().is_none() {
        return Ok(None);
    }
    let mut count = 0;
    let mut is_any = false;
    let mut tags = Vec::new();
    for value in values {
        let mut rest = value.as_bytes();
        while let Some((element, more)) = next(rest)? {
            rest = more;
            count += 1;
            if count > MAX_TAGS {
                return Err(format!("Must have at most {MAX_TAGS} entity tags."));
            }
            match element {
                Element::Any => is_any = true,
                Element::Weak => {}
                Element::Strong(opaque) => tags.extend(plain_tag(opaque)),
            }
        }
    }
    match (is_any, count) {
        (true, 1) => Ok(Some(IfMatch::Any)),
        (false, 1..) => Ok(Some(IfMatch::Tags(tags))),
        _ => Err(MALFORMED.to_owned()),
    }
}

enum Element<'a> {
    Any,
    Weak,
    /// The text between the quotes.
    Strong(&'a [u8]),
}

/// The first element of a list, skipping empty ones, and the rest.
fn next(list: &[u8]) -> Result<Option<(Element<'_>, &[u8])>, String> {
    let start = list.iter().position(|byte| !b" \t,".contains(byte));
    let Some(list) = start.and_then(|start| list.get(start..)) else {
        return Ok(None);
    };
    let (element, rest) = element(list).ok_or(MALFORMED)?;
    let rest = rest.trim_ascii_start();
    match rest.first() {
        None | Some(b',') => Ok(Some((element, rest))),
        Some(_) => Err(MALFORMED.to_owned()),
    }
}

fn element(list: &[u8]) -> Option<(Element<'_>, &[u8])> {
    if let Some(rest) = list.strip_prefix(b"*") {
        return Some((Element::Any, rest));
    }
    let weak = list.strip_prefix(b"W/");
    let inside = weak.unwrap_or(list).strip_prefix(b"\"")?;
    let end = inside.iter().position(|&byte| byte == b'"')?;
    let (opaque, rest) = (inside.get(..end)?, inside.get(end + 1..)?);
    let is_opaque = |byte: &u8| *byte > b' ' && *byte != 0x7f;
    if !opaque.iter().all(is_opaque) {
        return None;
    }
    match weak {
        Some(_) => Some((Element::Weak, rest)),
        None => Some((Element::Strong(opaque), rest)),
    }
}

/// The tag of a state, in quotes, from the tag of one of its content codings.
fn plain_tag(opaque: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(opaque).ok()?;
    let of_coding = text.rsplit_once('-').filter(|(_, name)| {
        let mut codings = Coding::ALL.into_iter();
        codings.any(|coding| coding.name() == *name)
    });
    let plain = of_coding.map_or(text, |(plain, _)| plain);
    Some(format!("\"{plain}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(values: &[&[u8]]) -> Result<Option<IfMatch>, String> {
        let values: Vec<_> = values
            .iter()
            .map(|value| HeaderValue::from_bytes(value).unwrap())
            .collect();
        parse(&values)
    }

    fn tags(tags: &[&str]) -> Result<Option<IfMatch>, String> {
        let tags = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
        Ok(Some(IfMatch::Tags(tags)))
    }

    #[test]
    fn lists_are_read() {
        assert_eq!(parsed(&[]), Ok(None));
        let cases: [(&[&[u8]], &[&str]); 9] = [
            (&[b"\"a\""], &["a"]),
            (&[b"\"\""], &[""]),
            (&[b" \"a\" ,\t\"b\","], &["a", "b"]),
            (&[b",, \"a\"", b"", b"\"b,c\""], &["a", "b,c"]),
            (&[b"\"a-gzip\", \"b-zstd\", \"c-br\""], &["a", "b", "c-br"]),
            (&[b"\"a-x\", \"gzip\", \"-zstd\""], &["a-x", "gzip", ""]),
            (&[b"W/\"a\", \"b\""], &["b"]),
            (&[b"W/\"a\""], &[]),
            (&[b"\"\xff\", \"W/\""], &["W/"]),
        ];
        for (values, expected) in cases {
            assert_eq!(parsed(values), tags(expected), "{values:?}");
        }
        assert_eq!(parsed(&[b" * "]), Ok(Some(IfMatch::Any)));
    }

    #[test]
    fn malformed_lists_are_refused() {
        let cases: [&[&[u8]]; 16] = [
            &[b""],
            &[b" , "],
            &[b"a"],
            &[b"\"a"],
            &[b"a\""],
            &[b"\"a\"b"],
            &[b"\"a\" \"b\""],
            &[b"\"a b\""],
            &[b"'a'"],
            &[b"w/\"a\""],
            &[b"W/ \"a\""],
            &[b"**"],
            &[b"*, *"],
            &[b"*", b"\"a\""],
            &[b"\"*\", *"],
            &[b"\"a\\\"b\""],
        ];
        for values in cases {
            assert_eq!(parsed(values), Err(MALFORMED.to_owned()), "{values:?}");
        }
    }

    #[test]
    fn lists_are_bounded() {
        let longest = vec!["\"a\""; MAX_TAGS].join(",");
        assert!(parsed(&[longest.as_bytes()]).is_ok());
        assert!(parsed(&[longest.as_bytes(), b"\"b\""]).is_err());
    }
}
