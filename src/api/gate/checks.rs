//! Checks that come before all others: a valid `Host` and a supported API version.

use std::net::Ipv6Addr;

use poem::http::{HeaderMap, HeaderValue, Version, header};

use crate::api::gate::head::Head;
use crate::api::protocol::{API_VERSION, FIRST_UNSUPPORTED_VERSION, VERSION_HEADER, is_api};
use crate::domain::error::Violations;
use crate::domain::timestamp::is_date;

/// Refuses a request that does not name its host, or that asks for a version of the API that this
/// server does not support.
///
/// # Errors
/// What is wrong with its headers.
pub fn check(head: &Head<'_>) -> Result<(), Violations> {
    check_host(head).map_err(|message| Violations::of("host", message))?;
    if is_api(head.uri.path()) {
        check_version(head.headers).map_err(|message| Violations::of(VERSION_HEADER, message))?;
    }
    Ok(())
}

/// RFC 9112 (3.2): `Host` is required since HTTP/1.1.
fn check_host(head: &Head<'_>) -> Result<(), String> {
    let mut hosts = head.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if head.version < Version::HTTP_11 => Ok(()),
        (None, _) => Err("Is missing.".to_owned()),
        (Some(_), Some(_)) => Err("Is given more than once.".to_owned()),
        (Some(host), None) if is_host(host) => Ok(()),
        (Some(_), None) => Err("Must be a host, with its port or without one.".to_owned()),
    }
}

/// Whether a value is a host with an optional port: RFC 3986 (3.2.2 and 3.2.3), without an empty
/// host.
pub fn is_host(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else {
        return false;
    };
    let (is_host, rest) = match text.strip_prefix('[') {
        Some(literal) => {
            let (address, rest) = literal.split_once(']').unwrap_or_default();
            (address.parse::<Ipv6Addr>().is_ok(), rest)
        }
        None => {
            let end = text.find(':').unwrap_or(text.len());
            (is_name(&text[..end]), &text[end..])
        }
    };
    is_host && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.is_empty() || text.parse::<u16>().is_ok())
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_fit = match byte {
            b'%' => [bytes.next(), bytes.next()]
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !is_fit {
            return false;
        }
    }
    !text.is_empty()
}

/// Versions are dates; every one before [`FIRST_UNSUPPORTED_VERSION`] is served as [`API_VERSION`].
fn check_version(headers: &HeaderMap) -> Result<(), String> {
    let mut versions = headers.get_all(VERSION_HEADER).iter();
    let Some(version) = versions.next() else {
        return Ok(());
    };
    if versions.next().is_some() {
        return Err("Is given more than once.".to_owned());
    }
    match version.to_str().ok().filter(|text| is_date(text)) {
        // Dates in this format sort as text.
        Some(date) if date < FIRST_UNSUPPORTED_VERSION => Ok(()),
        Some(_) => Err(format!(
            "Must be before {FIRST_UNSUPPORTED_VERSION}: this server speaks version {API_VERSION}."
        )),
        None => Err(format!(
            "Must be a date written as YYYY-MM-DD, such as {API_VERSION}."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_and_invalid_hosts() {
        for good in [
            "prices.example.com",
            "prices.example.com:443",
            "localhost:",
            "127.0.0.1:8080",
            "[::1]",
            "[2001:db8::1]:80",
            "a_b~c",
            "pr%65is",
        ] {
            assert!(is_host(&HeaderValue::from_static(good)), "{good}");
        }
        for wrong in [
            "", ":80", "a b", "a/b", "http://a", "user@a", "a:b", "a:65536", "a:1:2", "[::1",
            "[::1]80", "[a]", "[]", "::1", "a%6", "a%zz", "a,b c", "a\"", "a#b", "a?b", "a\\b",
        ] {
            assert!(!is_host(&HeaderValue::from_static(wrong)), "{wrong}");
        }
        assert!(!is_host(&HeaderValue::from_bytes(b"\xc3\xbc").unwrap()));
    }
}
