//! The parts that operations are made of: authorization, bodies, parameters, envelopes and
//! refusals.

pub(in crate::api) mod auth;
pub(in crate::api) mod body;
pub(in crate::api) mod body_permits;
pub(in crate::api) mod changeset_source;
pub(in crate::api) mod coding;
pub(in crate::api) mod deadline;
pub(in crate::api) mod document_body;
pub(in crate::api) mod envelope;
pub(in crate::api) mod error;
pub(in crate::api) mod headers;
pub(in crate::api) mod if_match;
pub(in crate::api) mod json;
pub(in crate::api) mod limit;
pub(in crate::api) mod needs;
pub mod origin;
pub(in crate::api) mod parameter;
pub(in crate::api) mod query;
pub(in crate::api) mod routes;
pub mod settings;
pub(in crate::api) mod shape;
pub(in crate::api) mod trial;
pub(in crate::api) mod write;
pub(in crate::api) mod write_headers;
pub(in crate::api) mod wrong_keys;
