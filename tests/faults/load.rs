//! Several writers in several scopes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::json;

use super::writer::{Counts, Writer};
use crate::support::{Actor, promise};

/// The plan in each scope that no writer changes.
pub const QUIET: &str = "quiet";

/// Waits for a write to [`QUIET`] to succeed, for a limited time.
pub async fn check_well_again(actor: &Actor) {
    let path = format!("/plans/{QUIET}/visibility");
    let write = || {
        actor
            .request(Method::PUT, &path)
            .json(&json!({"isPublic": true}))
    };
    promise::check_well_again(actor, write).await;
}

pub struct Load {
    /// An actor for reads in each scope.
    pub scopes: Vec<Actor>,
    pub writers: Vec<Writer>,
}

impl Load {
    /// Creates the writers and distributes them over the scopes, which are empty.
    pub async fn new(scopes: Vec<Actor>, writers: usize, seed: u64) -> Self {
        let mut load = Self {
            scopes,
            writers: Vec::new(),
        };
        for scope in &load.scopes {
            scope.make_plan(QUIET, json!({})).await;
        }
        for number in 0..writers {
            let actor = load.scopes[load.scope_of(number)].clone();
            let name = format!("w{number}");
            let seed = seed * 1_000 + number as u64;
            load.writers.push(Writer::new(actor, &name, seed).await);
        }
        load
    }

    /// The index of a writer's scope.
    pub fn scope_of(&self, writer: usize) -> usize {
        writer % self.scopes.len()
    }

    /// Runs all writers while `meanwhile` runs.
    pub async fn during<T>(&mut self, meanwhile: impl Future<Output = T>) -> T {
        let stop = Arc::new(AtomicBool::new(false));
        let begin = |mut writer: Writer| {
            let stop = stop.clone();
            tokio::spawn(async move {
                writer.write_until(&stop).await;
                writer
            })
        };
        let writing: Vec<_> = self.writers.drain(..).map(begin).collect();
        let done = meanwhile.await;
        stop.store(true, Ordering::SeqCst);
        for writer in writing {
            self.writers
                .push(writer.await.expect("the writer succeeds"));
        }
        done
    }

    pub fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        for Writer { counts, .. } in &self.writers {
            sum.acknowledged += counts.acknowledged;
            sum.refused += counts.refused;
            sum.unanswered += counts.unanswered;
        }
        sum
    }
}
