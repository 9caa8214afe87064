//! Keeps views current.
//!
//! The server polls the database for states instead of listening for notifications. A look that
//! succeeds shows that no write was missed since the previous look, whatever happened to
//! connections; the absence of a notification shows nothing. Polling also works between processes
//! on one SQLite file.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use quick_cache::sync::{Cache, DefaultLifecycle, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, OptionsBuilder};

use super::counts::Counts;
use super::key::{Key, KeyRef};
use super::ready::Ready;
use super::tick::{AtomicTick, Tick};
use super::view::{Answers, ByMemory, Misses, Outdated, View};
use crate::domain::id::ScopeId;
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};
use crate::store::connection::db::Database;
use crate::store::tables::changes::Changes;
use crate::store::tables::revision;
use crate::store::tables::state::State;

/// How often the server looks at the database for the views in use: about the lag of an answer
/// behind the writes of other servers.
pub const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a look may take before the database counts as away.
const LOOK_TIMEOUT: Duration = Duration::from_millis(400);
/// How long the database counts as away, unless a look succeeds earlier.
const AWAY_FOR: Duration = Duration::from_millis(400);
/// Typical size of an answer in bytes, to size the tables of the cache.
const USUAL_ANSWER: u64 = 4096;

/// Maximum number of names that are known to belong to no plan.
const MAX_MISSES: usize = 10_000;

/// Maximum number of reads before a call gives up because its reads and the known state belong to
/// diverging histories.
pub const READS_AT_MOST: usize = 3;

/// The error of a call whose reads never agreed with the known history.
pub fn not_settled() -> Error {
    Error::unavailable("reads of the database alternate between diverging histories")
}

/// All views of this server.
#[derive(Debug)]
pub struct Views {
    database: Database,
    answers: Arc<Answers>,
    misses: Arc<Misses>,
    by_scope: RwLock<HashMap<ScopeId, Arc<View>>>,
    away_until: AtomicTick,
    was_away: AtomicBool,
    /// Counters of the cache and of writes.
    pub counts: Counts,
}

/// The reserved place of an answer in the cache: its holder makes the answer while other callers
/// wait.
pub type Place<'a> = PlaceholderGuard<
    'a,
    Key,
    Arc<Ready>,
    ByMemory,
    DefaultHashBuilder,
    DefaultLifecycle<Key, Arc<Ready>>,
>;

impl Views {
    /// No views yet; their answers take up to about `memory` bytes.
    pub fn new(database: Database, memory: u64) -> Self {
        Self {
            database,
            answers: Arc::new(answers_in(memory)),
            misses: Arc::new(Cache::new(MAX_MISSES)),
            by_scope: RwLock::default(),
            away_until: AtomicTick::new(Tick::NEVER),
            was_away: AtomicBool::new(false),
            counts: Counts::default(),
        }
    }

    /// The view of a scope.
    pub fn of(&self, scope: &Scope) -> Arc<View> {
        let views = self.by_scope.read();
        let found = views
            .unwrap_or_else(PoisonError::into_inner)
            .get(&scope.id)
            .cloned();
        found.unwrap_or_else(|| {
            let views = self.by_scope.write();
            views
                .unwrap_or_else(PoisonError::into_inner)
                .entry(scope.id.clone())
                .or_insert_with(|| Arc::new(self.new_view(scope)))
                .clone()
        })
    }

    fn new_view(&self, scope: &Scope) -> View {
        View::new(scope.clone(), self.answers.clone(), self.misses.clone())
    }

