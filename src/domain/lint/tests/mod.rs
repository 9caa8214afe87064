//! Each rule with what it just finds and what it just lets pass.

mod catalogs;
mod changes;
mod groups;
mod ignoring;
mod intervals;
mod manual;
mod plans;
mod properties;
mod rates;
mod shop;
