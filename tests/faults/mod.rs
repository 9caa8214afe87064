//! Faults that are survived: whatever breaks while clients write, what was acknowledged is there
//! afterwards, whole, and sending a call again tells whether it was made.
//!
//! Each run is short here; `scripts/faults.sh` has them long.

mod away;
mod beside;
mod catalog;
mod check;
mod disk;
mod kills;
mod load;
mod log;
mod others;
mod overload;
mod postgres;
mod process;
mod replicas;
mod serving;
mod size;
mod slot;
mod soak;
mod sqlite;
mod switches;
mod tmpfs;
mod writer;
