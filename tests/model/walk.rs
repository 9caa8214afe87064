//! Walks: calls made on servers and on the model, step by step.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use super::calls::{Call, Op, Payload};
use super::catalog::{Answer, Model};
use super::compare::{Compare, Reply, data_of};
use super::dice::Dice;
use super::invent::next_call;
use super::refusal::Refusal;

pub mod back;
pub mod document;

/// A server, and a key for an empty scope.
pub struct Api {
    pub http: reqwest::Client,
    /// With the base path: `http://127.0.0.1:1234/api/v1`.
    pub base: String,
    pub key: String,
}

/// The number of steps after which the whole catalog is compared.
const STEPS_BETWEEN_REVIEWS: usize = 10;

/// The number of earlier calls in a report.
const REMEMBERED_CALLS: usize = 12;

/// The time within which another server shows a write.
const SETTLES_WITHIN: Duration = Duration::from_secs(1);

/// The status of a temporary failure.
const UNAVAILABLE: u16 = 503;

/// Gives up after this time without an answer from any server.
const GIVES_UP_AFTER: Duration = Duration::from_secs(60);

/// The default page size of lists that are always paged.
const GROUPS_PER_PAGE: usize = 25;

/// Takes `steps` random steps on one server.
pub async fn walk(api: &Api, seed: u64, steps: usize) -> Result<(), String> {
    walk_over(std::slice::from_ref(api), seed, steps).await
}

/// Takes random steps on several servers of one database, each call on the next server.
pub async fn walk_over(apis: &[Api], seed: u64, steps: usize) -> Result<(), String> {
    Walker::new(apis, seed).walk(steps).await
}

/// Takes random steps on servers that may end at any time and restart later: a call without an
/// answer is sent again to the next server. Returns the number of such calls.
pub async fn walk_with_restarts(apis: &[Api], seed: u64, steps: usize) -> Result<usize, String> {
    let mut walker = Walker::new(apis, seed);
    walker.sends_again = true;
    walker.walk(steps).await?;
    Ok(walker.sent_again)
}

struct Walker<'a> {
    apis: &'a [Api],
    seed: u64,
    step: usize,
    requests: usize,
    dice: Dice,
    model: Model,
    compare: Compare,
    earlier: VecDeque<String>,
    wrote: Instant,
    /// Whether calls without an answer are sent again, and the number of such calls.
    sends_again: bool,
    sent_again: usize,
}

impl<'a> Walker<'a> {
    fn new(apis: &'a [Api], seed: u64) -> Self {
        Self {
            apis,
            seed,
            step: 0,
            requests: 0,
            dice: Dice::new(seed),
            model: Model::default(),
            compare: Compare::default(),
            earlier: VecDeque::new(),
            wrote: Instant::now(),
            sends_again: false,
            sent_again: 0,
        }
    }

    async fn walk(&mut self, steps: usize) -> Result<(), String> {
        self.review().await?;
        for step in 1..=steps {
            self.step = step;
            self.take_step().await?;
            if step % STEPS_BETWEEN_REVIEWS == 0 {
                self.review().await?;
            }
        }
        self.review().await
    }

    async fn take_step(&mut self) -> Result<(), String> {
        let call = next_call(&mut self.dice, &self.model);
        let reads = if call.op.is_write() {
            self.reads_about(&call)
        } else {
            Vec::new()
        };
        self.make(&call).await?;
        for read in reads {
            self.make(&read).await?;
        }
        Ok(())
    }

    /// Compares the whole catalog with the model. At the start both must be empty.
    async fn review(&mut self) -> Result<(), String> {
        let all = [
            Call::plain(Op::ListPlans, &[]).with("includePrivate", "true"),
            Call::plain(Op::ListPlans, &[]),
            Call::plain(Op::ListFeatures, &[]),
            Call::plain(Op::ListGroups, &[]).with("limit", "100"),
        ];
        for call in &all {
            self.make(call).await?;
        }
        Ok(())
    }

