//! Extracting parameters from the query and the headers.

use poem::http::{HeaderValue, Uri};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::domain::error::Violations;

/// A parameter in the query or a header.
pub trait Parameter: Sized + Send {
    /// Its location.
    const IN: MetaParamIn;

    /// Whether calls without it are refused.
    const IS_REQUIRED: bool = false;

    /// Its schema in the document.
    fn schema() -> MetaSchema;

    /// Reads the parameter of this name from a request.
    ///
    /// # Errors
    /// A sentence for the caller.
    fn read(request: &Request, name: &str) -> Result<Self, String>;
}

/// Extracts a [`Parameter`]. Violations are kept, so that a call with several wrong parameters is
/// told all of them; see [`together`].
#[derive(Debug)]
pub struct Param<P>(pub Result<P, Violations>);

impl<'a, P: Parameter> ApiExtractor<'a> for Param<P> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = P::IS_REQUIRED;

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

/// Combines two results, with the violations of both.
///
/// # Errors
/// The violations of either.
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

/// The value of a query parameter, which may be given once.
pub fn query_value(uri: &Uri, name: &str) -> Result<Option<String>, String> {
    let query = uri.query().unwrap_or_default();
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = values.next().map(|(_, value)| value.into_owned());
    match values.next() {
        Some(_) => Err("Is given more than once.".to_owned()),
        None => Ok(value),
    }
}

/// The value of a header, which may be sent once.
pub fn header_value<'a>(request: &'a Request, name: &str) -> Result<Option<&'a str>, String> {
    let mut values = request.headers().get_all(name).iter();
    let value = values.next().map(HeaderValue::to_str).transpose();
    match values.next() {
        Some(_) => Err("Is given more than once.".to_owned()),
        None => value.map_err(|_| "Must consist of visible ASCII characters.".to_owned()),
    }
}
