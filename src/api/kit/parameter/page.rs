//! The page of a list that a call asks for.

use poem::Request;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::cursor::Cursor;
use super::param::{Param, Parameter, query_value, together};
use crate::domain::error::Violations;
use crate::domain::page::{DEFAULT_LIMIT, MAX_LIMIT, PageRequest};

/// The page that is asked for.
///
/// # Errors
/// What is wrong with the parameters.
pub fn page<P>(
    limit: Param<impl PageLimit>,
    cursor: Param<Cursor<P>>,
) -> Result<PageRequest<P>, Violations> {
    let (limit, cursor) = together(limit.0, cursor.0)?;
    Ok(PageRequest {
        limit: limit.maximum(),
        after: cursor.0,
    })
}

/// A page size.
pub trait PageLimit {
    /// Maximum number of items of a page; `None` for no limit.
    fn maximum(&self) -> Option<u64>;
}

impl PageLimit for OptionalLimit {
    fn maximum(&self) -> Option<u64> {
        self.0
    }
}

impl PageLimit for Limit {
    fn maximum(&self) -> Option<u64> {
        Some(self.0)
    }
}

fn limit_schema() -> MetaSchema {
    // The maximum is exact as a float.
    #[allow(clippy::cast_precision_loss)]
    let maximum = Some(MAX_LIMIT as f64);
    MetaSchema {
        minimum: Some(1.0),
        maximum,
        example: Some(20.into()),
        ..MetaSchema::new_with_format("integer", "int32")
    }
}

fn read_limit(value: &str) -> Result<u64, String> {
    let digits_only = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    digits_only
        .then(|| value.parse().ok())
        .flatten()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| format!("Must be an integer from 1 to {MAX_LIMIT}."))
}

/// The page size of a list that is complete unless a page is asked for.
#[derive(Debug, Clone, Copy)]
pub struct OptionalLimit(pub Option<u64>);

impl Parameter for OptionalLimit {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        limit_schema()
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        query_value(request.uri(), name)?
            .as_deref()
            .map(read_limit)
            .transpose()
            .map(Self)
    }
}

/// The page size of a list that is always paged.
#[derive(Debug, Clone, Copy)]
pub struct Limit(pub u64);

impl Parameter for Limit {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        MetaSchema {
            default: Some(DEFAULT_LIMIT.into()),
            ..limit_schema()
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        query_value(request.uri(), name)?
            .as_deref()
            .map_or(Ok(DEFAULT_LIMIT), read_limit)
            .map(Self)
    }
}
