//! What each write leaves in the log, one example for each.

use super::*;

mod api_keys;
mod features;
mod groups;
mod offers;
mod plan_features;
mod plans;
mod prices;
mod regional;
