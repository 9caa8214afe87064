//! What this server knows of one scope.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::ready::Ready;
use crate::domain::id::PlanId;
use crate::domain::page::PageRequest;
use crate::domain::permission::Audience;
use crate::domain::plan::PlanRef;
use crate::domain::scope::Scope;
use crate::store::tables::changes::{ChangedPlan, Changes};
use crate::store::tables::plan::PlanPosition;
use crate::store::tables::state::{Lineage, State};

/// How long a look at the database is believed, if no newer one says otherwise: the most that an
/// answer can be behind the writes of other servers.
const BELIEVED_FOR: Duration = Duration::from_millis(600);
/// Maximum number of lists that are tracked per scope; one more drops all answers of the scope.
const MAX_LISTS: usize = 1024;
/// How often it is noted that a view is in use.
const NOTE_USE_EVERY: Duration = Duration::from_millis(200);
/// How long a view that nobody reads is kept current.
const IN_USE_FOR: Duration = Duration::from_secs(2);

/// Microseconds on a clock of this process, which starts at 1 so that 0 is always past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(u64);

impl Tick {
    pub(super) fn now() -> Self {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        let micros = START.elapsed().as_micros();
        Self(u64::try_from(micros).unwrap_or(u64::MAX).saturating_add(1))
    }

    pub(super) fn plus(self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }

    pub(super) const NEVER: Self = Self(0);

    /// How long it is past, unless it is none.
    pub fn age(self) -> Option<Duration> {
        let micros = Self::now().0.saturating_sub(self.0);
        (self != Self::NEVER).then(|| Duration::from_micros(micros))
    }
}

/// A [`Tick`] that several threads set.
#[derive(Debug)]
pub struct AtomicTick(AtomicU64);

impl AtomicTick {
    pub(super) fn new(tick: Tick) -> Self {
        Self(AtomicU64::new(tick.0))
    }

    pub(super) fn get(&self) -> Tick {
        Tick(self.0.load(Ordering::Acquire))
    }

    /// Sets what is past to another time; of several threads one does, and is told so.
    pub fn move_on(&self, now: Tick, next: Tick) -> bool {
        let before = self.0.load(Ordering::Acquire);
        before < now.0
            && self
                .0
                .compare_exchange(before, next.0, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
    }

    pub(super) fn set(&self, tick: Tick) {
        self.0.store(tick.0, Ordering::Release);
    }
}

/// What a list was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListKey {
    audience: Audience,
    include_private: bool,
    limit: Option<u64>,
    after: Option<(i64, i64)>,
}

impl ListKey {
    /// The list that an audience gets; private plans are never shown to the public.
    pub fn new(
        audience: Audience,
        include_private: bool,
        page: &PageRequest<PlanPosition>,
    ) -> Self {
        Self {
            audience,
            // The public never sees private plans.
            include_private: include_private && audience == Audience::Full,
            limit: page.limit,
            after: page
                .after
                .map(|place| (place.sort_order, place.creation_order)),
        }
    }

    /// Whether the list has private plans.
    pub fn include_private(&self) -> bool {
        self.include_private
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Plan(Audience, Box<str>),
    List(ListKey),
}

/// The name of an answer in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    edition: u64,
    item: Item,
}

/// A [`Key`] that borrows.
#[derive(Debug, Clone, Copy)]
pub struct KeyRef<'a> {
    edition: u64,
    item: ItemRef<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum ItemRef<'a> {
    Plan(Audience, &'a str),
    List(ListKey),
}

impl Key {
    fn borrowed(&self) -> KeyRef<'_> {
        KeyRef {
            edition: self.edition,
            item: match &self.item {
                Item::Plan(audience, name) => ItemRef::Plan(*audience, name),
                Item::List(list) => ItemRef::List(*list),
            },
        }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.borrowed().hash(state);
    }
}

impl Hash for KeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.edition.hash(state);
        self.item.hash(state);
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        let key = key.borrowed();
        self.edition == key.edition && self.item == key.item
    }
}

impl From<KeyRef<'_>> for Key {
    fn from(key: KeyRef<'_>) -> Self {
        Self {
            edition: key.edition,
            item: match key.item {
                ItemRef::Plan(audience, name) => Item::Plan(audience, name.into()),
                ItemRef::List(list) => Item::List(list),
            },
        }
    }
}

/// Weighs answers by the memory that they take.
#[derive(Debug, Clone)]
pub struct ByMemory;

impl Weighter<Key, Arc<Ready>> for ByMemory {
    fn weight(&self, _: &Key, ready: &Arc<Ready>) -> u64 {
        ready.weight()
    }
}

/// All answers that are kept, of all views.
pub type Answers = Cache<Key, Arc<Ready>, ByMemory>;

