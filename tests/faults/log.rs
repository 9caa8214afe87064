//! What a client knows of its own writes.

use std::collections::BTreeMap;

use super::slot::{Call, Slot};

/// A call, and what it is to bring about.
#[derive(Debug, Clone)]
pub struct Write {
    pub slot: Slot,
    /// The value that the slot is given; none, where the thing is deleted.
    pub value: Option<u64>,
    pub call: Call,
    /// Its idempotency key.
    pub key: Option<String>,
}

/// A write that was answered, with the answer.
#[derive(Debug)]
pub struct Acknowledged {
    pub write: Write,
    pub answer: String,
}

/// The log of one client, which makes one call after the other.
#[derive(Debug, Default)]
pub struct Log {
    /// The last acknowledged value of every slot that ever had one.
    pub values: BTreeMap<Slot, Option<u64>>,
    /// The ids of things.
    pub ids: BTreeMap<Slot, String>,
    pub acknowledged: Vec<Acknowledged>,
    /// How many of those were sent again already.
    pub replayed: usize,
    /// The call of which it is not known whether it was made.
    pub open: Option<Write>,
}

impl Log {
    /// Takes note of an answer to the open call.
    pub fn acknowledge(&mut self, answer: String) {
        if let Some(write) = self.open.take() {
            self.values.insert(write.slot, write.value);
            self.acknowledged.push(Acknowledged { write, answer });
        }
    }

    /// Takes note of what became of the open call, for which there is no answer to keep.
    pub fn settle(&mut self, was_made: bool) {
        if let Some(write) = self.open.take()
            && was_made
        {
            self.values.insert(write.slot, write.value);
        }
    }

    /// The things that are there, oldest first.
    pub fn things(&self) -> Vec<Slot> {
        let live = self.values.iter().filter(|(_, value)| value.is_some());
        let slots = live.map(|(slot, _)| *slot);
        slots.filter(|slot| slot.is_thing()).collect()
    }
}