    /// Reads of the objects that a write names, by their names before the write; new objects have
    /// none.
    fn reads_about(&self, call: &Call) -> Vec<Call> {
        let mut reads = Vec::new();
        let sent = |name: &str| match &call.payload {
            Payload::Json(body) => body[name].as_str().map(str::to_owned),
            _ => None,
        };
        let named = call.path.iter().cloned().chain(
            ["planId", "planGroupId", "code"]
                .into_iter()
                .filter_map(sent),
        );
        for name in named {
            if let Ok(index) = self.model.plan_at(&name) {
                reads.push(Call::plain(Op::GetPlan, &[&self.model.plans[index].id]));
            }
            if let Ok(index) = self.model.feature_at(&name) {
                reads.push(Call::plain(
                    Op::GetFeature,
                    &[&self.model.features[index].id],
                ));
            }
            if self.model.group_at(&name).is_ok() {
                reads.push(Call::plain(Op::GetGroup, &[&name]));
            }
        }
        reads
    }

    /// Makes a call on the server and on the model, and compares the answers.
    async fn make(&mut self, call: &Call) -> Result<(), String> {
        if call.op.is_list() {
            return self.make_list(call).await;
        }
        let reply = if call.op.is_write() {
            self.send(call).await?
        } else {
            let expected = self.model.answer(call, "");
            self.read(call, &expected).await?
        };
        let fresh = self
            .learned(call, &reply)
            .map_err(|why| self.report(call, &reply, "a new id", &why))?;
        let mut expected = self.model.answer(call, &fresh);
        let is_deletion = call.op.route().0 == "DELETE";
        if is_deletion && reply.was_repeated && reply.status == 404 && expected.is_ok() {
            // The first attempt deleted the object, but its answer was lost. Deletions have no
            // idempotency key, so the second attempt does not find it.
            expected = self.model.answer(call, &fresh);
        }
        self.hold_against(call, &reply, &expected)?;
        self.read_new(call, &fresh, expected.is_ok()).await
    }

    /// Checks that a new object reads as it was created.
    async fn read_new(&mut self, call: &Call, fresh: &str, is_made: bool) -> Result<(), String> {
        let read = match call.op {
            Op::CreatePlan => Call::plain(Op::GetPlan, &[fresh]),
            Op::CreateFeature => Call::plain(Op::GetFeature, &[fresh]),
            Op::CreateGroup => Call::plain(Op::GetGroup, &[fresh]),
            _ => return Ok(()),
        };
        if is_made {
            Box::pin(self.make(&read)).await
        } else {
            Ok(())
        }
    }

    /// Follows a list to its end; its pages together equal the model's list, each of the requested
    /// size.
    async fn make_list(&mut self, call: &Call) -> Result<(), String> {
        let all = match self.model.answer(call, "") {
            Ok(Value::Array(all)) => all,
            expected => {
                let reply = self.read(call, &expected).await?;
                return self.hold_against(call, &reply, &expected);
            }
        };
        let unasked = if call.op == Op::ListGroups {
            GROUPS_PER_PAGE
        } else {
            usize::MAX
        };
        let limit = call
            .asked("limit")
            .and_then(|limit| limit.parse().ok())
            .unwrap_or(unasked);
        let mut page = call.clone();
        let mut rest = all.as_slice();
        loop {
            let (expected, after) = rest.split_at(limit.min(rest.len()));
            rest = after;
            let expected = Ok(Value::from(expected));
            let reply = self.read(&page, &expected).await?;
            self.hold_against(&page, &reply, &expected)?;
            let next = next_cursor(&reply, !rest.is_empty(), limit < usize::MAX);
            let next =
                next.map_err(|why| self.report(&page, &reply, "the next page's cursor", &why))?;
            match next {
                Some(cursor) => page = call.clone().with("cursor", cursor),
                None => return Ok(()),
            }
        }
    }

    /// The id of a new object, which must have the right prefix and be new.
    fn learned(&self, call: &Call, reply: &Reply) -> Result<String, String> {
        let (Some(prefix), Ok(data)) = (call.op.makes(), data_of(reply)) else {
            return Ok(String::new());
        };
        let id = data["id"].as_str().unwrap_or_default();
        if !id.starts_with(prefix) || id.len() == prefix.len() {
            return Err(format!("{id:?} is not an id with the prefix {prefix}"));
        }
        if self.model.issued.iter().any(|known| known == id) {
            return Err(format!("{id} was given before"));
        }
        Ok(id.to_owned())
    }

    fn hold_against(
        &mut self,
        call: &Call,
        reply: &Reply,
        expected: &Answer,
    ) -> Result<(), String> {
        let verdict = match expected {
            Ok(data) => self.compare.success(data, reply),
            Err(refusal) => Compare::refusal(refusal, reply),
        };
        verdict.map_err(|why| self.report(call, reply, &told(expected), &why))
    }

