//! Saying the same with the words of another document.

use std::collections::{HashMap, HashSet};

use super::{Document, GroupEntry, PlanEntry};
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::text::Code;

impl Document {
    /// The same document in which groups have the handles that another has for groups of these names.
    #[must_use]
    pub fn with_handles_of(mut self, other: &Self) -> Self {
        let others = other.groups.iter().flatten();
        let handles: HashMap<_, _> = others.map(|group| (&group.name, &group.handle)).collect();
        let groups = self.groups.as_deref_mut().unwrap_or_default();
        let (known, new): (Vec<_>, Vec<_>) = groups
            .iter_mut()
            .partition(|group| handles.contains_key(&group.name));
        let mut taken = HashSet::new();
        for group in known {
            if let Some(handle) = handles.get(&group.name) {
                group.handle.clone_from(handle);
                taken.insert(group.handle.clone());
            }
        }
        for group in new {
            group.take_free_handle(&mut taken);
        }
        self
    }

    /// The same document in which rates are written as in another where they have the same value.
    #[must_use]
    pub fn with_rates_of(mut self, other: &Self) -> Self {
        let others = other.plans.iter().flatten().flat_map(rates);
        let others: HashMap<_, _> = others.collect();
        for plan in self.plans.iter_mut().flatten() {
            for entry in plan.regional.iter_mut().flatten() {
                let theirs = others.get(&(&plan.code, entry.currency));
                if let (Some(rate), Some(theirs)) = (&mut entry.rate, theirs)
                    && rate.has_value_of(theirs)
                {
                    *rate = (*theirs).clone();
                }
            }
        }
        self
    }
}

impl GroupEntry {
    /// Adds a number to the handle if another group has it.
    fn take_free_handle(&mut self, taken: &mut HashSet<String>) {
        let base = self.handle.clone();
        let mut number = 2;
        while !taken.insert(self.handle.clone()) {
            self.handle = format!("{base}_{number}");
            number += 1;
        }
    }
}

fn rates(plan: &PlanEntry) -> impl Iterator<Item = ((&Code, Currency), &ExchangeRate)> {
    let entries = plan.regional.iter().flatten();
    entries.filter_map(|entry| Some(((&plan.code, entry.currency), entry.rate.as_ref()?)))
}
