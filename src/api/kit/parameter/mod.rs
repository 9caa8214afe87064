//! Parameters in the path, the query and the headers.

mod changeset;
mod currency;
mod cursor;
mod history;
mod idempotency;
mod if_none_match;
mod moment;
mod note;
mod page;
mod param;
mod path;
mod switch;

pub use self::changeset::{
    Format, ObjectLimit, ObjectPosition, SOURCE_API_KEY, SeverityFilter, SourceApiKey,
    StatusFilter, WantedFormat,
};
pub use self::currency::OptionalCurrency;
pub use self::cursor::{ChangePosition, Cursor, Pinned, Position};
pub use self::history::{
    ActorId, After, AsOf, AtRevision, FromRevision, MAX_WAIT, ObjectName, ObjectTypeFilter, Since,
    ToRevision, Until, Wait,
};
pub use self::idempotency::{IDEMPOTENCY_KEY, Idempotency};
pub use self::if_none_match::{IF_NONE_MATCH, IfNoneMatch, has_version};
pub use self::moment::{Moment, PageWanted};
pub use self::note::{CHANGE_NOTE, ChangeNote};
pub use self::page::{Limit, OptionalLimit, page};
pub use self::param::{Param, Parameter, query_value, together};
pub use self::path::{
    ApiKeyParam, ChangesetParam, CurrencyParam, DemoPlanParam, FeatureParam, PlanGroupParam,
    PlanParam, PriceParam, RevisionParam,
};
pub use self::switch::{DRY_RUN, DryRunSwitch, IncludePrivate};
