//! The API: a file or folder for each resource or concern.

mod access;
mod api_keys;
mod changesets;
mod explain;
mod features;
mod forms;
mod history;
mod idempotency;
mod limits;
mod past;
mod permissions;
mod plan_features;
mod plan_groups;
mod plan_prices;
mod plan_rules;
mod plans;
mod preconditions;
mod protocol;
mod publishable;
mod refusals;
mod regional_pricing;
mod tls;
