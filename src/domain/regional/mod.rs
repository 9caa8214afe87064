//! Regional pricing: the prices of a plan in other currencies.
//!
//! A value is *derived* from its base in US dollars at the plan's rate, or *manual*, set by the
//! client. Derived values follow their base in the same change; manual values never move.

mod configured;
mod delete;
mod derive;
mod named;
mod overrides;
mod request;
mod resync;
mod set;
mod upsert;
mod value;

#[cfg(test)]
pub(in crate::domain) mod properties;

pub use configured::Configured;
pub(super) use derive::{Deriver, ErrorField};
pub use request::{
    FeatureOverride, IntroOfferOverride, PriceOverride, RegionalOverride, RegionalPricing, Resync,
};
pub use value::{OfferTerms, RegionalOffer, RegionalPrice};
