//! Wrong keys, counted by the address that they come from.
//!
//! A key cannot be guessed; but each wrong one has the database asked, and whoever sends many of
//! them is no client of this server.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

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
    shards: [Mutex<HashMap<IpAddr, Meter>>; SHARDS],
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
        let shard = self.hasher.hash_one(network) as usize % SHARDS;
        let shard = self.shards[shard].lock();
        let mut shard = shard.unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= MOST_PER_SHARD && !shard.contains_key(&network) {
            make_room(&mut shard, self.rate);
        }
        let usage = shard.entry(network).or_default().count(self.rate, now());
        let policy = WRONG_KEY_POLICY;
        usage.is_over.then_some(Limited { policy, usage })
    }
}

/// Forgets those whose window has ended; if all are recent, those that are not over the limit; and
/// if even these are too many, everybody. Memory is bounded before anything else.
fn make_room(shard: &mut HashMap<IpAddr, Meter>, rate: Rate) {
    let now = now();
    shard.retain(|_, meter| !meter.is_over_at(rate, now));
    if shard.len() >= MOST_PER_SHARD {
        shard.retain(|_, meter| meter.look(rate, now).is_over);
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
    fn addresses_are_counted_apart_and_networks_of_ipv6_together() {
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

    #[test]
    fn memory_is_bounded_and_the_worst_are_remembered() {
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
