//! Counts requests by operation and status, and their durations.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use super::ended::Ended;
use super::span::Operations;

/// The upper bounds of the buckets: a response from memory takes about ten microseconds, a write some
/// thousands, and no request takes much longer than ten seconds.
const BUCKETS: [Duration; 17] = [
    Duration::from_micros(50),
    Duration::from_micros(100),
    Duration::from_micros(250),
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_millis(2_500),
    Duration::from_secs(5),
    Duration::from_secs(10),
];
/// The number of statuses that are counted: 0, which stands for no response, and 100 to 599.
const STATUSES: usize = 501;
/// The label of requests for pages: the documentation, the document, health.
const PAGES: &str = "pages";
/// The label of all other requests: unknown paths, and methods that a path does not take.
const OTHER: &str = "other";

/// The counters of all operations.
///
/// They exist from the start, so that counting a request is three additions to atomics. The
/// histograms of the library would take a lock instead.
#[derive(Debug)]
pub struct Requests {
    indexes: HashMap<&'static str, usize>,
    series: Vec<Series>,
}

/// The counters of one operation.
#[derive(Debug)]
struct Series {
    name: &'static str,
    statuses: [AtomicU64; STATUSES],
    /// The last one counts durations above all bounds.
    buckets: [AtomicU64; BUCKETS.len() + 1],
    microseconds: AtomicU64,
}

impl Series {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            statuses: [const { AtomicU64::new(0) }; STATUSES],
            buckets: [const { AtomicU64::new(0) }; BUCKETS.len() + 1],
            microseconds: AtomicU64::new(0),
        }
    }

    fn count(&self, status: u16, duration: Duration) {
        let status = (usize::from(status) + 1).saturating_sub(100);
        self.statuses[status.min(STATUSES - 1)].fetch_add(1, Relaxed);
        let bucket = BUCKETS.partition_point(|bound| *bound < duration);
        self.buckets[bucket].fetch_add(1, Relaxed);
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Relaxed);
    }

    /// The statuses that occurred, each with its count.
    fn statuses(&self) -> impl Iterator<Item = (usize, u64)> {
        let counts = self.statuses.iter().map(|count| count.load(Relaxed));
        let numbered = counts.enumerate().filter(|(_, count)| *count > 0);
        numbered.map(|(index, count)| (if index == 0 { 0 } else { index + 99 }, count))
    }

    /// The upper bounds in seconds, each with the number of durations up to it and above the one
    /// before.
    fn buckets(&self) -> Vec<(f64, u64)> {
        let bounds = BUCKETS.iter().map(Duration::as_secs_f64);
        let counts = self.buckets.iter().map(|count| count.load(Relaxed));
        bounds.chain([f64::INFINITY]).zip(counts).collect()
    }

    fn total_seconds(&self) -> f64 {
        Duration::from_micros(self.microseconds.load(Relaxed)).as_secs_f64()
    }
}

impl Requests {
    /// Counters for these operations and all other requests.
    pub fn new(operations: Operations) -> Self {
        let names = operations.iter().map(|operation| operation.name);
        let series: Vec<_> = names.chain([PAGES, OTHER]).map(Series::new).collect();
        let indexes = series.iter().enumerate();
        Self {
            indexes: indexes
                .map(|(index, series)| (series.name, index))
                .collect(),
            series,
        }
    }

    /// Counts a request.
    pub fn count(&self, ended: &Ended<'_>) {
        let name = ended.operation.unwrap_or(match ended {
            Ended { is_api: true, .. } | Ended { status: 404, .. } => OTHER,
            _ => PAGES,
        });
        let index = self.indexes.get(name).copied();
        let series = &self.series[index.unwrap_or(self.series.len() - 1)];
        series.count(ended.status, ended.took);
    }

    fn encode_requests(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut family = encoder.encode_descriptor(
            "http_requests",
            "Requests by operation and status; status 0 is a client that hung up.",
            None,
            MetricType::Counter,
        )?;
        for series in &self.series {
            for (status, count) in series.statuses() {
                let labels = [("operation", series.name), ("status", &status.to_string())];
                family
                    .encode_family(&labels)?
                    .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
            }
        }
        Ok(())
    }

    fn encode_durations(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut family = encoder.encode_descriptor(
            "http_request_duration",
            "Seconds from the head of a request to the head of its response.",
            Some(&Unit::Seconds),
            MetricType::Histogram,
        )?;
        for series in &self.series {
            let labels = [("operation", series.name)];
            let buckets = series.buckets();
            let count = buckets.iter().map(|(_, count)| count).sum();
            family
                .encode_family(&labels)?
                .encode_histogram::<NoLabelSet>(series.total_seconds(), count, &buckets, None)?;
        }
        Ok(())
    }
}

impl Collector for Requests {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.encode_requests(&mut encoder)?;
        self.encode_durations(&mut encoder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::span::Operation;
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    const OPERATIONS: Operations = &[Operation {
        name: "listPlans",
        route: "/plans",
    }];

    fn ended(
        operation: Option<&'static str>,
        is_api: bool,
        status: u16,
        took: u64,
    ) -> Ended<'static> {
        Ended {
            operation,
            is_api,
            method: "GET",
            status,
            took: Duration::from_micros(took),
        }
    }

    #[test]
    fn every_request_is_counted_where_it_belongs() {
        let requests = Requests::new(OPERATIONS);
        for (operation, is_api, status, took) in [
            (Some("listPlans"), true, 200, 50),
            (Some("listPlans"), true, 200, 51),
            (Some("listPlans"), true, 599, 20_000_000),
            (Some("listPlans"), true, 0, 1),
            (Some("unheardOf"), true, 999, 1),
            (None, true, 404, 1),
            (None, false, 404, 1),
            (None, false, 200, 1),
        ] {
            requests.count(&ended(operation, is_api, status, took));
        }
        let mut registry = Registry::default();
        registry.register_collector(Box::new(requests));
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for line in [
            r#"requests_total{operation="listPlans",status="200"} 2"#,
            r#"requests_total{operation="listPlans",status="599"} 1"#,
            r#"requests_total{operation="listPlans",status="0"} 1"#,
            r#"requests_total{operation="other",status="599"} 1"#,
            r#"requests_total{operation="other",status="404"} 2"#,
            r#"requests_total{operation="pages",status="200"} 1"#,
            r#"seconds_bucket{le="0.00005",operation="listPlans"} 2"#,
            r#"seconds_bucket{le="0.0001",operation="listPlans"} 3"#,
            r#"seconds_bucket{le="10.0",operation="listPlans"} 3"#,
            r#"seconds_bucket{le="+Inf",operation="listPlans"} 4"#,
            r#"seconds_sum{operation="listPlans"} 20.000102"#,
            r#"seconds_count{operation="listPlans"} 4"#,
        ] {
            assert!(text.contains(&format!("{line}\n")), "no {line} in {text}");
        }
    }
}