    /// The cached answer, or a reserved place for it: one caller makes the answer while the others
    /// wait.
    pub async fn answer_or_place(
        &self,
        key: KeyRef<'_>,
    ) -> std::result::Result<Arc<Ready>, Place<'_>> {
        if let Some(ready) = self.answers.get(&key) {
            self.counts.note_answer(true);
            return Ok(ready);
        }
        let found = self.answers.get_value_or_guard_async(&Key::from(key)).await;
        self.counts.note_answer(found.is_ok());
        found
    }

    /// The number of cached answers, the memory that they take, and its maximum, in bytes.
    pub fn kept_answers(&self) -> (usize, u64, u64) {
        let answers = &self.answers;
        (answers.len(), answers.weight(), answers.capacity())
    }

    /// The number of scopes with a view.
    pub fn scopes(&self) -> usize {
        let views = self.by_scope.read().unwrap_or_else(PoisonError::into_inner);
        views.len()
    }

    /// The cached answer, if there is one; counted as a hit.
    pub fn taken(&self, key: KeyRef<'_>) -> Option<Arc<Ready>> {
        let ready = self.answers.get(&key)?;
        self.counts.note_answer(true);
        Some(ready)
    }

    /// The cached answer, if there is one; not counted.
    pub fn kept(&self, key: KeyRef<'_>) -> Option<Arc<Ready>> {
        self.answers.get(&key)
    }

    /// Makes sure that cached answers may be sent: they include every earlier write of this server,
    /// and those of other servers up to about [`LOOK_EVERY`] ago.
    ///
    /// While the database is away, cached answers are sent as they are.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn make_current(&self, view: &View) -> Result<()> {
        let now = Tick::now();
        view.note_use(now);
        if view.is_current(now) || self.is_away() {
            return Ok(());
        }
        match tokio::time::timeout(LOOK_TIMEOUT, self.look_once(view)).await {
            Ok(Err(Error::Unavailable(_))) | Err(_) => self.note_away(),
            Ok(done) => done?,
        }
        Ok(())
    }

    /// Whether a read that found `state`, in an edition of the view, belongs to the history of the
    /// database: the known state descends from it. If it does not, the server looks at the database
    /// once more.
    ///
    /// A program without tags, such as the previous version, can write between any read and the look
    /// after it, and each of its writes starts an edition. Such writes may lie between the two states;
    /// otherwise they would cause refusals. An answer from such a read is sent once and not kept, since
    /// what is kept belongs to the earlier edition.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn vouch(&self, view: &View, state: &State, edition: u64) -> Result<bool> {
        if view.vouches_for(state, edition) {
            return Ok(true);
        }
        let _turn = view.looking.lock().await;
        // Another caller may have looked meanwhile.
        if !view.vouches_for(state, edition) {
            self.look(view).await?;
        }
        Ok(view.may_vouch_for(state))
    }

    /// Looks at the database, unless another caller did so meanwhile.
    async fn look_once(&self, view: &View) -> Result<()> {
        let _turn = view.looking.lock().await;
        if view.is_current(Tick::now()) || self.is_away() {
            return Ok(());
        }
        self.look(view).await
    }

    async fn look(&self, view: &View) -> Result<()> {
        let look = view.look();
        let snapshot = self.database.snapshot(view.scope()).await?;
        let found = revision::lineage(&snapshot).await?;
        let outdated = match view.state() {
            Some(known) if known == found.state() => Outdated::Plans(Vec::new()),
            Some(known) if found.descends_from(&known) => {
                Outdated::Plans(revision::plans_changed_since(&snapshot, known.revision).await?)
            }
            _ => Outdated::Everything,
        };
        view.learn(look, found, &outdated);
        self.note_back();
        Ok(())
    }

    /// Looks at the database for all views in use.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn look_at_all(&self) -> Result<()> {
        let used = self.in_use();
        if used.is_empty() {
            return Ok(());
        }
        match tokio::time::timeout(LOOK_TIMEOUT, self.look_at(&used)).await {
            Ok(Err(Error::Unavailable(_))) | Err(_) => {
                self.note_away();
                Ok(())
            }
            Ok(done) => done,
        }
    }

    fn in_use(&self) -> Vec<Arc<View>> {
        let now = Tick::now();
        let views = self.by_scope.read().unwrap_or_else(PoisonError::into_inner);
        let used = views.values().filter(|view| view.is_in_use(now));
        used.cloned().collect()
    }

    async fn look_at(&self, views: &[Arc<View>]) -> Result<()> {
        let looks: Vec<_> = views.iter().map(|view| view.look()).collect();
        let ids: Vec<_> = views.iter().map(|view| view.scope().id.clone()).collect();
        let found = revision::states_of(&self.database, &ids).await?;
        self.note_back();
        for (view, look) in views.iter().zip(looks) {
            let Some(state) = found.get(&view.scope().id) else {
                continue;
            };
            if view.state() == Some(*state) {
                view.confirm(look, state);
            } else {
                let _turn = view.looking.lock().await;
                self.look(view).await?;
            }
        }
        Ok(())
    }

    /// Fails while the database is away, so that no call waits for it in vain.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn require_database(&self) -> Result<()> {
        if self.is_away() {
            return Err(Error::unavailable("the database does not answer"));
        }
        Ok(())
    }

    /// Whether the database recently failed to answer, so that the cache may be out of date.
    pub fn is_away(&self) -> bool {
        Tick::now() < self.away_until.get()
    }

    fn note_away(&self) {
        self.away_until.set(Tick::now().plus(AWAY_FOR));
        if !self.was_away.swap(true, Ordering::Relaxed) {
            tracing::warn!("the database does not answer; what is kept in memory is still served");
        }
    }

    fn note_back(&self) {
        self.counts.note_look();
        if self.was_away.load(Ordering::Relaxed) && self.was_away.swap(false, Ordering::Relaxed) {
            self.away_until.set(Tick::NEVER);
            tracing::info!("the database answers again");
        }
    }

    /// A guard around a commit. When it drops, the cached answers that the write changes are
    /// dropped, whether or not the write committed.
    pub fn fence(&self, scope: &Scope, changes: Changes) -> Fence {
        Fence {
            view: self.of(scope),
            changes,
        }
    }
}

