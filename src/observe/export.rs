//! Sends spans to a collector with the OpenTelemetry SDK: OTLP over HTTP, in batches, from a
//! separate thread. No request waits for it. Spans that do not fit into the queue, or that the
//! collector does not accept, are lost and counted.
//!
//! The SDK reads the standard variables `OTEL_EXPORTER_OTLP_*`, `OTEL_BSP_*` (except the size of
//! the queue, which is counted here), `OTEL_TRACES_SAMPLER` and `OTEL_RESOURCE_ATTRIBUTES`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use hyper::Uri;
use opentelemetry::trace::{
    SpanContext, SpanKind, TraceContextExt, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider, Span, SpanData,
    SpanExporter, SpanProcessor,
};
use tokio::task::spawn_blocking;
use tokio_rustls::rustls::crypto::ring;

use super::span::{Operation, Operations};

/// Maximum number of spans that wait to be sent.
const MAX_QUEUE: usize = 2048;
/// How long the last spans may delay the exit of the server.
const LAST_EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The collector that spans are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    /// The address that spans are posted to.
    endpoint: String,
    service: String,
}

impl Collector {
    /// Parses the base address of a collector, to which OTLP adds `/v1/traces`. `service` names
    /// this server in traces.
    ///
    /// # Errors
    /// A message for the operator, without anything that may be a password.
    pub fn parse(base: &str, service: &str) -> Result<Self, String> {
        let base = base.trim_end_matches('/');
        Self::parse_traces(&format!("{base}/v1/traces"), service)
    }

    /// Parses the full address that spans are posted to.
    ///
    /// # Errors
    /// A message for the operator, without anything that may be a password.
    pub fn parse_traces(endpoint: &str, service: &str) -> Result<Self, String> {
        if !["http://", "https://"]
            .iter()
            .any(|scheme| endpoint.starts_with(scheme))
        {
            return Err("must start with http:// or https://".to_owned());
        }
        let uri = endpoint.parse::<Uri>();
        let uri = uri.map_err(|why| format!("is not the address of a collector: {why}"))?;
        let authority = uri.authority().ok_or("names no host")?;
        if authority.as_str().contains('@') {
            return Err(
                "must have no user and no password, which belong in OTEL_EXPORTER_OTLP_HEADERS"
                    .to_owned(),
            );
        }
        Ok(Self {
            endpoint: endpoint.to_owned(),
            service: service.to_owned(),
        })
    }

    fn resource(self) -> Resource {
        Resource::builder()
            .with_service_name(self.service)
            .with_attribute(KeyValue::new("service.version", VERSION))
            .build()
    }
}

/// Starts the spans of requests.
#[derive(Debug, Clone)]
pub struct Spans {
    tracer: SdkTracer,
    queue: Arc<Queue>,
    operations: Operations,
}

impl Spans {
    /// Starts the span of a request, in the trace of its caller or in a new one.
    pub fn start(&self, caller: Option<SpanContext>) -> Span {
        let parent = Context::new();
        let parent = match caller {
            Some(caller) => parent.with_remote_span_context(caller),
            None => parent,
        };
        // It is named when it ends.
        let builder = self.tracer.span_builder("request");
        let builder = builder.with_kind(SpanKind::Server);
        self.tracer.build_with_context(builder, &parent)
    }

    /// The operation with this name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|known| known.name == name)
    }

    /// How many spans were lost.
    pub fn lost(&self) -> u64 {
        self.queue.lost.load(Relaxed)
    }
}

/// Sends spans to the collector.
#[derive(Debug)]
pub struct Exporter(SdkTracerProvider);

