//! The metrics that Prometheus reads from a server.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::support::contract::OPERATIONS;

/// A sample: its name, its labels and its value.
type Sample = (String, BTreeMap<String, String>, f64);

/// A family of samples, as `OpenMetrics` describes it.
#[derive(Default)]
struct Family {
    name: String,
    kind: String,
}

impl Family {
    /// Parses a metadata line, which precedes the samples of a family; the first one is the help
    /// text.
    fn describe(&mut self, line: &str) {
        let mut words = line.splitn(3, ' ');
        let mut word = || {
            words
                .next()
                .unwrap_or_else(|| panic!("{line} is too short"))
        };
        let (keyword, name, value) = (word(), word(), word());
        assert!(!value.is_empty(), "{line}");
        match keyword {
            "HELP" => *self = Self::default(),
            "TYPE" => {
                let kinds = ["counter", "gauge", "histogram", "info"];
                assert!(kinds.contains(&value), "{line}");
                self.kind = value.to_owned();
            }
            "UNIT" => assert!(name.ends_with(&format!("_{value}")), "{line}"),
            _ => panic!("{line} has no known keyword"),
        }
        assert!(self.name.is_empty() || self.name == name, "{line}");
        self.name = name.to_owned();
    }

    fn has(&self, (name, _, _): &Sample) -> bool {
        let suffix = name.strip_prefix(&self.name);
        let suffix = suffix.unwrap_or_else(|| panic!("{name} is not part of {}", self.name));
        match self.kind.as_str() {
            "counter" => suffix == "_total",
            "info" => suffix == "_info",
            "histogram" => ["_bucket", "_sum", "_count"].contains(&suffix),
            _ => suffix.is_empty(),
        }
    }
}

/// Parses `OpenMetrics` family by family; panics if the format is violated.
fn parse(text: &str) -> Vec<Sample> {
    let lines = text.strip_suffix("# EOF\n").expect("an end");
    let (mut seen, mut samples) = (BTreeSet::new(), Vec::new());
    let mut family = Family::default();
    for line in lines.lines() {
        if let Some(line) = line.strip_prefix("# ") {
            family.describe(line);
            let is_new = seen.insert(family.name.clone());
            assert_eq!(is_new, line.starts_with("HELP "), "{line}");
        } else {
            let sample = sample(line);
            assert!(family.has(&sample), "{line} is not part of {}", family.name);
            samples.push(sample);
        }
    }
    let names: BTreeSet<_> = samples
        .iter()
        .map(|(name, labels, _)| (name, labels))
        .collect();
    assert_eq!(names.len(), samples.len(), "duplicate samples");
    samples
}

fn sample(line: &str) -> Sample {
    let (name, value) = line.rsplit_once(' ').expect("a value");
    let value = value
        .parse()
        .unwrap_or_else(|_| panic!("not a number: {line}"));
    let (name, labels) = match name.split_once('{') {
        None => (name, ""),
        Some((name, labels)) => (name, labels.strip_suffix('}').expect("an end")),
    };
    let is_word = |word: &str| {
        let mut characters = word.chars();
        characters.next().is_some_and(|c| c.is_ascii_lowercase())
            && characters.all(|c| c.is_ascii_lowercase() || c == '_')
    };
    assert!(is_word(name), "{line}");
    let labels = labels.split_terminator(',').map(|label| {
        let (label, value) = label.split_once('=').expect("a label");
        let value = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'));
        let value = value.expect("a value in quotes");
        assert!(is_word(label) && !value.contains(['"', '\\']), "{line}");
        (label.to_owned(), value.to_owned())
    });
    (name.to_owned(), labels.collect(), value)
}

/// The sum of the samples with a name and these labels.
pub fn total(samples: &[Sample], name: &str, labels: &[(&str, &str)]) -> f64 {
    let fits = |sample: &&Sample| {
        let has = |(label, value): &(&str, &str)| sample.1.get(*label).is_some_and(|v| v == value);
        sample.0 == name && labels.iter().all(has)
    };
    let found: Vec<_> = samples.iter().filter(fits).map(|sample| sample.2).collect();
    assert!(!found.is_empty(), "no {name} with {labels:?}");
    found.iter().sum()
}