/// A cache for answers of up to about `memory` bytes in total. It has one shard, since an answer
/// heavier than a shard is not kept, and a list may take half of the memory on any number of cores.
fn answers_in(memory: u64) -> Answers {
    let items = usize::try_from(memory / USUAL_ANSWER).unwrap_or(usize::MAX);
    let options = OptionsBuilder::new()
        .estimated_items_capacity(items)
        .weight_capacity(memory)
        .shards(1)
        .build();
    match options {
        Ok(options) => Cache::with_options(
            options,
            ByMemory,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        ),
        // Only if an option is missing.
        Err(_) => Cache::with_weighter(items, memory, ByMemory),
    }
}

/// A guard around a commit; see [`Views::fence`].
#[derive(Debug)]
#[must_use]
pub struct Fence {
    view: Arc<View>,
    changes: Changes,
}

impl Drop for Fence {
    fn drop(&mut self) {
        self.view.distrust(&self.changes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::key::ListKey;
    use crate::cache::ready::Ready;
    use crate::domain::id::OrganizationId;
    use crate::domain::page::PageRequest;
    use crate::domain::permission::Audience;
    use crate::domain::scope::Mode;
    use uuid::Uuid;

    fn view(answers: &Arc<Answers>) -> View {
        let scope = Scope {
            id: ScopeId::from_uuid(Uuid::nil()),
            organization_id: OrganizationId::from_uuid(Uuid::nil()),
            mode: Mode::Sandbox,
        };
        View::new(scope, answers.clone(), Arc::new(Cache::new(MAX_MISSES)))
    }

    #[test]
    fn a_list_of_half_the_memory_stays() {
        const MEMORY: u64 = 1024 * 1024;
        let answers = Arc::new(answers_in(MEMORY));
        let view = view(&answers);
        let whole = PageRequest {
            limit: None,
            after: None,
        };
        let list = view.list_key(ListKey::new(Audience::Full, false, &whole));
        let half = usize::try_from(MEMORY / 2).unwrap();
        answers.insert(Key::from(list), Arc::new(Ready::new("a".repeat(half), 1)));
        for number in 0..2_000 {
            assert!(answers.get(&list).is_some(), "after {number} plans");
            let plan = format!("plan_{number}");
            let ready = Arc::new(Ready::new("a".repeat(2_000), 1));
            answers.insert(Key::from(view.named(Audience::Full, &plan)), ready);
        }
        assert!(answers.weight() <= MEMORY);
    }
}
