//! This server's knowledge of one scope.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::watch;

use super::key::{ItemRef, Key, KeyRef, ListKey};
use super::ready::Ready;
use super::tick::{AtomicTick, Tick};
use crate::domain::id::PlanId;
use crate::domain::permission::Audience;
use crate::domain::plan::PlanRef;
use crate::domain::scope::Scope;
use crate::store::tables::changes::{ChangedPlan, Changes};
use crate::store::tables::state::{Lineage, State};

/// How long a view counts as current after the start of a look: the maximum lag of an answer behind
/// the writes of other servers.
const CURRENT_FOR: Duration = Duration::from_millis(600);
/// Maximum number of lists that are tracked per scope; one more drops all answers of the scope.
const MAX_LISTS: usize = 1024;
/// Resolution of the time of a view's last use.
const NOTE_USE_EVERY: Duration = Duration::from_millis(200);
/// How long a view is kept current after its last use.
const IN_USE_FOR: Duration = Duration::from_secs(2);

/// Weighs answers by their size in memory.
#[derive(Debug, Clone)]
pub struct ByMemory;

impl Weighter<Key, Arc<Ready>> for ByMemory {
    fn weight(&self, _: &Key, ready: &Arc<Ready>) -> u64 {
        ready.weight()
    }
}

/// The cached answers of all views.
pub type Answers = Cache<Key, Arc<Ready>, ByMemory>;

/// This server's knowledge of one scope.
#[derive(Debug)]
pub struct View {
    scope: Scope,
    answers: Arc<Answers>,
    misses: Arc<Misses>,
    /// Part of every cache key of this view. A new number drops all its answers at once; the cache
    /// evicts the old ones over time.
    edition: AtomicU64,
    current_until: AtomicTick,
    last_use: AtomicTick,
    /// See [`Lineage::keys_revision`].
    keys_revision: AtomicI64,
    knowledge: Mutex<Knowledge>,
    /// Held while a caller looks at the database.
    pub looking: tokio::sync::Mutex<()>,
    /// Notified when the view learns of a new state.
    learned: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Knowledge {
    lineage: Option<Lineage>,
    /// Rises with every write of this server, so that a look that began before the write does not
    /// make the view current.
    epoch: u64,
    /// The lists that may be in the cache.
    lists: HashSet<ListKey>,
}

/// The names of plans that are known not to exist, so that repeated requests for them cost no
/// query.
pub type Misses = Cache<Key, ()>;

/// A look at the database in progress.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    epoch: u64,
    began: Tick,
}

/// The answers to drop when a view learns of a new state.
#[derive(Debug)]
pub enum Outdated {
    /// Those about these plans, and all lists.
    Plans(Vec<ChangedPlan>),
    /// All answers of the view.
    Everything,
}

fn new_edition() -> u64 {
    static EDITIONS: AtomicU64 = AtomicU64::new(0);
    EDITIONS.fetch_add(1, Ordering::Relaxed)
}

impl View {
    pub(super) fn new(scope: Scope, answers: Arc<Answers>, misses: Arc<Misses>) -> Self {
        Self {
            scope,
            answers,
            misses,
            edition: AtomicU64::new(new_edition()),
            current_until: AtomicTick::new(Tick::NEVER),
            last_use: AtomicTick::new(Tick::NEVER),
            keys_revision: AtomicI64::new(-1),
            knowledge: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
            learned: watch::Sender::new(()),
        }
    }

    /// Notified each time that the view learns of a new state.
    pub fn news(&self) -> watch::Receiver<()> {
        self.learned.subscribe()
    }

    /// The scope.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    fn knowledge(&self) -> MutexGuard<'_, Knowledge> {
        self.knowledge
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The last known state.
    pub fn state(&self) -> Option<State> {
        self.knowledge().lineage.as_ref().map(Lineage::state)
    }

    /// Part of every cache key of this view. It changes when all answers are dropped.
    pub fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Whether the known state descends from `state`, which was read in this edition. If not, the
    /// read may belong to a history that the database has abandoned, for example in a failover that
    /// lost the last writes.
    pub fn vouches_for(&self, state: &State, edition: u64) -> bool {
        let knowledge = self.knowledge();
        let known = knowledge.lineage.as_ref();
        self.edition() == edition && known.is_some_and(|known| known.descends_from(state))
    }

    /// Whether the state that is known may descend from one that was read in any edition; see
    /// [`Lineage::may_descend_from`].
    pub fn may_vouch_for(&self, state: &State) -> bool {
        let knowledge = self.knowledge();
        let known = knowledge.lineage.as_ref();
        known.is_some_and(|known| known.may_descend_from(state))
    }

    /// See [`Lineage::keys_revision`].
    pub fn keys_revision(&self) -> i64 {
        self.keys_revision.load(Ordering::Acquire)
    }

    /// Whether cached answers may be sent without a look at the database.
    pub fn is_current(&self, now: Tick) -> bool {
        now < self.current_until.get()
    }

    /// Notes that the view is in use.
    pub fn note_use(&self, now: Tick) {
        // Rarely, so that readers on several cores do not contend for it.
        if self.last_use.get().plus(NOTE_USE_EVERY) < now {
            self.last_use.set(now);
        }
    }

