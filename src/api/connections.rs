//! The connections that are open, and which of them gives way when there are too many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::task::AbortHandle;

/// Beyond the most connections there may be this many that were told to give way and have not done
/// so yet, and the reciprocal of this part of all.
const LEAVING: (usize, usize) = (16, 8);

/// This part of all connections, and one more, is told to leave at a time: looking for the idlest
/// takes longer the more there are, and is not to be done for each newcomer of a flood.
const AT_ONCE: usize = 32;

/// What a connection is doing.
#[derive(Debug, Default)]
pub struct Activity {
    serving: AtomicBool,
    sending: AtomicBool,
    leaving: AtomicBool,
    /// A number that grows with every change of any connection: what is smallest is idle longest.
    since: AtomicU64,
    task: OnceLock<AbortHandle>,
}

impl Activity {
    /// Whether it waits for the client to take an answer.
    pub fn is_sending(&self) -> bool {
        self.sending.load(Ordering::Relaxed)
    }

    /// Names the task that serves the connection; it ends when the connection has to give way.
    pub fn is_work_of(&self, task: AbortHandle) {
        // A connection has one task, which is named once.
        let _ = self.task.set(task);
    }

    /// Notes whether it waits for the client to take an answer.
    pub fn set_sending(&self, is_sending: bool) {
        self.sending.store(is_sending, Ordering::Relaxed);
    }

    fn leave(&self) {
        tracing::debug!("a connection gives way to another");
        self.leaving.store(true, Ordering::Relaxed);
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }

    fn is_idle(&self) -> bool {
        !self.serving.load(Ordering::Relaxed)
            && !self.is_sending()
            && !self.leaving.load(Ordering::Relaxed)
    }
}

/// The connections that are open.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    clock: AtomicU64,
    open: Mutex<HashMap<u64, Arc<Activity>>>,
}

/// A place among the connections, given back by dropping it.
#[derive(Debug)]
pub struct Place {
    number: u64,
    /// What the connection in this place is doing.
    pub activity: Arc<Activity>,
    connections: Arc<Connections>,
}

impl Connections {
    /// None yet, of this many at most.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            clock: AtomicU64::new(0),
            open: Mutex::default(),
        })
    }

    /// A place for a new connection. Where there is none, those give way that have been idle
    /// longest; if all are at work there is no place.
    pub fn enter(self: &Arc<Self>) -> Option<Place> {
        let mut open = self.open();
        if open.len() >= self.most {
            let limit = self.most + LEAVING.0 + self.most / LEAVING.1;
            if open.len() >= limit || !make_room(&open, self.most / AT_ONCE + 1) {
                return None;
            }
        }
        let activity = Arc::<Activity>::default();
        let number = self.tick();
        activity.since.store(number, Ordering::Relaxed);
        open.insert(number, activity.clone());
        Some(Place {
            number,
            activity,
            connections: self.clone(),
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Activity>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }
}

/// Tells so many of those that are idle longest to leave; answers whether there was one.
fn make_room(open: &HashMap<u64, Arc<Activity>>, count: usize) -> bool {
    let idle = open.values().filter(|activity| activity.is_idle());
    let since = |activity: &Activity| activity.since.load(Ordering::Relaxed);
    let mut idle: Vec<_> = idle.map(|activity| (since(activity), activity)).collect();
    if idle.len() > count {
        idle.select_nth_unstable_by_key(count, |(since, _)| *since);
        idle.truncate(count);
    }
    for (_, activity) in &idle {
        activity.leave();
    }
    !idle.is_empty()
}

impl Place {
    /// Notes that a request is served until the guard is dropped.
    pub fn serve(self: &Arc<Self>) -> Serving {
        self.activity.serving.store(true, Ordering::Relaxed);
        Serving(self.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(&self.number);
    }
}

/// A request that is served.
#[derive(Debug)]
pub struct Serving(Arc<Place>);

impl Drop for Serving {
    fn drop(&mut self) {
        let Place {
            activity,
            connections,
            ..
        } = &*self.0;
        activity.since.store(connections.tick(), Ordering::Relaxed);
        activity.serving.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(connections: &Arc<Connections>) -> Arc<Place> {
        Arc::new(connections.enter().unwrap())
    }

    #[test]
    fn who_has_been_idle_longest_gives_way_and_who_is_at_work_does_not() {
        let connections = Connections::new(2);
        let first = enter(&connections);
        let second = enter(&connections);
        drop(first.serve());
        let _third = enter(&connections);
        assert!(second.activity.leaving.load(Ordering::Relaxed));
        assert!(!first.activity.leaving.load(Ordering::Relaxed));
        drop(second);
        let _serving = first.serve();
        _third.activity.set_sending(true);
        assert!(connections.enter().is_none());
        drop(_third);
        enter(&connections);
    }

    #[test]
    fn those_that_do_not_leave_are_bounded_too() {
        let connections = Connections::new(8);
        let places: Vec<_> = std::iter::from_fn(|| connections.enter())
            .take(100)
            .collect();
        // 8 that may stay, and as many more as may be about to leave.
        assert_eq!(places.len(), 8 + 16 + 1);
    }
}