    /// Reads until the answer is the expected one, or the servers should have settled.
    async fn read(&mut self, call: &Call, expected: &Answer) -> Result<Reply, String> {
        loop {
            let reply = self.send(call).await?;
            let verdict = match expected {
                Ok(data) => self.compare.clone().success(data, &reply),
                Err(refusal) => Compare::refusal(refusal, &reply),
            };
            let has_settled = self.apis.len() == 1 || self.wrote.elapsed() > SETTLES_WITHIN;
            if verdict.is_ok() || has_settled {
                return Ok(reply);
            }
            // Asks the same server again, which is not the one that made the write.
            self.requests -= 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn send(&mut self, call: &Call) -> Result<Reply, String> {
        // One key for all attempts of the call.
        let key = format!("walk-{}-{}", self.seed, self.requests);
        let key = self.sends_again.then_some(key.as_str());
        let began = Instant::now();
        let mut was_repeated = false;
        let mut reply = loop {
            let api = &self.apis[self.requests % self.apis.len()];
            self.requests += 1;
            match exchange(api, call, key).await {
                Ok(reply) if reply.status != UNAVAILABLE || !self.sends_again => break reply,
                Err(error) if !self.sends_again || began.elapsed() > GIVES_UP_AFTER => {
                    return Err(format!("{}: {call}\nno answer: {error}", self.place()));
                }
                _ => {}
            }
            was_repeated = true;
            self.sent_again += 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        reply.was_repeated = was_repeated;
        if call.op.is_write() {
            self.wrote = Instant::now();
            self.remember(call, &reply);
        }
        Ok(reply)
    }

    fn remember(&mut self, call: &Call, reply: &Reply) {
        if self.earlier.len() == REMEMBERED_CALLS {
            self.earlier.pop_front();
        }
        self.earlier
            .push_back(format!("  {} ← {call}", reply.status));
    }

    fn place(&self) -> String {
        format!("walk with seed {}, step {}", self.seed, self.step)
    }

    fn report(&self, call: &Call, reply: &Reply, expected: &str, why: &str) -> String {
        let earlier: Vec<&str> = self.earlier.iter().map(String::as_str).collect();
        format!(
            "{}: {why}\nrequest:  {call}\nanswer:   {} {}\nexpected: {expected}\nthe last writes:\n{}",
            self.place(),
            reply.status,
            reply.text,
            earlier.join("\n"),
        )
    }
}

/// Sends the call. POST and PUT declare JSON, as clients do even without a body.
async fn exchange(api: &Api, call: &Call, key: Option<&str>) -> Result<Reply, reqwest::Error> {
    let method = match call.op.route().0 {
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        _ => Method::GET,
    };
    let sends_json = method == Method::POST || method == Method::PUT;
    let mut request = api
        .http
        .request(method, format!("{}{}", api.base, call.target()));
    request = request.header("x-api-key", &api.key);
    if sends_json {
        request = request.header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
    }
    if let Some(text) = call.text() {
        request = request.body(text);
    }
    let response = request.send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Reply {
        status,
        text,
        body,
        was_repeated: false,
    })
}

/// The cursor of the next page, if there is one. An unpaged list need not show `hasMore`.
fn next_cursor(reply: &Reply, has_more: bool, is_paged: bool) -> Result<Option<String>, String> {
    let (said, cursor) = (&reply.body["hasMore"], &reply.body["nextCursor"]);
    let is_silent = !is_paged && said.is_null();
    if *said != has_more && !is_silent {
        return Err(format!("hasMore is {said} instead of {has_more}"));
    }
    match cursor.as_str() {
        Some(cursor) if has_more => Ok(Some(cursor.to_owned())),
        None if !has_more && cursor.is_null() => Ok(None),
        _ => Err(format!(
            "nextCursor is {cursor} where hasMore is {has_more}"
        )),
    }
}

fn told(expected: &Answer) -> String {
    match expected {
        Ok(data) => format!("success with {data}"),
        Err(Refusal::Invalid(faults)) => format!("400 validation_error for {faults:?}"),
        Err(refusal) => format!("{} {}", refusal.status(), refusal.code()),
    }
}
