//! Traces: the trace of a request, and what is sent to a collector.

use std::sync::mpsc::{Receiver, Sender, channel};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::*;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// A collector that accepts everything.
fn collector() -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            receive(stream.expect("a connection"), &sender);
        }
    });
    (format!("http://{address}/otlp"), receiver)
}

/// Receives one export, and passes it on before it is answered: a server that has stopped after the
/// answer has its spans with the test.
fn receive(stream: TcpStream, exports: &Sender<Value>) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(stream.read_line(&mut head).expect("a line") > 0, "{head}");
    }
    assert!(
        head.starts_with("POST /otlp/v1/traces HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains("content-type: application/x-protobuf\r\n"),
        "{head}"
    );
    assert!(head.contains("x-tenant: the shop\r\n"), "{head}");
    let (_, length) = head.split_once("content-length: ").expect("a length");
    let length = length.lines().next().expect("a line");
    let mut body = vec![0; length.parse().expect("a number")];
    stream.read_exact(&mut body).expect("a body");
    let export = ExportTraceServiceRequest::decode(&*body).expect("an export");
    let export = serde_json::to_value(export).expect("JSON");
    exports.send(export).expect("a test that waits");
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    stream
        .get_mut()
        .write_all(answer.as_bytes())
        .expect("an answer");
}

/// Reads plans with `traceparent` headers.
async fn read_plans(owner: &Actor, id: &str, parents: &[&str]) {
    let mut request = owner.request(Method::GET, "/plans");
    for parent in parents {
        request = request.header("traceparent", *parent);
    }
    let reply = owner.send(request.header("x-request-id", id)).await;
    reply.data();
}

#[tokio::test]
async fn every_sampled_request_is_exported() {
    let database = TestDatabase::new().await;
    let (url, exports) = collector();
    let mut command = on(&database, &[]);
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=the%20shop")
        .env("OTEL_SERVICE_NAME", "the-shop")
        .env("PRICEBOOK_LOG_FORMAT", "json");
    let server = Running::start(&mut command);
    let owner = actor(&database, &server.base);
    read_plans(&owner, "sampled", &[&format!("00-{TRACE}-{PARENT}-01")]).await;
    read_plans(&owner, "unsampled", &[&format!("00-{TRACE}-{PARENT}-00")]).await;
    read_plans(&owner, "invalid", &["00-nonsense"]).await;
    read_plans(&owner, "new", &[]).await;
    owner
        .get("/plans/secret?page=secret")
        .await
        .refused(400, "validation_error");
    owner
        .get(&format!("/plans/{}?key={}", owner.key(), owner.key()))
        .await
        .refused(400, "validation_error");
    assert_eq!(status_of(&format!("{}/livez", server.base)).await, 200);
    let (_, log) = server.stop();
    assert!(!log.contains("the last spans cannot be sent"), "{log}");
    let exports: Vec<_> = exports.try_iter().collect();
    let told = json!(exports).to_string();
    assert!(
        !told.contains(owner.key()) && !told.contains("secret"),
        "{told}"
    );
    let resources = exports.iter().map(|export| &export["resourceSpans"][0]);
    let spans: Vec<_> = resources
        .inspect(|resource| {
            let attributes = resource["resource"]["attributes"].as_array();
            let mut attributes = attributes.expect("attributes").iter();
            let service = attributes.find(|attribute| attribute["key"] == "service.name");
            assert_eq!(service.expect("a name")["value"]["stringValue"], "the-shop");
        })
        .flat_map(|resource| {
            resource["scopeSpans"][0]["spans"]
                .as_array()
                .expect("spans")
        })
        .collect();
    assert_eq!(spans.len(), 6, "{told}");
    let trace_of = |id| {
        line_of(&log, id)["trace_id"]
            .as_str()
            .expect("a trace")
            .to_owned()
    };
    assert_eq!(
        (trace_of("sampled"), trace_of("unsampled")),
        (TRACE.into(), TRACE.into())
    );
    let of = |id| {
        let trace = trace_of(id);
        let mut spans = spans.iter().filter(|span| span["traceId"] == trace);
        spans
            .next()
            .unwrap_or_else(|| panic!("no span for {id} in {told}"))
    };
    for id in ["sampled", "invalid", "new"] {
        let span = of(id);
        assert_eq!(
            (&span["name"], &span["kind"]),
            (&json!("list-plans"), &json!(2))
        );
        assert_eq!(span["spanId"].as_str().map(str::len), Some(16));
        let attributes = span["attributes"].to_string();
        assert!(
            attributes.contains(r#""stringValue":"/api/v1/plans""#),
            "{attributes}"
        );
    }
    assert_eq!(of("sampled")["parentSpanId"], PARENT);
    for id in ["invalid", "new"] {
        assert_eq!(of(id)["parentSpanId"], "");
        assert_ne!(trace_of(id), TRACE);
    }
}

#[tokio::test]
async fn the_log_names_the_trace_of_a_request() {
    let database = TestDatabase::new().await;
    let server = Running::start(on(&database, &[]).env("PRICEBOOK_LOG_FORMAT", "json"));
    let owner = actor(&database, &server.base);
    let valid = format!("00-{TRACE}-{PARENT}-00");
    read_plans(&owner, "valid", &[&valid]).await;
    read_plans(&owner, "invalid", &["00-nonsense"]).await;
    read_plans(&owner, "two", &[&valid, &valid]).await;
    read_plans(&owner, "none", &[]).await;
    let (_, log) = server.stop();
    assert_eq!(line_of(&log, "valid")["trace_id"], TRACE);
    for id in ["invalid", "two", "none"] {
        assert_eq!(line_of(&log, id).get("trace_id"), None);
    }
}

#[tokio::test]
async fn missing_collector_delays_nobody() {
    let database = TestDatabase::new().await;
    // A collector on which nothing listens, and one that accepts connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent_address = silent.local_addr().expect("an address").to_string();
    for (address, told) in [
        (free_address(), "the collector takes no spans"),
        (silent_address, "the last spans cannot be sent in time"),
    ] {
        let mut command = on(&database, &["serve", "--otlp-endpoint"]);
        let server = Running::start(command.arg(format!("http://{address}")));
        let owner = actor(&database, &server.base);
        for _ in 0..20 {
            owner.get("/plans").await.data();
        }
        let (_, log) = server.stop();
        assert_eq!(log.matches(told).count(), 1, "{log}");
    }
}
