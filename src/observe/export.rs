//! Sends spans to a collector by OTLP over HTTP: in the background, in batches, and never so that a
//! request waits. What the queue has no room for, and what the collector does not take, is lost and
//! counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::handshake;
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::Operations;
use super::span::{Operation, Span, export_request};

/// Most spans that wait to be sent.
const LONGEST_QUEUE: usize = 2048;
/// Most spans that are sent at once.
const LARGEST_BATCH: usize = 512;
/// How long spans wait for others to be sent with.
const COLLECT_FOR: Duration = Duration::from_secs(1);
/// How long a collector may take for a batch.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the last spans may delay the end of the server.
const LAST_EXPORT_TIMEOUT: Duration = Duration::from_secs(2);
/// Most bytes of an answer that are read: nothing in it is used.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Where spans are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    /// Host and port.
    address: String,
    /// The value of `host`.
    host: String,
    path: String,
    service: String,
}

impl Collector {
    /// Reads the base address of a collector, to which OTLP adds `/v1/traces`. `service` names this
    /// server in traces.
    ///
    /// # Errors
    /// A sentence for the operator, without what may be a password.
    pub fn parse(url: &str, service: &str) -> Result<Self, String> {
        let uri = url.parse::<Uri>();
        let uri = uri.map_err(|why| format!("is no address of a collector: {why}"))?;
        if uri.scheme_str() != Some("http") {
            return Err("must start with http://; where TLS is needed, \
                        send to a collector on this machine that speaks it"
                .to_owned());
        }
        let authority = uri.authority().ok_or("names no host")?;
        if authority.as_str().contains('@') {
            return Err("must have no user and no password".to_owned());
        }
        let port = authority.port_u16().unwrap_or(80);
        Ok(Self {
            address: format!("{}:{port}", authority.host()),
            host: authority.as_str().to_owned(),
            path: format!("{}/v1/traces", uri.path().trim_end_matches('/')),
            service: service.to_owned(),
        })
    }

    /// Sends a batch.
    async fn take(&self, spans: &[Span]) -> Result<(), String> {
        let body = export_request(&self.service, spans).to_string();
        let request = Request::post(&self.path)
            .header("host", &self.host)
            .header("content-type", "application/json")
            .header(
                "user-agent",
                concat!("pricebook/", env!("CARGO_PKG_VERSION")),
            )
            .body(Full::new(Bytes::from(body)))
            .map_err(|why| why.to_string())?;
        let stream = TcpStream::connect(&self.address).await;
        let stream = TokioIo::new(stream.map_err(|why| why.to_string())?);
        let (mut sender, connection) = handshake(stream).await.map_err(|why| why.to_string())?;
        let exchange = async {
            let answer = sender.send_request(request).await;
            let answer = answer.map_err(|why| why.to_string())?;
            let status = answer.status();
            // Read to its end, so that the collector sees no broken connection.
            let _ = Limited::new(answer.into_body(), LONGEST_ANSWER)
                .collect()
                .await;
            match status.is_success() {
                true => Ok(()),
                false => Err(format!("it answered {status}")),
            }
        };
        tokio::pin!(exchange);
        tokio::select! {
            done = &mut exchange => done,
            // The connection may end as soon as the answer is there.
            _ = connection => exchange.await,
        }
    }
}

/// The way for spans to a collector.
#[derive(Debug, Clone)]
pub struct Spans {
    queue: mpsc::Sender<Span>,
    lost: Arc<AtomicU64>,
    operations: Operations,
}

impl Spans {
    /// Has a span sent, if there is room.
    pub fn send(&self, span: Span) {
        if self.queue.try_send(span).is_err() {
            self.lost.fetch_add(1, Relaxed);
        }
    }

    /// The operation with this name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|known| known.name == name)
    }

    /// How many spans were lost.
    pub fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }
}

