#![forbid(unsafe_code)]
pub mod catalog;
pub mod domain;
pub mod store;
