//! What is kept in memory, and how it is known to be current.
//!
//! A [`View`](view::View) is what this server knows of one scope: the revision that it has seen,
//! and until when that may be believed. Answers that are [`Ready`](ready::Ready) to be sent belong
//! to a view; when its revision goes up, those of the plans that changed are dropped, and so are
//! all lists. [`Views`](views::Views) looks at the database for all views that are in use.

mod counts;
pub mod keys;
pub mod ready;
pub mod view;
pub mod views;