pub async fn read(url: &str) -> Vec<Sample> {
    let answer = reqwest::get(url).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().expect("a text");
    assert_eq!(
        kind,
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    parse(&answer.text().await.expect("a text"))
}

/// A server with metrics on a separate address, and that address.
async fn observed(database: &TestDatabase) -> (Running, String) {
    let mut command = on(database, &[]);
    let server = Running::start(command.env("PRICEBOOK_METRICS", "127.0.0.1:0"));
    server.wait_for_log(" metrics address=").await;
    let log = server.log();
    let (_, address) = log.split_once(" metrics address=").expect("an address");
    let address = address.lines().next().expect("a line").trim();
    (server, format!("http://{address}/metrics"))
}

#[tokio::test]
async fn metrics_tell_what_happened() {
    let database = TestDatabase::new().await;
    let (server, url) = observed(&database).await;
    let owner = actor(&database, &server.base);
    owner.make_plan("pro", json!({})).await;
    for _ in 0..3 {
        owner.get("/plans/pro").await.data();
    }
    calls(&owner).await;
    assert_eq!(status_of(&format!("{}/livez", server.base)).await, 200);
    assert_eq!(status_of(&format!("{}/nothing", server.base)).await, 404);
    let samples = read(&url).await;
    let requests =
        |labels: &[(&str, &str)]| total(&samples, "pricebook_http_requests_total", labels);
    assert_eq!(
        requests(&[("operation", "get-plan"), ("status", "200")]),
        3.0
    );
    assert_eq!(
        requests(&[("operation", "get-plan"), ("status", "404")]),
        1.0
    );
    assert_eq!(
        requests(&[("operation", "list-features"), ("status", "401")]),
        1.0
    );
    assert_eq!(requests(&[("operation", "pages"), ("status", "200")]), 1.0);
    // PATCH /plans, an unknown path of the API, and an unknown path outside it.
    assert_eq!(requests(&[("operation", "other")]), 3.0);
    let duration = "pricebook_http_request_duration_seconds";
    for operation in ["get-plan", "pages", "other"] {
        let of = ("operation", operation);
        let count = total(&samples, &format!("{duration}_count"), &[of]);
        assert_eq!(count, requests(&[of]));
        let all = total(
            &samples,
            &format!("{duration}_bucket"),
            &[of, ("le", "+Inf")],
        );
        assert_eq!(count, all);
        assert!(total(&samples, &format!("{duration}_sum"), &[of]) > 0.0);
    }
    let value = |name: &str| total(&samples, name, &[]);
    let lookups = |result| {
        total(
            &samples,
            "pricebook_cache_lookups_total",
            &[("result", result)],
        )
    };
    assert!(lookups("hit") >= 1.0 && lookups("miss") >= 1.0);
    assert_eq!(value("pricebook_revisions_total"), 1.0);
    assert_eq!(value("pricebook_scopes"), 1.0);
    assert_eq!(value("pricebook_database_away"), 0.0);
    assert_eq!(value("pricebook_database_errors_total"), 0.0);
    assert!(value("pricebook_database_last_look_seconds") >= 0.0);
    assert!(value("pricebook_cache_bytes") > 0.0);
    assert!(value("pricebook_database_connections") >= 1.0);
    server.stop();
}

#[tokio::test]
async fn no_label_takes_what_a_client_sends() {
    let database = TestDatabase::new().await;
    let (server, url) = observed(&database).await;
    let owner = actor(&database, &server.base);
    for method in ["FROBNICATE", "GET"] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        owner.send(owner.request(method, "/plans/made-up")).await;
    }
    status_of(&format!("{}/made-up", server.base)).await;
    let mut known: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| operation.id.as_str())
        .collect();
    assert!(known.len() > 20);
    known.extend(["pages", "other"]);
    let samples = read(&url).await;
    let told: BTreeSet<_> = samples
        .iter()
        .filter_map(|sample| sample.1.get("operation").map(String::as_str))
        .collect();
    assert_eq!(
        told, known,
        "the values of the label `operation` must be the operations of openapi/v1.json, `pages` and `other`"
    );
    server.stop();
}

#[tokio::test]
async fn metrics_are_only_where_they_are_wanted() {
    let database = TestDatabase::new().await;
    let (server, url) = observed(&database).await;
    assert_eq!(status_of(&format!("{}/metrics", server.base)).await, 404);
    assert_eq!(status_of(&url.replace("/metrics", "/readyz")).await, 404);
    server.stop();
    let server = Running::start(&mut on(&database, &[]));
    assert_eq!(status_of(&format!("{}/metrics", server.base)).await, 404);
    server.stop();
    let server = Running::start(on(&database, &[]).env("PRICEBOOK_METRICS", "main"));
    let url = format!("{}/metrics", server.base);
    read(&url).await;
    let samples = read(&url).await;
    let pages = total(
        &samples,
        "pricebook_http_requests_total",
        &[("operation", "pages")],
    );
    assert_eq!(pages, 1.0);
    server.stop();
}

#[tokio::test]
async fn busy_metrics_port_is_reported() {
    let database = TestDatabase::new().await;
    let busy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = busy.local_addr().expect("an address").to_string();
    let words =
        error_message(on(&database, &["serve", "--metrics", &address]).env("RUST_LOG", "warn"));
    assert!(
        words.starts_with(&format!("pricebook: cannot listen on {address}: ")),
        "{words}"
    );
}
