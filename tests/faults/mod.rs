//! Whatever breaks while clients write, acknowledged writes are kept, whole, and sending a call again
//! tells whether it was carried out.
//!
//! Each run is short here; `scripts/faults.sh` has them long. Beside the runs are tests of single faults:
//! clients that misbehave, races, clocks, lost writes and stale answers.

mod away;
mod bad_clients;
mod beside;
mod catalog;
mod changesets;
mod check;
mod clocks;
mod disk;
mod freshness;
mod history;
mod kills;
mod last_release;
mod load;
mod log;
mod lost_writes;
mod others;
mod overload;
mod postgres;
mod process;
mod races;
mod replicas;
mod serving;
mod size;
mod slot;
mod slow_database;
mod soak;
mod sqlite;
mod switches;
mod tmpfs;
mod upgrade;
mod writer;
mod written;
