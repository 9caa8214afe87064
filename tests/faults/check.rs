//! Compares the logs of all writers with what the server shows, and repeats calls.
//!
//! The server must have no calls in progress meanwhile.

use futures_util::future::join_all;

use super::catalog::Catalog;
use super::history;
use super::load::Load;
use super::log::Write;
use super::writer::Writer;

/// The findings of the checks.
#[derive(Debug, Default, Clone, Copy)]
pub struct Findings {
    /// Acknowledged calls that were sent again and got the same answer.
    pub replays: usize,
    /// Unacknowledged calls that had been carried out.
    pub made: usize,
    /// Unacknowledged calls that had not been carried out.
    pub not_made: usize,
}

impl std::fmt::Display for Findings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            replays,
            made,
            not_made,
        } = self;
        write!(
            out,
            "{replays} replays, open calls: {made} made and {not_made} not"
        )
    }
}

impl Findings {
    /// Checks the catalogs against all logs, and every answer since the last check.
    pub async fn check(&mut self, load: &mut Load) {
        let before = catalogs(load).await;
        let made = compare(load, &before);
        let replays = join_all(load.writers.iter_mut().map(replay)).await;
        self.replays += replays.into_iter().sum::<usize>();
        assert!(
            before == catalogs(load).await,
            "repeated calls changed something"
        );
        let were_open = load.writers.iter_mut().zip(made);
        let closed = join_all(were_open.map(|(writer, made)| close(writer, made))).await;
        let known: Vec<_> = closed.into_iter().flatten().collect();
        let made = known.iter().filter(|made| **made).count();
        self.made += made;
        self.not_made += known.len() - made;
        compare(load, &catalogs(load).await);
    }

    /// Checks the catalogs against all logs, and every answer so far.
    pub async fn check_all(&mut self, load: &mut Load) {
        for writer in &mut load.writers {
            writer.log.replayed = 0;
        }
        self.check(load).await;
        for owner in &load.scopes {
            history::whole(owner).await;
        }
    }
}

async fn catalogs(load: &Load) -> Vec<Catalog> {
    join_all(load.scopes.iter().map(Catalog::read)).await
}

/// Checks that every slot has the last acknowledged value, or that of the open call, and that
/// nothing else exists; returns for each writer whether its open call took effect.
fn compare(load: &Load, catalogs: &[Catalog]) -> Vec<bool> {
    // The plan that nobody writes.
    let mut expected = vec![1; catalogs.len()];
    let mut made = Vec::new();
    for (number, writer) in load.writers.iter().enumerate() {
        let scope = load.scope_of(number);
        let is_made = compare_one(writer, &catalogs[scope]);
        made.push(is_made);
        let appeared =
            match &writer.log.open {
                Some(Write { slot, value, .. }) if is_made && slot.is_thing() => {
                    if value.is_some() { 1 } else { -1 }
                }
                _ => 0,
            };
        let plan_and_things = 1 + writer.log.things().len();
        expected[scope] += plan_and_things.strict_add_signed(appeared);
    }
    let found: Vec<_> = catalogs.iter().map(Catalog::len).collect();
    assert_eq!(found, expected, "the number of objects in each scope");
    made
}

fn compare_one(writer: &Writer, catalog: &Catalog) -> bool {
    let mut is_made = false;
    let open = writer.log.open.as_ref();
    let new = open.filter(|write| !writer.log.values.contains_key(&write.slot));
    let values = writer
        .log
        .values
        .iter()
        .map(|(slot, value)| (*slot, *value));
    for (slot, last) in values.chain(new.map(|write| (write.slot, None))) {
        let read = writer.owner.read(slot, catalog);
        let found = read.unwrap_or_else(|half_done| panic!("{half_done}"));
        let open = open.filter(|write| write.slot == slot);
        let is_open = open.is_some_and(|write| write.value == found);
        is_made |= is_open;
        assert!(
            found == last || is_open,
            "{slot:?} of {} is {found:?}, but the last acknowledged value is {last:?}, and open is {open:?}",
            writer.owner.name
        );
    }
    is_made
}

/// Sends acknowledged calls again: each gets its earlier answer.
async fn replay(writer: &mut Writer) -> usize {
    let mut replays = 0;
    for known in &writer.log.acknowledged[writer.log.replayed..] {
        if known.write.key.is_none() {
            continue;
        }
        let reply = writer.send(&known.write).await.expect("an answer");
        let is_replay = reply.header("idempotency-replayed") == Some("true");
        assert!(is_replay, "carried out again: {known:?}, {}", reply.text);
        assert_eq!(
            (reply.status, &reply.text),
            (200, &known.answer),
            "{known:?}"
        );
        replays += 1;
    }
    writer.log.replayed = writer.log.acknowledged.len();
    replays
}

/// Sends the open call again and checks that the reply agrees with the catalog on whether it had
/// been carried out before. Returns whether it had; `None` without an open call.
async fn close(writer: &mut Writer, made: bool) -> Option<bool> {
    let write = writer.log.open.clone()?;
    let reply = writer.send(&write).await.expect("an answer");
    let was_made = match &write.key {
        Some(_) => reply.header("idempotency-replayed").is_some(),
        None if write.value.is_none() => reply.status == 404,
        None => made,
    };
    let is_well = reply.status == 200 || (write.value.is_none() && was_made);
    assert!(is_well, "{write:?}: {}", reply.text);
    assert_eq!(
        was_made, made,
        "the catalog and the reply disagree: {write:?}, {}",
        reply.text
    );
    if reply.status == 200 {
        writer.acknowledge(write.slot, &reply);
    } else {
        writer.log.settle(true);
    }
    Some(made)
}
