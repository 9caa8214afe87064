//! Paths and queries: routing, parameters and percent-encoding.

use std::sync::LazyLock;

use poem::Request;
use poem::http::{Method, Uri};
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::cursors::escaped;
use super::shop::{Answer, PLAN, Shop};
use crate::api::document;
use crate::fuzz::{cases, damage, texts};

static SHOP: LazyLock<Shop> = LazyLock::new(Shop::open);

const METHODS: &[&str] = &[
    "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get",
];

fn methods() -> impl Strategy<Value = &'static str> {
    prop_oneof![1 => Just("GET"), 1 => select(METHODS)]
}

const PAGES: &[&str] = &[
    "/",
    "/docs",
    "/docs/errors/not_found",
    "/docs/swagger-ui.css",
    "/livez",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/api/v1",
    "*",
];

/// Segments with a special meaning, in any path or only in some.
const SEGMENTS: &[&str] = &[
    "",
    ".",
    "..",
    "%2e%2e",
    "%2f",
    "%5c",
    "%00",
    "%ff",
    "%c0%af",
    "%ed%a0%80",
    "%",
    "%4",
    "%zz",
    "%25",
    "%2B",
    "+",
    ";a=b",
    ":id",
    "{id}",
    "*",
    "manage",
    "features",
    "prices",
    "reorder",
    "regional",
    "default",
    "pro",
    "Pro",
    "pro%20",
    "%70ro",
    "ü",
    "\u{feff}",
    "~",
    "@",
    "a:b",
    "\\",
    "|",
    "\"",
    "<",
    "pln_00000000000000000000000000000000",
    "ck_sandbox_0",
];

/// The path templates of the document.
fn templates() -> Vec<String> {
    let document = &*document::DOCUMENT;
    let paths = document["paths"].as_object().unwrap().keys();
    paths.map(|path| format!("/api/v1{path}")).collect()
}

fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(SEGMENTS).prop_map(str::to_owned),
        2 => texts().prop_map(|text| escaped(&text)),
        1 => (1_usize..3000).prop_map(|length| "a".repeat(length)),
        2 => Just(PLAN.to_owned()),
        2 => Just(SHOP.plan_id.clone()),
    ]
}

/// A path of the document with values for its parameters.
fn filled() -> impl Strategy<Value = String> {
    (select(templates()), vec(segment(), 2)).prop_map(|(template, segments)| {
        let mut segments = segments.into_iter();
        let parts = template.split('/').map(|part| match part.starts_with('{') {
            true => segments.next().unwrap_or_default(),
            false => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    })
}

const PIECES: &[&[u8]] = &[
    b"/",
    b"//",
    b"?",
    b"#",
    b"%",
    b"%2f",
    b"%00",
    b"..",
    b"\xff",
    b"\xc3\xbc",
    b"\0",
    b" ",
    b"&",
];

fn paths() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop_oneof![
        6 => filled(),
        1 => select(PAGES).prop_map(str::to_owned),
        2 => vec(segment(), 0..6).prop_map(|segments| format!("/api/v1/{}", segments.join("/"))),
        1 => vec(segment(), 0..6).prop_map(|segments| format!("/{}", segments.join("/"))),
    ];
    (whole, query(), vec(damage(PIECES), 0..2)).prop_map(|(path, query, damages)| {
        let whole = format!("{path}{query}").into_bytes();
        damages
            .iter()
            .fold(whole, |path, damage| damage.done_to(path))
    })
}

/// Optional parameters of several operations, and the only one that is required.
const PARAMETERS: &[&str] = &[
    "limit",
    "cursor",
    "includePrivate",
    "after",
    "since",
    REQUIRED,
];
const REQUIRED: &str = "from";

fn query() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        6 => select(PARAMETERS).prop_map(str::to_owned),
        1 => texts().prop_map(|text| escaped(&text)),
    ];
    let value = prop_oneof![
        2 => select(&["1", "100", "101", "0", "true", "false", ""][..]).prop_map(str::to_owned),
        1 => texts().prop_map(|text| escaped(&text)),
        1 => segment(),
    ];
    vec((name, value), 0..3).prop_map(|pairs| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        match pairs.is_empty() {
            true => String::new(),
            false => format!("?{}", pairs.join("&")),
        }
    })
}

/// The key for a request without a body. With full rights such a request can only change something
/// by DELETE, so there the key may only read.
fn key_for<'a>(method: &Method, shop: &'a Shop) -> &'a str {
    match *method == Method::DELETE {
        true => &shop.reader,
        false => &shop.key,
    }
}

/// Names that resemble those of the plan.
fn names() -> impl Strategy<Value = String> {
    let near = (
        prop_oneof![Just(PLAN.to_owned()), Just(SHOP.plan_id.clone())],
        vec(
            damage(&[b"/", b" ", b"\0", b"%", b".", b"\xc3\xbc", b"+"]),
            0..2,
        ),
    );
    let near = near.prop_map(|(name, damages)| {
        let name = damages
            .iter()
            .fold(name.into_bytes(), |name, damage| damage.done_to(name));
        String::from_utf8_lossy(&name).into_owned()
    });
    prop_oneof![1 => texts(), 2 => near]
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn every_path_is_answered_and_refusals_say_why(
        method in methods(), path in paths(), with_key in weighted(0.8),
    ) {
        // An invalid URI is refused before it gets here.
        let Ok(uri) = Uri::try_from(path.as_slice()) else { return Ok(()) };
        let method: Method = method.parse().unwrap();
        let mut request = Request::builder().method(method.clone()).uri(uri.clone());
        if with_key {
            request = request.header("x-api-key", key_for(&method, &SHOP));
        }
        let answer = SHOP.send(request.finish());
        // The body of a response to HEAD never goes over the wire.
        if let Some(error) = answer.check()? {
            let is_api = uri.path().starts_with("/api/v1/");
            let sent = uri.query().unwrap_or_default().as_bytes();
            let sent: Vec<_> = form_urlencoded::parse(sent).map(|(name, _)| name).collect();
            let is_about_the_query = Answer::fields(&error)
                .iter()
                .all(|field| ["query", REQUIRED].contains(field) || sent.iter().any(|name| name == field));
            prop_assert!(is_about_the_query, "{}", error);
            let is_open = !matches!(answer.status.as_u16(), 400 | 401 | 403 | 415);
            prop_assert!(is_api || is_open, "{}", error);
        }
    }

    #[test]
    fn a_plan_has_its_names_and_no_others(name in names()) {
        let uri: Uri = format!("/api/v1/plans/{}", escaped(&name)).parse().unwrap();
        let request = Request::builder().uri(uri).header("x-api-key", &SHOP.key);
        let answer = SHOP.send(request.finish());
        let error = answer.check()?;
        let code = error.as_ref().and_then(|error| error["code"].as_str());
        let expected = match name.as_str() {
            "manage" => Some("method_not_allowed"),
            name if name == PLAN || name == SHOP.plan_id => None,
            "" => Some("not_found"),
            _ => Some("plan_not_found"),
        };
        prop_assert_eq!(code, expected);
    }
}
