//! Prices of a plan: one per billing interval, one of them the default.

mod change;
mod edit;
mod patch;
mod price;
mod terms;

pub(in crate::domain) use change::PriceChange;
pub use patch::{IntroOfferPatch, PricePatch};
pub use price::PlanPrice;
pub use terms::{BillingInterval, DiscountType, IntroOffer, PriceTerms};