/// What sends the spans.
#[derive(Debug)]
pub struct Exporter {
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

impl Exporter {
    /// Begins to send spans about these operations.
    pub fn start(collector: Collector, operations: Operations) -> (Self, Spans) {
        let (queue, spans) = mpsc::channel(LONGEST_QUEUE);
        let (stop, stopped) = oneshot::channel();
        let lost = Arc::new(AtomicU64::new(0));
        let sending = Sending {
            collector,
            spans,
            lost: lost.clone(),
            fails: false,
        };
        let exporter = Self {
            task: tokio::spawn(sending.run(stopped)),
            stop,
        };
        let spans = Spans {
            queue,
            lost,
            operations,
        };
        (exporter, spans)
    }

    /// Sends what is still waiting, if that does not take long.
    pub async fn stop(mut self) {
        let _ = self.stop.send(());
        if timeout(LAST_EXPORT_TIMEOUT, &mut self.task).await.is_err() {
            self.task.abort();
            tracing::warn!("the last spans cannot be sent in time");
        }
    }
}

struct Sending {
    collector: Collector,
    spans: mpsc::Receiver<Span>,
    lost: Arc<AtomicU64>,
    /// Whether the last batch was not taken, which was told then.
    fails: bool,
}

impl Sending {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let mut goes_on = true;
        while goes_on {
            let mut batch = Vec::new();
            goes_on = tokio::select! {
                () = self.collect(&mut batch) => true,
                _ = &mut stopped => false,
            };
            self.send(&batch).await;
        }
        self.spans.close();
        let mut last = Vec::new();
        while self.spans.recv_many(&mut last, LARGEST_BATCH).await > 0 {
            self.send(&last).await;
            last.clear();
        }
    }

    /// Takes spans out of the queue until they are many or the first has waited long enough.
    async fn collect(&mut self, batch: &mut Vec<Span>) {
        let until = Instant::now() + COLLECT_FOR;
        while batch.len() < LARGEST_BATCH {
            let room = LARGEST_BATCH - batch.len();
            match timeout_at(until, self.spans.recv_many(batch, room)).await {
                // Nobody will ever send one.
                Ok(0) => sleep_until(until).await,
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }

    async fn send(&mut self, batch: &[Span]) {
        if batch.is_empty() {
            return;
        }
        let sent = timeout(EXPORT_TIMEOUT, self.collector.take(batch)).await;
        let sent = sent.unwrap_or_else(|_| Err("it does not answer in time".to_owned()));
        if sent.is_err() {
            let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            self.lost.fetch_add(count, Relaxed);
        }
        match (self.fails, &sent) {
            (false, Err(why)) => {
                tracing::warn!(why, "the collector takes no spans; they are lost");
            }
            (true, Ok(())) => tracing::info!("the collector takes spans again"),
            _ => {}
        }
        self.fails = sent.is_err();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::context::{TraceContext, new_span_id};
    use std::time::SystemTime;

    #[tokio::test]
    async fn what_has_no_room_is_lost_and_counted() {
        let collector = Collector::parse("http://127.0.0.1:1", "shop").unwrap();
        let (_exporter, spans) = Exporter::start(collector, &[]);
        let span = Span {
            trace: TraceContext::new_root().unwrap(),
            id: new_span_id().unwrap(),
            operation: None,
            method: "GET",
            status: 200,
            ended: SystemTime::now(),
            took: Duration::ZERO,
        };
        // Nothing is sent meanwhile: this thread is the only one, and it does not pause.
        for _ in 0..LONGEST_QUEUE + 3 {
            spans.send(span.clone());
        }
        assert_eq!(spans.lost(), 3);
    }

    #[test]
    fn the_address_of_a_collector_is_read() {
        for (url, address, path) in [
            ("http://localhost:4318", "localhost:4318", "/v1/traces"),
            ("http://localhost:4318/", "localhost:4318", "/v1/traces"),
            ("http://[::1]:4318/otlp/", "[::1]:4318", "/otlp/v1/traces"),
            ("http://collector", "collector:80", "/v1/traces"),
        ] {
            let collector = Collector::parse(url, "shop").unwrap();
            assert_eq!(
                (collector.address.as_str(), collector.path.as_str()),
                (address, path)
            );
        }
        for url in [
            "localhost:4318",
            "https://localhost",
            "http://",
            "/v1",
            "http://u:hunter2@h",
        ] {
            let why = Collector::parse(url, "shop").unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
        }
    }
}
