//! Parameters in the path, the query and the headers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::http::{HeaderMap, HeaderValue, Uri};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseFromParameter, ParseResult, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::coding;
use crate::cache::ready::Coding;
use crate::catalog::plan_answers::PlanPosition;
use crate::domain::error::Violations;
use crate::domain::feature::FeatureRef;
use crate::domain::id::{ApiKeyId, FeatureId, PlanGroupId, PriceId};
use crate::domain::idempotency::{IdempotencyKey, IdempotentCall};
use crate::domain::money::Currency;
use crate::domain::page::{CreationPosition, DEFAULT_LIMIT, MAX_LIMIT, PageRequest};
use crate::domain::plan::PlanRef;

/// Declares path parameters. A text that can name nothing is kept as `None`: it is looked up like
/// any other and found nowhere, so that a caller learns nothing from how it is refused.
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
}

/// A parameter in the query or a header that may be left out.
pub trait Parameter: Sized + Send {
    /// Where it stands.
    const IN: MetaParamIn;

    /// What the document says of it.
    fn schema() -> MetaSchema;

    /// Reads it from a request in which it has this name.
    ///
    /// # Errors
    /// A sentence for the caller.
    fn read(request: &Request, name: &str) -> Result<Self, String>;
}

/// Extracts a [`Parameter`]. What is wrong with it is kept, so that a call with several wrong
/// parameters hears of all of them; see [`together`].
#[derive(Debug)]
pub struct Param<P>(pub Result<P, Violations>);

impl<'a, P: Parameter> ApiExtractor<'a> for Param<P> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(P::IN)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(P::schema())))
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let name = options.name;
        Ok(Self(
            P::read(request, name).map_err(|message| Violations::of(name, message)),
        ))
    }
}

/// Two results in one, with the violations of both.
///
/// # Errors
/// What is wrong with either.
pub fn together<A, B>(
    one: Result<A, Violations>,
    other: Result<B, Violations>,
) -> Result<(A, B), Violations> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(violations), Ok(_)) | (Ok(_), Err(violations)) => Err(violations),
        (Err(mut violations), Err(more)) => {
            violations.append(more);
            Err(violations)
        }
    }
}

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
        limit: limit.most(),
        after: cursor.0,
    })
}

/// A page size.
pub trait PageLimit {
    /// Most items of a page; `None` for no limit.
    fn most(&self) -> Option<u64>;
}

impl PageLimit for OptionalLimit {
    fn most(&self) -> Option<u64> {
        self.0
    }
}

impl PageLimit for Limit {
    fn most(&self) -> Option<u64> {
        Some(self.0)
    }
}

/// The value of a query parameter; giving it twice is refused.
pub fn query_value(uri: &Uri, name: &str) -> Result<Option<String>, String> {
    let query = uri.query().unwrap_or_default();
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = values.next().map(|(_, value)| value.into_owned());
    match values.next() {
        Some(_) => Err("Is given more than once.".to_owned()),
        None => Ok(value),
    }
}

/// The value of a header; giving it twice is refused.
fn header_value<'a>(request: &'a Request, name: &str) -> Result<Option<&'a str>, String> {
    let mut values = request.headers().get_all(name).iter();
    let value = values.next().map(HeaderValue::to_str).transpose();
    match values.next() {
        Some(_) => Err("Is given more than once.".to_owned()),
        None => value.map_err(|_| "Must consist of visible ASCII characters.".to_owned()),
    }
}

/// Whether private plans are listed: `true` or `false`; `false` where it is left out.
#[derive(Debug, Clone, Copy)]
pub struct IncludePrivate(pub bool);

impl Parameter for IncludePrivate {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        MetaSchema {
            enum_items: vec!["true".into(), "false".into()],
            example: Some("true".into()),
            ..MetaSchema::new("string")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        match query_value(request.uri(), name)?.as_deref() {
            Some("true") => Ok(Self(true)),
            Some("false") | None => Ok(Self(false)),
            Some(_) => Err("Must be `true` or `false`.".to_owned()),
        }
    }
}

