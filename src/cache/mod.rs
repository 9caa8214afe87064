//! Cached answers and known keys, and how they are kept current.
//!
//! A [`View`](view::View) is this server's knowledge of one scope: its last known state, and the
//! time until which that counts as current. Cached answers, which are [`Ready`](ready::Ready) to
//! send, belong to a view. When its revision rises, all lists and the answers about changed plans
//! are dropped. [`Views`](views::Views) looks at the database for all views in use.

mod counts;
pub mod key;
pub mod keys;
pub mod ready;
pub mod tick;
pub mod view;
pub mod views;