impl Exporter {
    /// Starts to send spans about these operations.
    ///
    /// # Errors
    /// A message for the operator about a wrong setting.
    pub fn start(collector: Collector, operations: Operations) -> Result<(Self, Spans), String> {
        // The SDK's client uses the default cryptography provider of the process. One that is
        // installed already stays.
        let _ = ring::default_provider().install_default();
        let client = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_endpoint(&collector.endpoint)
            .build()
            .map_err(|why| format!("traces cannot be sent: {why}"))?;
        let queue = Arc::new(Queue::default());
        let exporter = CountingExporter {
            client,
            queue: queue.clone(),
            fails: AtomicBool::new(false),
        };
        let config = BatchConfigBuilder::default().with_max_queue_size(MAX_QUEUE);
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(config.build());
        let provider = SdkTracerProvider::builder()
            .with_span_processor(CountingProcessor {
                batches: processor.build(),
                queue: queue.clone(),
            })
            .with_resource(collector.resource())
            .build();
        let scope = InstrumentationScope::builder("pricebook").with_version(VERSION);
        let spans = Spans {
            tracer: provider.tracer_with_scope(scope.build()),
            queue,
            operations,
        };
        Ok((Self(provider), spans))
    }

    /// Sends the spans that are still queued, within a timeout.
    pub async fn stop(self) {
        let stopping = spawn_blocking(move || self.0.shutdown_with_timeout(LAST_EXPORT_TIMEOUT));
        if !matches!(stopping.await, Ok(Ok(()))) {
            tracing::warn!("the last spans cannot be sent in time");
        }
    }
}

/// Counts the spans in the queue of the SDK, which does not report its losses.
#[derive(Debug, Default)]
struct Queue {
    waiting: AtomicUsize,
    lost: AtomicU64,
}

impl Queue {
    /// Whether there is room for a span; if not, it is lost.
    fn enter(&self) -> bool {
        let has_room = self.waiting.fetch_add(1, Relaxed) < MAX_QUEUE;
        if !has_room {
            self.waiting.fetch_sub(1, Relaxed);
            self.lose(1);
        }
        has_room
    }

    fn leave(&self, spans: usize) {
        self.waiting.fetch_sub(spans, Relaxed);
    }

    fn lose(&self, spans: usize) {
        let spans = u64::try_from(spans).unwrap_or(u64::MAX);
        self.lost.fetch_add(spans, Relaxed);
    }
}

#[derive(Debug)]
struct CountingProcessor {
    batches: BatchSpanProcessor,
    queue: Arc<Queue>,
}

impl SpanProcessor for CountingProcessor {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if self.queue.enter() {
            self.batches.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

#[derive(Debug)]
struct CountingExporter {
    client: opentelemetry_otlp::SpanExporter,
    queue: Arc<Queue>,
    /// Whether the last batch failed. Only a change is logged.
    fails: AtomicBool,
}

impl SpanExporter for CountingExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.queue.leave(spans);
        let sent = self.client.export(batch).await;
        if sent.is_err() {
            self.queue.lose(spans);
        }
        let failed = self.fails.swap(sent.is_err(), Relaxed);
        match (failed, &sent) {
            (false, Err(why)) => {
                tracing::warn!(%why, "the collector takes no spans; they are lost");
            }
            (true, Ok(())) => tracing::info!("the collector takes spans again"),
            _ => {}
        }
        sent
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.client.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_without_room_are_lost_and_counted() {
        let queue = Queue::default();
        let entered = (0..MAX_QUEUE + 3).filter(|_| queue.enter()).count();
        assert_eq!((entered, queue.lost.load(Relaxed)), (MAX_QUEUE, 3));
        queue.leave(1);
        assert!(queue.enter() && !queue.enter());
        assert_eq!(queue.lost.load(Relaxed), 4);
    }

    #[test]
    fn the_address_of_a_collector_is_read() {
        for (url, endpoint) in [
            ("http://localhost:4318", "http://localhost:4318/v1/traces"),
            ("http://localhost:4318/", "http://localhost:4318/v1/traces"),
            (
                "http://[::1]:4318/otlp/",
                "http://[::1]:4318/otlp/v1/traces",
            ),
            ("https://collector", "https://collector/v1/traces"),
        ] {
            let collector = Collector::parse(url, "shop").unwrap();
            assert_eq!(collector.endpoint, endpoint);
        }
        for url in [
            "localhost:4318",
            "ftp://localhost",
            "http://",
            "/v1",
            "http://u:hunter2@h",
        ] {
            let why = Collector::parse(url, "shop").unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
        }
    }
}
