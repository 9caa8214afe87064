//! How many requests there were of each operation, how they ended, and how long they took.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::text::{Kind, Text};
use super::{Ended, Operations};

/// The upper ends of the buckets, in microseconds: an answer from memory takes about ten, a write
/// some thousands, and what takes ten seconds is cut off somewhere.
const BUCKETS: [u64; 17] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
];
/// Places for statuses: that of no answer, and 100 to 599.
const STATUSES: usize = 501;
/// What is no operation but is there: the documentation, the document, health.
const PAGES: &str = "pages";
/// What is neither: paths that lead nowhere, and methods that a path does not take.
const OTHER: &str = "other";

/// The counters, all there from the start: noting a request is three additions.
#[derive(Debug)]
pub struct Requests {
    places: HashMap<&'static str, usize>,
    series: Vec<Series>,
}

/// The counters of one operation.
#[derive(Debug)]
struct Series {
    name: &'static str,
    statuses: [AtomicU64; STATUSES],
    /// The last has what is above all bounds.
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
}

impl Requests {
    /// Counters for these operations and all else.
    pub fn new(operations: Operations) -> Self {
        let names = operations.iter().map(|operation| operation.name);
        let series: Vec<_> = names.chain([PAGES, OTHER]).map(Series::new).collect();
        let places = series.iter().enumerate();
        Self {
            places: places.map(|(place, series)| (series.name, place)).collect(),
            series,
        }
    }

    /// Counts a request.
    pub fn note(&self, ended: &Ended<'_>) {
        let name = ended.operation.unwrap_or(match ended {
            Ended { is_api: true, .. } | Ended { status: 404, .. } => OTHER,
            _ => PAGES,
        });
        let place = self.places.get(name).copied();
        let series = &self.series[place.unwrap_or(self.series.len() - 1)];
        let status = (usize::from(ended.status) + 1).saturating_sub(100);
        series.statuses[status.min(STATUSES - 1)].fetch_add(1, Relaxed);
        let took = u64::try_from(ended.took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.partition_point(|bound| *bound < took);
        series.buckets[bucket].fetch_add(1, Relaxed);
        series.microseconds.fetch_add(took, Relaxed);
    }

    /// Writes all counters.
    pub fn write(&self, text: &mut Text) {
        let name = "pricebook_http_requests_total";
        text.family(
            name,
            Kind::Counter,
            "Requests by operation and status; status 0 is a client that hung up.",
        );
        for series in &self.series {
            for (place, count) in series.statuses.iter().enumerate() {
                let count = count.load(Relaxed);
                if count > 0 {
                    let status = if place == 0 { 0 } else { place + 99 };
                    let labels = [("operation", series.name), ("status", &status.to_string())];
                    text.sample(name, &labels, count);
                }
            }
        }
        self.write_durations(text);
    }

    fn write_durations(&self, text: &mut Text) {
        let name = "pricebook_http_request_duration_seconds";
        text.family(
            name,
            Kind::Histogram,
            "Seconds from the head of a request to the head of its answer.",
        );
        let (bucket, sum, count) = (
            format!("{name}_bucket"),
            format!("{name}_sum"),
            format!("{name}_count"),
        );
        for series in &self.series {
            let operation = ("operation", series.name);
            let mut so_far = 0;
            for (place, counted) in series.buckets.iter().enumerate() {
                so_far += counted.load(Relaxed);
                let bound = BUCKETS.get(place).copied().map(seconds);
                let bound = bound.unwrap_or_else(|| "+Inf".to_owned());
                text.sample(&bucket, &[operation, ("le", &bound)], so_far);
            }
            let total = seconds(series.microseconds.load(Relaxed));
            text.sample(&sum, &[operation], total);
            text.sample(&count, &[operation], so_far);
        }
    }
}

/// Microseconds as seconds, exactly.
fn seconds(microseconds: u64) -> String {
    let text = format!(
        "{}.{:06}",
        microseconds / 1_000_000,
        microseconds % 1_000_000
    );
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::span::Operation;
    use std::time::Duration;

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
            requests.note(&ended(operation, is_api, status, took));
        }
        let mut text = Text::default();
        requests.write(&mut text);
        let text = text.finish();
        for line in [
            r#"requests_total{operation="listPlans",status="200"} 2"#,
            r#"requests_total{operation="listPlans",status="599"} 1"#,
            r#"requests_total{operation="listPlans",status="0"} 1"#,
            r#"requests_total{operation="other",status="599"} 1"#,
            r#"requests_total{operation="other",status="404"} 2"#,
            r#"requests_total{operation="pages",status="200"} 1"#,
            r#"seconds_bucket{operation="listPlans",le="0.00005"} 2"#,
            r#"seconds_bucket{operation="listPlans",le="0.0001"} 3"#,
            r#"seconds_bucket{operation="listPlans",le="10"} 3"#,
            r#"seconds_bucket{operation="listPlans",le="+Inf"} 4"#,
            r#"seconds_sum{operation="listPlans"} 20.000102"#,
            r#"seconds_count{operation="listPlans"} 4"#,
        ] {
            assert!(text.contains(&format!("{line}\n")), "no {line} in {text}");
        }
    }
}
