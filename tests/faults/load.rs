//! Several writers in several scopes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::json;

use super::writer::{Counts, Writer};
use crate::support::{Actor, promise};

/// A plan in each scope that no writer writes.
pub const QUIET: &str = "quiet";

/// Waits for a write to [`QUIET`] to succeed; it may not take long.
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
    /// One who reads in each scope.
    pub scopes: Vec<Actor>,
    pub writers: Vec<Writer>,
}

impl Load {
    /// So many writers, who take turns in the scopes; nothing is in them yet.
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

    /// The scope that a writer writes in.
    pub fn scope_of(&self, writer: usize) -> usize {
        writer % self.scopes.len()
    }

    /// All write while something else goes on.
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
                .push(writer.await.expect("the writer ends well"));
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
