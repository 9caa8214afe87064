//! Parameters in the path.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseFromParameter, ParseResult, Type};

use crate::domain::change::Revision;
use crate::domain::feature::FeatureRef;
use crate::domain::id::{ApiKeyId, ChangesetId, PlanGroupId, PriceId};
use crate::domain::money::Currency;
use crate::domain::plan::PlanRef;

/// Declares path parameters. An invalid text becomes `None`, which is not found like any unknown
/// id, so that the refusal reveals nothing.
macro_rules! path_parameters {
    ($($(#[$meta:meta])* $name:ident($target:ty) = $example:literal;)+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone)]
            pub struct $name(pub Option<$target>);

            impl Type for $name {
                const IS_REQUIRED: bool = true;
                type RawValueType = Self;
                type RawElementValueType = Self;

                fn name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn schema_ref() -> MetaSchemaRef {
                    let example = Some($example.into());
                    MetaSchemaRef::Inline(Box::new(MetaSchema { example, ..MetaSchema::new("string") }))
                }

                fn as_raw_value(&self) -> Option<&Self> {
                    Some(self)
                }

                fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                    Box::new(std::iter::once(self))
                }
            }

            impl ParseFromParameter for $name {
                fn parse_from_parameter(value: &str) -> ParseResult<Self> {
                    // The router has decoded the path already.
                    Ok(Self(<$target>::parse(value)))
                }
            }
        )+
    };
}

path_parameters! {
    /// A plan by its id or code.
    PlanParam(PlanRef) = "example_plan";
    /// A plan by its id or code; the example is in the catalog of `pricebook demo`.
    DemoPlanParam(PlanRef) = "pro";
    /// A feature by its id or code.
    FeatureParam(FeatureRef) = "example_calls";
    /// A price by its id.
    PriceParam(PriceId) = "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34";
    /// A currency by its code, in lower or upper case.
    CurrencyParam(Currency) = "jpy";
    /// A plan group by its id.
    PlanGroupParam(PlanGroupId) = "grp_01960b2e8f3a7c41a5d2e9b07c6f1d34";
    /// An API key by its id.
    ApiKeyParam(ApiKeyId) = "key_01960b2e8f3a7c41a5d2e9b07c6f1d34";
    /// A change by its revision.
    RevisionParam(Revision) = "4";
    /// The id of a changeset; `None` for a text that can be none.
    ChangesetParam(ChangesetId) = "chs_01960b2e8f3a7c41a5d2e9b07c6f1d34";
}
