//! Explaining the money values of a plan: where each comes from, and how it was computed.
//!
//! Nothing is stored for this. A derived value is explained by the same conversion that derives it;
//! see [`crate::domain::money`].

mod explained;
mod money;
mod since;
#[cfg(test)]
mod tests;
mod walk;

pub use explained::{Explained, Source};
pub use money::Money;
pub use since::Since;
