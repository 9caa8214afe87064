//! Parameters in the path, the query and the headers.

mod currency;
mod cursor;
mod idempotency;
mod if_none_match;
mod include_private;
mod page;
mod param;
mod path;

pub use self::currency::OptionalCurrency;
pub use self::cursor::{Cursor, Position};
pub use self::idempotency::{IDEMPOTENCY_KEY, Idempotency};
pub use self::if_none_match::{IF_NONE_MATCH, IfNoneMatch, has_version};
pub use self::include_private::IncludePrivate;
pub use self::page::{Limit, OptionalLimit, page};
pub use self::param::{Param, Parameter, query_value, together};
pub use self::path::{
    ApiKeyParam, CurrencyParam, FeatureParam, PlanGroupParam, PlanParam, PriceParam,
};
