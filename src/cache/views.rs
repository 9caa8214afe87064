//! Keeping what is known of scopes current.
//!
//! States are asked for instead of listened to. A look at the database that succeeded says that
//! nothing was missed, for all the time since the look before, whatever happened to connections;
//! that no message came says nothing. It also works with SQLite, between processes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use quick_cache::sync::{Cache, DefaultLifecycle, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, OptionsBuilder};

use super::counts::Counts;
use super::ready::Ready;
use super::view::{Answers, AtomicTick, ByMemory, Key, KeyRef, Misses, Outdated, Tick, View};
use crate::domain::id::ScopeId;
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};
use crate::store::connection::db::Database;
use crate::store::tables::changes::Changes;
use crate::store::tables::revision;
use crate::store::tables::state::State;

/// How often the database is looked at for views that are in use: about how far an answer can be
/// behind the writes of other servers.
pub const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a look may take before the database counts as away.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long the database counts as away if nobody finds it back before.
const AWAY_FOR: Duration = Duration::from_millis(400);
/// About how many bytes an answer has, to size the tables of the cache.
const USUAL_ANSWER: u64 = 4096;

/// Most names of plans that are remembered not to exist.
const MAX_MISSES: usize = 10_000;

/// Maximum number of reads before a call gives up because what it reads and what is known belong to
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
    /// How often the cache helped.
    pub counts: Counts,
}

/// The place of an answer that is being made, while others wait for it.
pub type Place<'a> = PlaceholderGuard<
    'a,
    Key,
    Arc<Ready>,
    ByMemory,
    DefaultHashBuilder,
    DefaultLifecycle<Key, Arc<Ready>>,
>;

impl Views {
    /// No views yet; what they keep takes at most about `memory` bytes.
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

    /// The answer that is kept, or the place where it is to be put: one makes it while the others
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

    /// How many answers are kept, the memory that they take and the most that they may, in bytes.
    pub fn kept_answers(&self) -> (usize, u64, u64) {
        let answers = &self.answers;
        (answers.len(), answers.weight(), answers.capacity())
    }

    /// How many scopes were seen.
    pub fn scopes(&self) -> usize {
        let views = self.by_scope.read().unwrap_or_else(PoisonError::into_inner);
        views.len()
    }

    /// The answer that is kept, if there is one, which is counted as a hit.
    pub fn taken(&self, key: KeyRef<'_>) -> Option<Arc<Ready>> {
        let ready = self.answers.get(&key)?;
        self.counts.note_answer(true);
        Some(ready)
    }

    /// The answer that is kept, if there is one.
    pub fn kept(&self, key: KeyRef<'_>) -> Option<Arc<Ready>> {
        self.answers.get(&key)
    }

    /// Sees to it that what is kept may be given away: nothing older than what this server wrote
    /// before now, nor than [`LOOK_EVERY`] and a little if another one wrote it.
    ///
    /// While the database does not answer, what is kept is the best there is, and is given away.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn make_current(&self, view: &View) -> Result<()> {
        let now = Tick::now();
        view.note_use(now);
        if view.is_believed(now) || self.is_away() {
            return Ok(());
        }
        match tokio::time::timeout(PATIENCE, self.look_once(view)).await {
            Ok(Err(Error::Unavailable(_))) | Err(_) => self.note_away(),
            Ok(done) => done?,
        }
        Ok(())
    }

    /// Whether what was read at a state, in an edition of the view, is what the database has: the
    /// state that is known descends from it. If the one that is known does not, the database is
    /// looked at once more.
    ///
    /// A program without tags, as the previous version is, can write between any read and the look
    /// after it, and each of its writes begins an edition. So that its writes do not have reads
    /// refused, they may lie between the two states. What is made of such a read is used once: what is
    /// kept belongs to the edition before.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn vouch(&self, view: &View, state: &State, edition: u64) -> Result<bool> {
        if view.vouches_for(state, edition) {
            return Ok(true);
        }
        let _turn = view.looking.lock().await;
        // Another one may have looked meanwhile.
        if !view.vouches_for(state, edition) {
            self.look(view).await?;
        }
        Ok(view.may_vouch_for(state))
    }

    /// Looks at the database, unless another one did so meanwhile.
    async fn look_once(&self, view: &View) -> Result<()> {
        let _turn = view.looking.lock().await;
        if view.is_believed(Tick::now()) || self.is_away() {
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

    /// Looks at the database for all views that are in use.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn look_at_all(&self) -> Result<()> {
        let used = self.in_use();
        if used.is_empty() {
            return Ok(());
        }
        match tokio::time::timeout(PATIENCE, self.look_at(&used)).await {
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

    /// Fails while the database does not answer, so that nobody waits for it in vain.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn require_database(&self) -> Result<()> {
        if self.is_away() {
            return Err(Error::unavailable("the database does not answer"));
        }
        Ok(())
    }

    /// Whether the database could not be asked lately, so that memory is not known to be current.
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

    /// Has the views forget what a write changes, as soon as the fence is dropped: behind the
    /// commit, or when nobody can tell whether there was one.
    pub fn fence(&self, scope: &Scope, changes: Changes) -> Fence {
        Fence {
            view: self.of(scope),
            changes,
        }
    }
}

/// The cache of answers that take at most about so many bytes. It has one shard: an answer that is
/// heavier than a shard is not kept, and a list may take half of the memory, on any number of cores.
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
        // Only where the options were not given.
        Err(_) => Cache::with_weighter(items, memory, ByMemory),
    }
}

/// Stands around a commit; see [`Views::fence`].
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
    use crate::cache::ready::Ready;
    use crate::cache::view::ListKey;
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
