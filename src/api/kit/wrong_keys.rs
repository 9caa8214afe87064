//! Wrong keys, counted by the address of the client.
//!
//! Keys cannot be guessed, but each wrong one costs a query. A client past the limit may look up
//! one key at a time. Clients that share its address are not locked out: a key that is cached needs
//! no look-up, and others wait in the queue.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limit::{Limited, WRONG_KEY_POLICY, now};
use crate::domain::rate::{Meter, Rate};

/// The number of shards, each with its own lock.
const SHARDS: usize = 16;
/// Maximum number of addresses per shard: about 5 MiB in all.
const MAX_PER_SHARD: usize = 4096;

/// The clients that sent wrong keys lately.
#[derive(Debug)]
pub struct WrongKeys {
    rate: Rate,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

type Shard = HashMap<IpAddr, Sender>;

/// A client that sent a wrong key.
#[derive(Debug, Default)]
struct Sender {
    meter: Meter,
    /// The queue of its look-ups, made when the client passes the limit.
    queue: Option<Arc<Semaphore>>,
}

/// The look-ups of the keys that one client sends.
#[derive(Debug, Clone)]
pub struct LookUps {
    wrong_keys: Arc<WrongKeys>,
    client: IpAddr,
}

impl LookUps {
    /// The look-ups of a client.
    pub fn new(wrong_keys: Arc<WrongKeys>, client: IpAddr) -> Self {
        Self { wrong_keys, client }
    }

    /// Waits for a permit, if the client is past the limit. Dropping the permit releases it.
    pub async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        let queue = self.wrong_keys.queue(self.client)?;
        // The semaphore is never closed.
        queue.acquire_owned().await.ok()
    }
}

impl WrongKeys {
    /// An empty table.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            hasher: RandomState::new(),
            shards: Default::default(),
        }
    }

    /// Counts a wrong key of an address; returns the limit if it is exceeded.
    pub fn count(&self, address: IpAddr) -> Option<Limited> {
        let network = network_of(address);
        let mut shard = self.shard(network);
        if shard.len() >= MAX_PER_SHARD && !shard.contains_key(&network) {
            make_room(&mut shard, self.rate);
        }
        let sender = shard.entry(network).or_default();
        let usage = sender.meter.count(self.rate, now());
        let policy = WRONG_KEY_POLICY;
        usage.is_exceeded.then_some(Limited { policy, usage })
    }

    /// The queue of an address, if the next wrong key exceeds the limit.
    fn queue(&self, address: IpAddr) -> Option<Arc<Semaphore>> {
        let network = network_of(address);
        let mut shard = self.shard(network);
        let sender = shard.get_mut(&network)?;
        if sender.meter.look(self.rate, now()).left > 0 {
            return None;
        }
        let one_at_a_time = || Arc::new(Semaphore::new(1));
        Some(sender.queue.get_or_insert_with(one_at_a_time).clone())
    }

    fn shard(&self, network: IpAddr) -> MutexGuard<'_, Shard> {
        let shard = self.hasher.hash_one(network) as usize % SHARDS;
        let shard = self.shards[shard].lock();
        shard.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bounds memory: forgets clients whose window has ended; if that is not enough, also those below
/// the limit; and then all.
fn make_room(shard: &mut Shard, rate: Rate) {
    let now = now();
    shard.retain(|_, sender| !sender.meter.has_ended_at(rate, now));
    if shard.len() >= MAX_PER_SHARD {
        shard.retain(|_, sender| sender.meter.look(rate, now).is_exceeded);
    }
    if shard.len() >= MAX_PER_SHARD {
        shard.clear();
    }
}

/// The network of one client: an IPv4 address, or an IPv6 network of 64 bits.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_limited(wrong_keys: &WrongKeys, address: &str) -> bool {
        wrong_keys.count(address.parse().unwrap()).is_some()
    }

    #[test]
    fn ipv6_networks_are_counted_together() {
        let wrong_keys = WrongKeys::new(Rate::new(2, 60).unwrap());
        let limited = |address| is_limited(&wrong_keys, address);
        assert_eq!([(); 3].map(|()| limited("192.0.2.1")), [false, false, true]);
        assert!(!limited("192.0.2.2"));
        // The same client as an IPv4-mapped address.
        assert!(limited("::ffff:192.0.2.1"));
        assert!(!limited("2001:db8::1"));
        assert!(!limited("2001:db8::ffff:2"));
        assert!(limited("2001:db8::3"));
        assert!(!limited("2001:db8:0:1::3"));
    }

    #[tokio::test]
    async fn too_many_wrong_keys_queue() {
        let wrong_keys = Arc::new(WrongKeys::new(Rate::new(2, 3600).unwrap()));
        let of = |address: &str| LookUps::new(wrong_keys.clone(), address.parse().unwrap());
        let (many, other) = (of("192.0.2.1"), of("192.0.2.2"));
        let both = (many.permit().await, many.permit().await);
        drop(both);
        for _ in 0..2 {
            wrong_keys.count(many.client);
        }
        let first = many.permit().await;
        let mut second = std::pin::pin!(many.permit());
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        let others = (other.permit().await, other.permit().await);
        drop((first, others));
        second.await;
    }

    #[test]
    fn memory_is_bounded_and_keeps_the_worst() {
        let wrong_keys = WrongKeys::new(Rate::new(1, 3600).unwrap());
        let worst = "192.0.2.1";
        is_limited(&wrong_keys, worst);
        assert!(is_limited(&wrong_keys, worst));
        for number in 0..200_000_u32 {
            wrong_keys.count(IpAddr::V4((0x0a00_0000 + number).into()));
        }
        let known: usize = wrong_keys
            .shards
            .iter()
            .map(|shard| shard.lock().unwrap().len())
            .sum();
        assert!(known <= SHARDS * MAX_PER_SHARD, "{known}");
        assert!(is_limited(&wrong_keys, worst));
    }
}
