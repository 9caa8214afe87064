//! Paths that are written in more ways than one.

use std::borrow::Cow;
use std::fmt::Write;

use poem::http::Uri;
use poem::http::uri::PathAndQuery;

/// Writes a path as the routes have it: what needs no percent sign has none (RFC 3986, 6.2.2.2), so
/// that `/%70lans` is `/plans`. What is no UTF-8 behind its percent signs names nothing, and
/// becomes the character that stands for that. A slash behind a percent sign stays in its segment.
pub fn normalize(uri: &mut Uri) {
    let Some(path) = normal(uri.path()) else {
        return;
    };
    let mut parts = uri.clone().into_parts();
    let whole = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    parts.path_and_query = PathAndQuery::try_from(whole).ok();
    // Every byte of it may stand in a path; if not, it stays as it came.
    if let Ok(normalized) = Uri::from_parts(parts) {
        *uri = normalized;
    }
}

/// The path in its normal form, if it is not in it already.
fn normal(path: &str) -> Option<String> {
    if !path.contains('%') {
        return None;
    }
    let segments = path.split('/').map(segment);
    let normal = segments.collect::<Vec<_>>().join("/");
    (normal != path).then_some(normal)
}

fn segment(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return segment.into();
    }
    let bytes = decoded(segment);
    let mut written = String::with_capacity(segment.len());
    for byte in String::from_utf8_lossy(&bytes).bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => written.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => written.push(byte.into()),
            // Writing to a String cannot fail.
            byte => drop(write!(written, "%{byte:02X}")),
        }
    }
    written.into()
}

/// The bytes that a segment stands for; a percent sign without two digits stands for itself.
fn decoded(segment: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, behind @ ..] = rest {
        let coded = match (first, behind) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        rest = match coded {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                &behind[2..]
            }
            None => {
                bytes.push(*first);
                behind
            }
        };
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(text: &str) -> String {
        let mut uri: Uri = text.parse().unwrap();
        normalize(&mut uri);
        uri.to_string()
    }

    #[test]
    fn a_path_is_written_in_one_way() {
        for (sent, expected) in [
            ("/plans", "/plans"),
            ("/%70lans", "/plans"),
            ("/%70%6C%61%6e%73?a=%70", "/plans?a=%70"),
            ("/plans/a%2fb", "/plans/a%2Fb"),
            ("/plans/a%2Fb", "/plans/a%2Fb"),
            ("/plans/%ff", "/plans/%EF%BF%BD"),
            ("/plans/%c3%bc", "/plans/%C3%BC"),
            ("/plans/%", "/plans/%25"),
            ("/plans/%4", "/plans/%254"),
            ("/plans/%zz", "/plans/%25zz"),
            ("/plans/%25zz", "/plans/%25zz"),
            ("/plans/a+b%20c", "/plans/a%2Bb%20c"),
            ("/plans/%3a:", "/plans/%3A%3A"),
            ("http://prices/%70lans", "http://prices/plans"),
        ] {
            assert_eq!(normalized(sent), expected, "{sent}");
            assert_eq!(normalized(&normalized(sent)), expected, "{sent}");
        }
    }
}