/// What this server knows of one scope.
#[derive(Debug)]
pub struct View {
    scope: Scope,
    answers: Arc<Answers>,
    misses: Arc<Misses>,
    /// Names the answers of this view. When all of them have to go it is a new number, and the
    /// cache lets the old ones go in its time.
    edition: AtomicU64,
    believed_until: AtomicTick,
    last_use: AtomicTick,
    /// See [`Lineage::keys_revision`].
    keys_revision: AtomicI64,
    knowledge: Mutex<Knowledge>,
    /// Held by the one that looks at the database.
    pub looking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Knowledge {
    lineage: Option<Lineage>,
    /// Goes up with every write of this server, so that a look that began before it is not
    /// believed.
    epoch: u64,
    /// The lists that may be in the cache.
    lists: HashSet<ListKey>,
}

/// Names of plans that do not exist, as long as nothing changes: that anybody asks for one again and
/// again costs no query.
pub type Misses = Cache<Key, ()>;

/// When a look at the database began.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    epoch: u64,
    began: Tick,
}

/// What is to be dropped when a view learns of a new state.
#[derive(Debug)]
pub enum Outdated {
    /// These plans, and the lists.
    Plans(Vec<ChangedPlan>),
    /// All there is.
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
            believed_until: AtomicTick::new(Tick::NEVER),
            last_use: AtomicTick::new(Tick::NEVER),
            keys_revision: AtomicI64::new(-1),
            knowledge: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
        }
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

    /// The state that is known.
    pub fn state(&self) -> Option<State> {
        self.knowledge().lineage.as_ref().map(Lineage::state)
    }

    /// Part of every cache key of this view; it changes when all answers are dropped.
    pub fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Whether the state that is known descends from one that was read in this edition. If not, what
    /// was read may belong to a history that the database has abandoned, as when a failover loses its
    /// last writes.
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

    /// Whether what is kept may be given away.
    pub fn is_believed(&self, now: Tick) -> bool {
        now < self.believed_until.get()
    }

    /// Notes that it is read.
    pub fn note_use(&self, now: Tick) {
        // Rarely, so that readers on several cores do not fight over it.
        if self.last_use.get().plus(NOTE_USE_EVERY) < now {
            self.last_use.set(now);
        }
    }

    /// Whether it was read lately.
    pub fn is_in_use(&self, now: Tick) -> bool {
        now < self.last_use.get().plus(IN_USE_FOR)
    }

    /// The name of the answer about a plan.
    pub fn plan_key<'a>(&self, audience: Audience, plan: &'a PlanRef) -> KeyRef<'a> {
        self.named(audience, plan.as_str())
    }

    /// The name of the answer about the plan with an id.
    pub fn plan_id_key<'a>(&self, audience: Audience, id: &'a PlanId) -> KeyRef<'a> {
        self.named(audience, id.as_str())
    }

    /// The name of the answer about the plan with an id or code.
    pub fn named<'a>(&self, audience: Audience, name: &'a str) -> KeyRef<'a> {
        KeyRef {
            edition: self.edition(),
            item: ItemRef::Plan(audience, name),
        }
    }

    /// The name of a list.
    pub fn list_key(&self, list: ListKey) -> KeyRef<'static> {
        KeyRef {
            edition: self.edition(),
            item: ItemRef::List(list),
        }
    }

    /// Notes that a list is being made: between its place in the cache and the look at the database
    /// that it is made of, so that no write from then on misses it.
    pub fn note_list(&self, list: ListKey) {
        let mut knowledge = self.knowledge();
        if knowledge.lists.len() == MAX_LISTS && !knowledge.lists.contains(&list) {
            self.drop_everything(&mut knowledge);
        }
        knowledge.lists.insert(list);
    }

    /// Begins to look at the database.
    pub fn look(&self) -> Look {
        Look {
            epoch: self.knowledge().epoch,
            began: Tick::now(),
        }
    }

    /// Takes in that a look at the database found the state that is known.
    pub fn confirm(&self, look: Look, state: &State) {
        let knowledge = self.knowledge();
        if self.is_still(&knowledge, look, state) {
            self.believe(&knowledge, look);
        }
    }

    /// Takes in what a look at the database found.
    pub fn learn(&self, look: Look, found: Lineage, outdated: &Outdated) {
        let mut knowledge = self.knowledge();
        match outdated {
            Outdated::Plans(plans) => self.drop_plans(&mut knowledge, plans),
            Outdated::Everything => self.drop_everything(&mut knowledge),
        }
        self.keys_revision
            .store(found.keys_revision(), Ordering::Release);
        knowledge.lineage = Some(found);
        self.believe(&knowledge, look);
    }

    /// Keeps answers about plans that were made of a state, as long as that is the one that is known
    /// and this server has written nothing since the look.
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

    fn believe(&self, knowledge: &Knowledge, look: Look) {
        if knowledge.epoch == look.epoch {
            let until = look.began.plus(BELIEVED_FOR);
            self.believed_until
                .set(until.max(self.believed_until.get()));
        }
    }

    /// Drops what a write of this server changes. Whether the write is made or not, the database
    /// is looked at before anything else is believed.
    pub fn distrust(&self, changes: &Changes) {
        let mut knowledge = self.knowledge();
        knowledge.epoch += 1;
        self.believed_until.set(Tick::NEVER);
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
