//! The normal form of paths.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use poem::http::Uri;
use poem::http::uri::PathAndQuery;

/// Decodes the characters of a path that need no percent-encoding (RFC 3986, 6.2.2.2): `/%70lans`
/// becomes `/plans`. Bytes that are not UTF-8 become U+FFFD, so such a path is not found. An
/// encoded slash stays encoded.
pub fn normalize(uri: &mut Uri) {
    let Some(path) = normal(uri.path()) else {
        return;
    };
    let mut parts = uri.clone().into_parts();
    let whole = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    // The normal form can exceed the maximum length of a URI; the path then stays as it was sent.
    let Ok(whole) = PathAndQuery::try_from(whole) else {
        return;
    };
    parts.path_and_query = Some(whole);
    if let Ok(normalized) = Uri::from_parts(parts) {
        *uri = normalized;
    }
}

/// The normal form of a path, if it differs.
fn normal(path: &str) -> Option<String> {
    if !path.contains('%') {
        return None;
    }
    let segments = path.split('/').map(segment);
    let normal = segments.collect::<Vec<_>>().join("/");
    (normal != path).then_some(normal)
}

/// The characters that are percent-encoded: all but the unreserved ones.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn segment(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return segment.into();
    }
    let text = percent_decode_str(segment).decode_utf8_lossy();
    utf8_percent_encode(&text, ENCODED).to_string().into()
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

    #[test]
    fn too_long_path_stays_as_it_came() {
        let sent = format!("/plans/%20{}?a=b", "+".repeat(30_000));
        assert_eq!(normalized(&sent), sent);
    }
}
