//! Headers with valid and invalid values.

use std::sync::LazyLock;

use poem::Request;
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;

use super::shop::{Answer, PLAN, Shop};
use crate::api::gate::checks;
use crate::api::gate::head::Head;
use crate::api::kit::headers::only;
use crate::domain::redaction::has_secret;
use crate::fuzz::{cases, damage, texts};

static SHOP: LazyLock<Shop> = LazyLock::new(Shop::open);

/// The entity tags of the plan, one for each of its forms.
static TAGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let tag = |coding| {
        let request = Request::builder()
            .uri_str(format!("/api/v1/plans/{PLAN}"))
            .header("x-api-key", &SHOP.key)
            .header("accept-encoding", coding);
        let tag = SHOP.send(request.finish()).headers["etag"].clone();
        tag.to_str().unwrap().to_owned()
    };
    ["identity", "gzip", "br", "zstd"].map(tag).to_vec()
});

const NAMES: &[&str] = &[
    "x-api-key",
    "authorization",
    "idempotency-key",
    "if-none-match",
    "accept-encoding",
    "traceparent",
    "x-request-id",
    "content-type",
    "commet-version",
    "host",
    "x-forwarded-for",
    "origin",
];

const VALUES: &[&str] = &[
    "",
    " ",
    "*",
    ",",
    "W/",
    "\"\"",
    "a, b",
    "gzip",
    "br;q=0.5, *;q=0",
    "zstd;q=1.0001",
    "identity;q=0, gzip;q=nan",
    "gzip;;;q==1",
    "application/json",
    "application/json; charset=utf-16",
    "APPLICATION/JSON ;x",
    "application/jsonp",
    "multipart/form-data",
    "text/plain, application/json",
    "2026-07-11",
    "prices.example.com:443",
    "[::1]:80",
    "a b\"><script>",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-00000000000000000000000000000000-0000000000000000-00",
    "Bearer ck_sandbox_0",
    "192.0.2.1, ::1",
    "null",
];

const PIECES: &[&[u8]] = &[
    b"\t",
    b" ",
    b",",
    b";",
    b"\"",
    b"\xff",
    b"\xc3\xbc",
    b"\x7f",
    b"q=",
];

/// A header with a suitable value or an arbitrary one; some are damaged.
fn header() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let tag = || select(TAGS.clone());
    let codings = vec(select(&["gzip", "br", "zstd", "*", "identity"][..]), 1..4);
    let fit = prop_oneof![
        Just(("x-api-key", SHOP.key.clone())),
        tag().prop_map(|tag| ("if-none-match", tag)),
        tag().prop_map(|tag| ("if-none-match", format!("\"a\", W/{tag}, \"b\""))),
        codings.prop_map(|codings| ("accept-encoding", codings.join(", "))),
        (1_usize..300).prop_map(|length| ("idempotency-key", "k".repeat(length))),
        (1_usize..200).prop_map(|length| ("x-request-id", "r".repeat(length))),
        Just(("content-type", "application/json".to_owned())),
    ];
    let value = prop_oneof![
        4 => select(VALUES).prop_map(str::to_owned),
        1 => texts(),
        1 => vec(select(VALUES), 1..5).prop_map(|values| values.join(", ")),
    ];
    let any = prop_oneof![1 => fit, 1 => (select(NAMES), value)];
    (any, vec(damage(PIECES), 0..2)).prop_map(|((name, value), damages)| {
        let value = damages
            .iter()
            .fold(value.into_bytes(), |value, damage| damage.done_to(value));
        (name, value)
    })
}

/// Headers as they can arrive over the wire, without invalid bytes or surrounding white space.
fn headers() -> impl Strategy<Value = HeaderMap> {
    vec(header(), 0..5).prop_map(|sent| {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            if let Ok(value) = HeaderValue::from_bytes(value.trim_ascii()) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        headers
    })
}

fn is_visible(byte: &u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~')
}

fn send(method: Method, path: &str, headers: &HeaderMap, body: &'static str) -> Answer {
    let mut request = Request::builder().method(method).uri_str(path).body(body);
    *request.headers_mut() = headers.clone();
    let length = HeaderValue::from(body.len());
    request.headers_mut().insert("content-length", length);
    SHOP.send(request)
}

/// Adds the key unless the headers have one; returns whether the key is the right one.
fn with_key(mut headers: HeaderMap) -> (HeaderMap, bool) {
    let key = HeaderValue::from_str(&SHOP.key).unwrap();
    if !headers.contains_key("x-api-key") {
        headers.insert("x-api-key", key.clone());
    }
    let is_right = only(&headers, "x-api-key") == Some(&key);
    (headers, is_right)
}

