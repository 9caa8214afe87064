//! A client's record of its own writes.

use std::collections::BTreeMap;

use super::slot::{Call, Slot};

/// A call and its intended effect.
#[derive(Debug, Clone)]
pub struct Write {
    pub slot: Slot,
    /// The new value of the slot; `None` if the call deletes the object.
    pub value: Option<u64>,
    pub call: Call,
    /// Its idempotency key.
    pub key: Option<String>,
}

/// An acknowledged write, with the answer.
#[derive(Debug)]
pub struct Acknowledged {
    pub write: Write,
    pub answer: String,
}

/// The log of one client, which makes one call at a time.
#[derive(Debug, Default)]
pub struct Log {
    /// The last acknowledged value of every slot that ever had one.
    pub values: BTreeMap<Slot, Option<u64>>,
    /// The ids of objects.
    pub ids: BTreeMap<Slot, String>,
    pub acknowledged: Vec<Acknowledged>,
    /// How many of those have been replayed.
    pub replayed: usize,
    /// The call whose outcome is unknown.
    pub open: Option<Write>,
}

impl Log {
    /// Records the answer to the open call.
    pub fn acknowledge(&mut self, answer: String) {
        if let Some(write) = self.open.take() {
            self.values.insert(write.slot, write.value);
            self.acknowledged.push(Acknowledged { write, answer });
        }
    }

    /// Records the outcome of the open call when there is no answer to keep.
    pub fn settle(&mut self, was_made: bool) {
        if let Some(write) = self.open.take()
            && was_made
        {
            self.values.insert(write.slot, write.value);
        }
    }

    /// The existing objects, oldest first.
    pub fn things(&self) -> Vec<Slot> {
        let live = self.values.iter().filter(|(_, value)| value.is_some());
        let slots = live.map(|(slot, _)| *slot);
        slots.filter(|slot| slot.is_thing()).collect()
    }
}
