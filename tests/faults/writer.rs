//! A client that writes its own objects and logs every write.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::log::{Log, Write};
use super::slot::{Call, OF_THE_PLAN, Owner, Slot};
use crate::model::dice::Dice;
use crate::support::promise::check_refused;
use crate::support::{Actor, Reply};

/// The approximate number of objects that a writer keeps.
const THINGS: usize = 9;
/// The pause before a refused call is sent again.
const PAUSE: Duration = Duration::from_millis(50);

/// How a writer reacts when a call is refused because the database is unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Sends it again until the answer is another one.
    SendAgain,
    /// Stops.
    Stop,
}

/// The outcome of sending a call.
enum Outcome {
    Acknowledged,
    Refused,
    Unanswered,
}

/// The outcomes of a writer's calls, or of several writers'.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub acknowledged: usize,
    pub refused: usize,
    pub unanswered: usize,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            acknowledged,
            refused,
            unanswered,
        } = self;
        write!(
            out,
            "{acknowledged} acknowledged, {refused} refused, {unanswered} unanswered"
        )
    }
}

pub struct Writer {
    pub owner: Owner,
    pub actor: Actor,
    pub log: Log,
    pub counts: Counts,
    pub when_refused: Refused,
    /// The time within which every call must be answered.
    pub patience: Duration,
    dice: Dice,
    last: u64,
}

impl Writer {
    /// Creates a writer with a plan, all of whose slots have the value 1.
    pub async fn new(actor: Actor, name: &str, seed: u64) -> Self {
        let mut owner = Owner {
            name: name.to_owned(),
            prices: Vec::new(),
        };
        let plan = owner.plan();
        actor.make_plan(&plan, json!({})).await;
        for interval in ["monthly", "quarterly", "yearly"] {
            let id = actor.make_price(&plan, interval, 1, json!({})).await;
            owner.prices.push(id);
        }
        // At these rates a derived value has the same number as its base.
        for (currency, rate) in [("cad", 1), ("jpy", 100)] {
            let body = json!({"currency": currency, "exchangeRate": rate});
            actor
                .put(&format!("/plans/{plan}/regional"), body)
                .await
                .data();
        }
        let mut writer = Self {
            owner,
            actor,
            log: Log::default(),
            counts: Counts::default(),
            when_refused: Refused::Stop,
            patience: Duration::from_secs(60),
            dice: Dice::new(seed),
            last: 1,
        };
        for slot in OF_THE_PLAN {
            let (call, value) = (writer.owner.write(slot, 1), Some(1));
            writer.log.open = Some(writer.write(slot, value, call));
            assert!(matches!(
                writer.send_open(false).await,
                Outcome::Acknowledged
            ));
        }
        writer
    }

    /// Writes until it is told to stop or gets no answer.
    pub async fn write_until(&mut self, stop: &AtomicBool) {
        let mut is_repeated = false;
        while !stop.load(Ordering::SeqCst) {
            if self.log.open.is_none() {
                self.log.open = Some(self.invent());
                is_repeated = false;
            }
            match self.send_open(is_repeated).await {
                Outcome::Acknowledged => {}
                Outcome::Refused if self.when_refused == Refused::SendAgain => {
                    is_repeated = true;
                    tokio::time::sleep(PAUSE).await;
                }
                Outcome::Refused | Outcome::Unanswered => return,
            }
        }
    }

    /// Sends a write, identically on every attempt.
    pub async fn send(&self, write: &Write) -> reqwest::Result<Reply> {
        let call = &write.call;
        let mut request = self.actor.request(call.method.clone(), &call.path);
        if let Some(key) = &write.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let reply = tokio::time::timeout(self.patience, self.actor.try_send(request));
        reply.await.expect("an answer in time")
    }

    async fn send_open(&mut self, is_repeated: bool) -> Outcome {
        let write = self.log.open.clone().expect("an open call");
        let reply = match self.send(&write).await {
            Ok(reply) => reply,
            Err(why) => {
                // Without a connection the call was not sent.
                self.counts.unanswered += usize::from(!why.is_connect());
                return Outcome::Unanswered;
            }
        };
        let is_gone = write.value.is_none() && is_repeated && reply.status == 404;
        if reply.status == 503 {
            check_refused(&reply);
            self.counts.refused += 1;
            return Outcome::Refused;
        }
        assert!(reply.status == 200 || is_gone, "{write:?}: {}", reply.text);
        let is_replay = reply.header("idempotency-replayed").is_some();
        assert!(
            is_repeated || !is_replay,
            "a replay of a call that was not sent before: {write:?}"
        );
        self.acknowledge(write.slot, &reply);
        Outcome::Acknowledged
    }

    pub fn acknowledge(&mut self, slot: Slot, reply: &Reply) {
        self.counts.acknowledged += 1;
        if let Some(id) = reply.body["data"]["id"].as_str() {
            self.log.ids.insert(slot, id.to_owned());
        }
        self.log.acknowledge(reply.text.clone());
    }

    /// The next call.
    fn invent(&mut self) -> Write {
        self.last += 1;
        let n = self.last;
        let things = self.log.things();
        if self.dice.chance(60) {
            let slot = self.dice.one(&OF_THE_PLAN);
            return self.write(slot, Some(n), self.owner.write(slot, n));
        }
        if self.dice.below(2 * THINGS) < things.len() {
            let slot = self.dice.one(&things);
            let id = self.log.ids.get(&slot).map_or("", String::as_str);
            return self.write(slot, None, self.owner.delete(slot, id));
        }
        let slot = self
            .dice
            .one(&[Slot::Plan(n), Slot::Feature(n), Slot::Group(n)]);
        self.write(slot, Some(n), self.owner.write(slot, n))
    }

    /// Most writes have an idempotency key: all that create something, and none that delete it.
    fn write(&self, slot: Slot, value: Option<u64>, call: Call) -> Write {
        let has_key = match call.method {
            Method::POST => true,
            Method::PUT => !self.last.is_multiple_of(5),
            _ => false,
        };
        let key = has_key.then(|| format!("{}-{}-{slot:?}", self.owner.name, self.last));
        Write {
            slot,
            value,
            call,
            key,
        }
    }
}
