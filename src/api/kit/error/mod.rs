//! Refusals as answers.

mod code;
mod rejection;

pub use self::code::{Code, RETRY_AFTER_SECONDS};
pub use self::rejection::Rejection;
