//! The error codes of operations.

use std::marker::PhantomData;

use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};

use crate::api::kit::error::{Code, Rejection};
use crate::api::schema::error::ErrorResponse;
use crate::api::schema::{Schema, described};
use crate::domain::Error;
use crate::domain::error::Violations;

/// The error codes that an operation can respond with.
pub trait Refusals: Send + Sync + 'static {
    /// The codes of the operation itself.
    const CODES: &'static [Code];

    /// The codes that come with the way in which the operation is called.
    const CALL_CODES: &'static [Code];
}

/// The codes of every operation.
const COMMON_CODES: &[Code] = &[
    Code::Unauthorized,
    Code::Forbidden,
    Code::RateLimited,
    Code::InternalError,
    Code::Unavailable,
];

/// The ways in which operations are called, with their codes.
pub mod calls {
    use crate::api::kit::error::Code;

    /// Without an idempotency key or a body. The query can still have an unknown parameter, and the
    /// version can be unsupported.
    pub const PLAIN: &[Code] = &[Code::ValidationError];
    /// With an idempotency key and no body.
    pub const KEYED: &[Code] = &[Code::ValidationError, Code::IdempotencyKeyMismatch];
    /// With an idempotency key and a body.
    pub const BODY: &[Code] = &[
        Code::ValidationError,
        Code::InvalidJson,
        Code::BodyTooLarge,
        Code::UnsupportedMediaType,
        Code::IdempotencyKeyMismatch,
    ];
}

/// Declares the error codes of operations: how they are called, then their own codes.
macro_rules! refusals {
    ($($name:ident: $call:ident $(, $code:ident)*;)+) => {
        $(
            #[doc = concat!("What `", stringify!($name), "` refuses.")]
            #[derive(Debug)]
            pub enum $name {}

            impl $crate::api::kit::envelope::refusals::Refusals for $name {
                const CODES: &'static [$crate::api::kit::error::Code] =
                    &[$($crate::api::kit::error::Code::$code),*];
                const CALL_CODES: &'static [$crate::api::kit::error::Code] =
                    $crate::api::kit::envelope::refusals::calls::$call;
            }
        )+
    };
}

pub(crate) use refusals;

fn codes<R: Refusals>() -> impl Iterator<Item = &'static Code> {
    R::CALL_CODES.iter().chain(R::CODES).chain(COMMON_CODES)
}

/// A refusal by an operation with these error codes.
#[derive(Debug)]
pub struct Refused<R> {
    rejection: Rejection,
    refusals: PhantomData<R>,
}

impl<R> From<Rejection> for Refused<R> {
    fn from(rejection: Rejection) -> Self {
        Self {
            rejection,
            refusals: PhantomData,
        }
    }
}

impl<R> From<Violations> for Refused<R> {
    fn from(violations: Violations) -> Self {
        Error::from(violations).into()
    }
}

impl<R> From<Error> for Refused<R> {
    fn from(error: Error) -> Self {
        Rejection::from(error).into()
    }
}

impl<R> From<Refused<R>> for poem::Error {
    fn from(refused: Refused<R>) -> Self {
        refused.rejection.into()
    }
}

impl<R: Refusals> ApiResponse for Refused<R> {
    fn meta() -> MetaResponses {
        let mut statuses: Vec<_> = codes::<R>().map(|code| code.status().as_u16()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        MetaResponses {
            responses: statuses.into_iter().map(error_meta::<R>).collect(),
        }
    }

    fn register(registry: &mut Registry) {
        ErrorResponse::schema(registry);
    }
}

/// The response of one status; its description names the possible codes.
fn error_meta<R: Refusals>(status: u16) -> MetaResponse {
    let codes = codes::<R>().filter(|code| code.status().as_u16() == status);
    let names: Vec<_> = codes.map(|code| format!("`{}`", code.as_str())).collect();
    MetaResponse {
        description: described(&[&names.join(", ")]).unwrap_or_default(),
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: "application/json",
            schema: ErrorResponse::schema(&mut Registry::new()),
        }],
        headers: Vec::new(),
    }
}