    /// Whether the view was used recently.
    pub fn is_in_use(&self, now: Tick) -> bool {
        now < self.last_use.get().plus(IN_USE_FOR)
    }

    /// The cache key of the answer about a plan.
    pub fn plan_key<'a>(&self, audience: Audience, plan: &'a PlanRef) -> KeyRef<'a> {
        self.named(audience, plan.as_str())
    }

    /// The cache key of the answer about the plan with an id.
    pub fn plan_id_key<'a>(&self, audience: Audience, id: &'a PlanId) -> KeyRef<'a> {
        self.named(audience, id.as_str())
    }

    /// The cache key of the answer about the plan with an id or code.
    pub fn named<'a>(&self, audience: Audience, name: &'a str) -> KeyRef<'a> {
        KeyRef {
            edition: self.edition(),
            item: ItemRef::Plan(audience, name),
        }
    }

    /// The cache key of a list.
    pub fn list_key(&self, list: ListKey) -> KeyRef<'static> {
        KeyRef {
            edition: self.edition(),
            item: ItemRef::List(list),
        }
    }

    /// Notes that a list is being made. To be called after its place in the cache is reserved and
    /// before the database is read, so that every later write drops the list.
    pub fn note_list(&self, list: ListKey) {
        let mut knowledge = self.knowledge();
        if knowledge.lists.len() == MAX_LISTS && !knowledge.lists.contains(&list) {
            self.drop_everything(&mut knowledge);
        }
        knowledge.lists.insert(list);
    }

    /// Begins a look at the database.
    pub fn look(&self) -> Look {
        Look {
            epoch: self.knowledge().epoch,
            began: Tick::now(),
        }
    }

    /// Notes that a look found the known state.
    pub fn confirm(&self, look: Look, state: &State) {
        let knowledge = self.knowledge();
        if self.is_still(&knowledge, look, state) {
            self.extend(&knowledge, look);
        }
    }

    /// Takes over the state that a look found, and drops outdated answers.
    pub fn learn(&self, look: Look, found: Lineage, outdated: &Outdated) {
        let mut knowledge = self.knowledge();
        match outdated {
            Outdated::Plans(plans) => self.drop_plans(&mut knowledge, plans),
            Outdated::Everything => self.drop_everything(&mut knowledge),
        }
        self.keys_revision
            .store(found.keys_revision(), Ordering::Release);
        knowledge.lineage = Some(found);
        self.extend(&knowledge, look);
        self.learned.send_replace(());
    }

    /// Caches answers about plans that were made from a state, if that is still the known state and
    /// this server has written nothing since the look.
    pub fn keep_plans(
        &self,
        look: Look,
        state: &State,
        audience: Audience,
        made: &HashMap<PlanId, Arc<Ready>>,
    ) {
        let knowledge = self.knowledge();
        if self.is_still(&knowledge, look, state) {
            for (id, ready) in made {
                self.answers
                    .insert(self.plan_id_key(audience, id).into(), ready.clone());
            }
        }
    }

    /// Remembers that a plan does not exist, under the same conditions.
    pub fn keep_miss(&self, look: Look, state: &State, name: KeyRef<'_>) {
        let knowledge = self.knowledge();
        if self.is_still(&knowledge, look, state) {
            self.misses.insert(Key::from(name), ());
        }
    }

    /// Whether a plan is known not to exist.
    pub fn is_missing(&self, name: KeyRef<'_>) -> bool {
        self.misses.get(&name).is_some()
    }

    fn is_still(&self, knowledge: &Knowledge, look: Look, state: &State) -> bool {
        let known = knowledge.lineage.as_ref().map(Lineage::state);
        knowledge.epoch == look.epoch && known.as_ref() == Some(state)
    }

    fn extend(&self, knowledge: &Knowledge, look: Look) {
        if knowledge.epoch == look.epoch {
            let until = look.began.plus(CURRENT_FOR);
            self.current_until.set(until.max(self.current_until.get()));
        }
    }

    /// Drops the answers that a write of this server changes. Whether or not the write committed,
    /// the view is not current before the next look.
    pub fn distrust(&self, changes: &Changes) {
        let mut knowledge = self.knowledge();
        knowledge.epoch += 1;
        self.current_until.set(Tick::NEVER);
        if changes.keys {
            self.keys_revision.store(-1, Ordering::Release);
        }
        self.drop_plans(&mut knowledge, &changes.plans);
    }

    fn drop_everything(&self, knowledge: &mut Knowledge) {
        self.drop_lists(knowledge);
        self.edition.store(new_edition(), Ordering::Release);
    }

    fn drop_lists(&self, knowledge: &mut Knowledge) {
        for list in knowledge.lists.drain() {
            self.answers.remove(&self.list_key(list));
        }
    }

    fn drop_plans(&self, knowledge: &mut Knowledge, plans: &[ChangedPlan]) {
        for plan in plans {
            for name in [plan.id.as_str(), plan.code.as_str()] {
                for audience in Audience::ALL {
                    let key = self.named(audience, name);
                    self.answers.remove(&key);
                    self.misses.remove(&key);
                }
            }
        }
        if !plans.is_empty() {
            self.drop_lists(knowledge);
        }
    }
}
