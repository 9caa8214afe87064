//! Wrong keys, counted by the address that they come from.
//!
//! A key cannot be guessed; but each wrong one has the database asked. Whoever has sent too many of
//! them has it asked about one key at a time from then on. Clients that share an address with one
//! whose key is stale are not locked out by this: a key that is known needs no look-up, and one that
//! is not waits for its turn.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limit::{Limited, WRONG_KEY_POLICY, now};
use crate::domain::rate::{Meter, Rate};

/// Parts of the table, each with a lock of its own.
const SHARDS: usize = 16;
/// Most addresses that a part knows: some 5 MiB in all.
const MOST_PER_SHARD: usize = 4096;

/// Who sent wrong keys lately.
#[derive(Debug)]
pub struct WrongKeys {
    rate: Rate,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

type Shard = HashMap<IpAddr, Sender>;

/// Who sent a wrong key.
#[derive(Debug, Default)]
struct Sender {
    meter: Meter,
    /// Where its look-ups queue; made when it has sent too many.
    queue: Option<Arc<Semaphore>>,
}

/// The look-ups of the keys that one client sends.
#[derive(Debug, Clone)]
pub struct LookUps {
    wrong_keys: Arc<WrongKeys>,
    client: IpAddr,
}

impl LookUps {
    /// Those of a client.
    pub fn new(wrong_keys: Arc<WrongKeys>, client: IpAddr) -> Self {
        Self { wrong_keys, client }
    }

    /// Waits for its turn, if the client has sent too many wrong keys. It is given back by dropping
    /// what is answered.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let queue = self.wrong_keys.queue(self.client)?;
        // It is never closed.
        queue.acquire_owned().await.ok()
    }
}

impl WrongKeys {
    /// Nobody has sent any.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            hasher: RandomState::new(),
            shards: Default::default(),
        }
    }

    /// Counts a wrong key of an address; tells if it was one too many.
    pub fn count(&self, address: IpAddr) -> Option<Limited> {
        let network = network_of(address);
        let mut shard = self.shard(network);
        if shard.len() >= MOST_PER_SHARD && !shard.contains_key(&network) {
            make_room(&mut shard, self.rate);
        }
        let sender = shard.entry(network).or_default();
        let usage = sender.meter.count(self.rate, now());
        let policy = WRONG_KEY_POLICY;
        usage.is_over.then_some(Limited { policy, usage })
    }

    /// Where the look-ups of an address queue, if the next wrong key is one too many.
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

/// Forgets those whose window has ended; if all are recent, those that are not over the limit; and
/// if even these are too many, everybody. Memory is bounded before anything else.
fn make_room(shard: &mut Shard, rate: Rate) {
    let now = now();
    shard.retain(|_, sender| !sender.meter.is_over_at(rate, now));
    if shard.len() >= MOST_PER_SHARD {
        shard.retain(|_, sender| sender.meter.look(rate, now).is_over);
    }
    if shard.len() >= MOST_PER_SHARD {
        shard.clear();
    }
}

/// What one client has: an address of IPv4, or a network of 64 bits of IPv6.
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
        // The same client on a socket of IPv6.
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
        let both = (many.turn().await, many.turn().await);
        drop(both);
        for _ in 0..2 {
            wrong_keys.count(many.client);
        }
        let first = many.turn().await;
        let mut second = std::pin::pin!(many.turn());
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        let others = (other.turn().await, other.turn().await);
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
        assert!(known <= SHARDS * MOST_PER_SHARD, "{known}");
        assert!(is_limited(&wrong_keys, worst));
    }
}