/// Whether the host and the version are valid, so that the other headers count. The check itself
/// has its own tests.
fn follows_protocol(headers: &HeaderMap) -> bool {
    let mut request = Request::builder().uri_str("/api/v1/plans").finish();
    *request.headers_mut() = headers.clone();
    let host = HeaderValue::from_static("prices");
    request.headers_mut().entry("host").or_insert(host);
    checks::check(&Head::from(&request)).is_ok()
}

/// A valid request id of the client comes back. One that contains a key is not valid.
fn check_id(sent: &HeaderMap, answer: &Answer) -> Result<(), TestCaseError> {
    let id = answer.headers["x-request-id"].as_bytes();
    let own = sent.get("x-request-id").map(HeaderValue::as_bytes);
    let is_fit = |own: &&[u8]| {
        let has_key = has_secret(&String::from_utf8_lossy(own));
        (1..=128).contains(&own.len()) && own.iter().all(u8::is_ascii_graphic) && !has_key
    };
    match own.filter(is_fit) {
        Some(own) => prop_assert_eq!(id, own),
        None => prop_assert!(id.starts_with(b"req_") && id.len() == 36),
    }
    Ok(())
}

/// Whether `if-none-match` names this entity tag. A value that is not text names none.
fn has_tag(sent: &HeaderMap, own: &str) -> bool {
    let values = sent.get_all("if-none-match").iter();
    let texts = values.filter(|value| value.as_bytes().iter().all(is_visible));
    let texts = texts.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    texts.collect::<Vec<_>>().join(",").split(',').any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag == own || tag.strip_prefix("W/") == Some(own)
    })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn headers_of_a_read_are_obeyed(headers in headers()) {
        let (headers, has_key) = with_key(headers);
        let path = format!("/api/v1/plans/{PLAN}");
        let answer = send(Method::GET, &path, &headers, "");
        let error = answer.check()?;
        check_id(&headers, &answer)?;
        let tag = answer.headers.get("etag").map(|tag| tag.to_str().unwrap());
        let is_valid = follows_protocol(&headers);
        let expected = match tag {
            None if !is_valid => 400,
            None => 401,
            Some(tag) if has_tag(&headers, tag) => 304,
            Some(_) => 200,
        };
        prop_assert_eq!(tag.is_some(), has_key && is_valid);
        prop_assert!(tag.is_none_or(|tag| TAGS.iter().any(|known| known == tag)));
        prop_assert_eq!(answer.status.as_u16(), expected, "{:?}", error);
        prop_assert!(answer.status != 304 || answer.body.is_empty());
        if let Some(coding) = answer.headers.get("content-encoding") {
            let coding = coding.to_str().unwrap();
            let wishes = headers.get_all("accept-encoding").iter();
            let wishes: Vec<_> = wishes.map(|wish| wish.as_bytes().to_ascii_lowercase()).collect();
            let wishes = String::from_utf8_lossy(&wishes.join(&b","[..])).into_owned();
            prop_assert!(wishes.contains(coding) || wishes.contains('*'), "{coding}: {wishes}");
        }
    }

    /// Nothing is written, since the body lacks a required field.
    #[test]
    fn wrong_headers_of_a_write_are_refused(
        headers in headers(), is_json in any::<bool>(),
    ) {
        let (mut headers, has_key) = with_key(headers);
        if is_json && !headers.contains_key("content-type") {
            headers.insert("content-type", HeaderValue::from_static("application/json"));
        }
        let answer = send(Method::POST, "/api/v1/plan-groups", &headers, "{}");
        let error = answer.check()?.unwrap_or_default();
        check_id(&headers, &answer)?;
        let content = headers.get("content-type").and_then(|value| value.to_str().ok());
        let essence = content.and_then(|content| content.split(';').next()).unwrap_or_default();
        let is_json = essence.trim().eq_ignore_ascii_case("application/json");
        let is_valid = follows_protocol(&headers);
        let expected = match (is_valid, has_key, is_json) {
            (false, ..) => 400,
            (true, false, _) => 401,
            (true, true, false) => 415,
            (true, true, true) => 400,
        };
        prop_assert_eq!(answer.status.as_u16(), expected, "{}", error);
        if !is_valid {
            let fields = Answer::fields(&error);
            prop_assert!(fields == ["host"] || fields == ["commet-version"], "{}", error);
        } else if expected == 400 {
            let key_is_valid = !headers.contains_key("idempotency-key")
                || only(&headers, "idempotency-key").is_some_and(|key| {
                    (1..=255).contains(&key.len()) && key.as_bytes().iter().all(is_visible)
                });
            let wrong = ["name", "Idempotency-Key"];
            let wrong = if key_is_valid { &wrong[..1] } else { &wrong[..] };
            prop_assert_eq!(Answer::fields(&error), wrong);
        }
        let link = error["doc_url"].as_str().unwrap_or_default();
        prop_assert!(link.starts_with("http://"), "{link}");
        let page = format!("/docs/errors/{}", error["code"].as_str().unwrap());
        prop_assert!(link.ends_with(&page), "{link}");
    }
}
