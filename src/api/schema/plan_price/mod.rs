//! Prices of plans on the wire.

mod request;
mod response;

pub use self::request::{AddPlanPriceRequest, UpdatePlanPriceRequest};
pub use self::response::{DefaultPlanPrice, PlanPrice, PlanPriceItem};