fn limit_schema() -> MetaSchema {
    // 100 is exact as a float.
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

/// The page size of a list that is whole unless a page is asked for.
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

/// A place in a list that a cursor can name.
pub trait Place: Sized + Send {
    /// The place as text, for inside a cursor.
    fn to_text(&self) -> String;

    /// Reads the text back.
    fn from_text(text: &str) -> Option<Self>;
}

impl Place for PlanPosition {
    fn to_text(&self) -> String {
        format!("plans {} {}", self.sort_order, self.creation_order)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (sort_order, creation_order) = text.strip_prefix("plans ")?.split_once(' ')?;
        Some(Self {
            sort_order: sort_order.parse().ok()?,
            creation_order: creation_order.parse().ok()?,
        })
    }
}

macro_rules! places_by_creation {
    ($($name:ident),+) => {
        $(impl Place for CreationPosition<$name> {
            fn to_text(&self) -> String {
                format!("{} {}", self.id, self.order)
            }

            fn from_text(text: &str) -> Option<Self> {
                let (id, order) = text.split_once(' ')?;
                let order = order.parse().ok()?;
                Some(Self { order, id: $name::parse(id)? })
            }
        })+
    };
}

places_by_creation!(FeatureId, PlanGroupId, ApiKeyId);

/// Where a page starts: the `nextCursor` of the previous page.
#[derive(Debug, Clone)]
pub struct Cursor<P>(pub Option<P>);

impl<P: Place> Cursor<P> {
    /// The cursor of the page behind this place.
    pub fn behind(place: &P) -> String {
        URL_SAFE_NO_PAD.encode(place.to_text())
    }

    /// The place that a cursor names, if it is one of this list.
    pub fn place(cursor: &str) -> Option<P> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let place = P::from_text(std::str::from_utf8(&bytes).ok()?)?;
        // Numbers can be written in many ways, and a cursor is written in one.
        (Self::behind(&place) == cursor).then_some(place)
    }
}

impl<P: Place> Parameter for Cursor<P> {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        // Without an example, which the documentation would send along.
        MetaSchema::new("string")
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        match query_value(request.uri(), name)?
            .as_deref()
            .map(Self::place)
        {
            None => Ok(Self(None)),
            Some(Some(place)) => Ok(Self(Some(place))),
            Some(None) => Err(
                "Is not a cursor of this list; send the `nextCursor` of the previous page."
                    .to_owned(),
            ),
        }
    }
}

/// The header with the key of an idempotent call.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The `Idempotency-Key` of a call, with the call that it belongs to.
#[derive(Debug, Clone)]
pub struct Idempotency(Option<(IdempotencyKey, String)>);

impl Parameter for Idempotency {
    const IN: MetaParamIn = MetaParamIn::Header;

    fn schema() -> MetaSchema {
        let max_length = Some(IdempotencyKey::MAX_LENGTH);
        MetaSchema {
            min_length: Some(1),
            max_length,
            ..MetaSchema::new("string")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        let Some(value) = header_value(request, name)? else {
            return Ok(Self(None));
        };
        let key = IdempotencyKey::parse(value)
            .ok_or_else(|| format!("Must have 1 to {} characters.", IdempotencyKey::MAX_LENGTH))?;
        let call = format!("{} {}", request.method(), request.original_uri().path());
        Ok(Self(Some((key, call))))
    }
}

impl Idempotency {
    /// That of a call that is not an idempotent one.
    pub const NONE: Self = Self(None);

    /// The call, given the digest of its body, if it is an idempotent one.
    pub fn call(self, digest: &[u8]) -> Option<IdempotentCall> {
        let (key, call) = self.0?;
        let digest = URL_SAFE_NO_PAD.encode(digest);
        Some(IdempotentCall {
            key,
            fingerprint: format!("{call} {digest}"),
        })
    }
}

/// The header with the tags of what the client has.
pub const IF_NONE_MATCH: &str = "If-None-Match";

/// What the client has already, from `If-None-Match`, and how it takes what it has not, from
/// `Accept-Encoding`. No tool asks for the latter, so the document does not name it.
#[derive(Debug, Clone)]
pub struct IfNoneMatch {
    tags: Vec<HeaderValue>,
    coding: Option<Coding>,
}

impl Parameter for IfNoneMatch {
    const IN: MetaParamIn = MetaParamIn::Header;

    fn schema() -> MetaSchema {
        // Without an example, which the documentation would send along.
        MetaSchema::new("string")
    }

    /// A header that cannot be read is as good as none: the answer is then a whole one.
    fn read(request: &Request, name: &str) -> Result<Self, String> {
        Ok(Self {
            tags: request.headers().get_all(name).iter().cloned().collect(),
            coding: coding::preferred(request.headers()),
        })
    }
}

/// Whether a request says that the client has the version with this tag.
pub fn has_version(headers: &HeaderMap, etag: &[u8]) -> bool {
    any_names(headers.get_all(IF_NONE_MATCH).iter(), etag)
}

/// Whether one of the values names this tag. Weak tags are compared by what is in the quotes, as
/// RFC 9110 (13.1.2) wants it for this header.
fn any_names<'a>(values: impl Iterator<Item = &'a HeaderValue>, etag: &[u8]) -> bool {
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag)
}

impl Param<IfNoneMatch> {
    /// Whether the client has the version with this tag.
    pub fn has(&self, etag: &[u8]) -> bool {
        let Ok(IfNoneMatch { tags, coding: _ }) = &self.0 else {
            return false;
        };
        any_names(tags.iter(), etag)
    }

    /// How the client wants the answer compressed.
    pub fn coding(&self) -> Option<Coding> {
        self.0.as_ref().ok().and_then(|wanted| wanted.coding)
    }
}
