//! A price whose value is the number of its last write, so that a read shows which write it has seen.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};

use super::serving::SHOWN_WITHIN;
use crate::support::Actor;
use crate::support::making::item;

/// A price with one writer, whose writes set it to 1, 2, 3 and so on.
pub struct Written {
    pub plan: String,
    pub code: String,
    pub price: String,
    /// The last write that was begun.
    begun: AtomicI64,
    /// When each write was acknowledged; the price was made by write 0.
    times: Mutex<Vec<Instant>>,
}

impl Written {
    /// The monthly price of a new plan.
    pub async fn new(owner: &Actor, code: &str) -> Arc<Self> {
        owner.make_plan(code, json!({})).await;
        Self::add(owner, code, "monthly").await
    }

    /// One more price of a plan.
    pub async fn add(owner: &Actor, code: &str, interval: &str) -> Arc<Self> {
        let plan = owner.get(&format!("/plans/{code}")).await.id().to_owned();
        let price = owner.make_price(&plan, interval, 0, json!({})).await;
        Arc::new(Self {
            plan,
            code: code.to_owned(),
            price,
            begun: AtomicI64::new(0),
            times: Mutex::new(vec![Instant::now()]),
        })
    }

    /// Makes the next write.
    pub async fn write(&self, owner: &Actor) {
        let number = self.begin();
        let path = format!("/plans/{}/prices/{}", self.plan, self.price);
        owner.put(&path, json!({"price": number})).await.data();
        self.acknowledge();
    }

    /// Notes that the next write begins; answers the price that it sets.
    pub fn begin(&self) -> i64 {
        self.begun.fetch_add(1, SeqCst) + 1
    }

    /// Notes that the write that was begun is acknowledged.
    pub fn acknowledge(&self) {
        self.times.lock().unwrap().push(Instant::now());
    }

    /// The last write that was begun.
    pub fn begun(&self) -> i64 {
        self.begun.load(SeqCst)
    }

    /// The last write that was acknowledged.
    pub fn acknowledged(&self) -> i64 {
        i64::try_from(self.times.lock().unwrap().len()).unwrap() - 1
    }

    /// The last write that was acknowledged before a moment.
    pub fn acknowledged_before(&self, moment: Instant) -> i64 {
        let times = self.times.lock().unwrap();
        let count = times.iter().take_while(|time| **time < moment).count();
        i64::try_from(count).unwrap() - 1
    }

    /// Reads the plan in one of several ways; answers which write it shows.
    pub async fn read(&self, reader: &Actor, way: usize) -> i64 {
        let plan = match way % 3 {
            0 => reader.show_plan(&self.plan).await,
            1 => reader.show_plan(&self.code).await,
            _ => {
                let listed = reader.get("/plans?includePrivate=true").await;
                item(listed.data(), "id", &self.plan).clone()
            }
        };
        let price: &Value = item(&plan["prices"], "id", &self.price);
        price["price"].as_i64().unwrap()
    }
}

/// Reads of writes that were made elsewhere.
#[derive(Debug, Default)]
pub struct Reads {
    all: AtomicUsize,
    late: AtomicUsize,
}

impl Reads {
    /// Counts a read that was sent at `asked` and showed a write.
    pub fn note(&self, written: &Written, asked: Instant, shown: i64) {
        let due = asked.checked_sub(SHOWN_WITHIN).expect("a time");
        self.all.fetch_add(1, SeqCst);
        if shown < written.acknowledged_before(due) {
            self.late.fetch_add(1, SeqCst);
        }
    }

    /// Checks that the reads were as fresh as promised.
    pub fn check(&self) {
        let (all, late) = (self.all.load(SeqCst), self.late.load(SeqCst));
        assert!(late * 100 <= all, "{late} of {all} reads were too old");
    }
}
