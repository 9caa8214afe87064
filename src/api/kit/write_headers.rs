//! The headers of writes: `Idempotency-Key` and `If-Match`.
//!
//! An operation that writes takes [`WriteHeaders`], and [`Authorized::write`] takes only the
//! [`Call`] made from them, so a write cannot ignore these headers.
//!
//! [`Authorized::write`]: super::auth::Authorized::write

use poem::http::Method;
use poem::{FromRequest, Request, RequestBody};

use super::envelope::body_of;
use super::if_match;
use super::parameter::{IDEMPOTENCY_KEY, Idempotency, Parameter, together};
use super::routes::Routes;
use crate::api::protocol::BASE_PATH;
use crate::api::schema::feature::Feature;
use crate::api::schema::plan::Plan;
use crate::api::schema::plan_group::PlanGroup;
use crate::catalog::precondition::{Precondition, Shown, Target};
use crate::catalog::write::WriteContext;
use crate::domain::error::Violations;
use crate::domain::feature::FeatureRef;
use crate::domain::id::PlanGroupId;
use crate::domain::plan::PlanRef;
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};

/// The header with the entity tags that a write may start from.
pub const IF_MATCH: &str = "If-Match";

/// The headers of a write. Violations are kept, so that a call with several mistakes is told all of
/// them.
#[derive(Debug)]
pub struct WriteHeaders {
    idempotency: Result<Idempotency, Violations>,
    precondition: Result<Option<Precondition>, Violations>,
}

/// The idempotency key and the precondition of a write.
#[derive(Debug)]
pub struct Call(WriteContext);

impl Call {
    /// Converts the call for the catalog.
    pub fn into_context(self) -> WriteContext {
        self.0
    }
}

impl<'a> FromRequest<'a> for WriteHeaders {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::read(request))
    }
}

impl WriteHeaders {
    fn read(request: &Request) -> Self {
        let idempotency = match takes_idempotency_key(request.method()) {
            true => Idempotency::read(request, IDEMPOTENCY_KEY),
            false => Ok(Idempotency::NONE),
        };
        Self {
            idempotency: idempotency.map_err(|message| Violations::of(IDEMPOTENCY_KEY, message)),
            precondition: precondition(request)
                .map_err(|message| Violations::of(IF_MATCH, message)),
        }
    }

    /// Adds the violations of the headers to those of the body.
    pub fn check(request: &Request, violations: &mut Violations) {
        let Self {
            idempotency,
            precondition,
        } = Self::read(request);
        let wrong = [idempotency.err(), precondition.err()];
        wrong
            .into_iter()
            .flatten()
            .for_each(|wrong| violations.append(wrong));
    }

    /// The call without a body.
    ///
    /// # Errors
    /// What is wrong with the headers.
    pub fn call(self) -> Result<Call, Violations> {
        self.call_with(&[])
    }

    /// The call with the body that has this digest.
    ///
    /// # Errors
    /// What is wrong with the headers.
    pub fn call_with(self, digest: &[u8]) -> Result<Call, Violations> {
        let (idempotency, precondition) = together(self.idempotency, self.precondition)?;
        Ok(Call(WriteContext {
            idempotent: idempotency.call(digest),
            precondition,
        }))
    }
}

/// Whether a method takes an `Idempotency-Key`. Deleting twice does no harm.
pub fn takes_idempotency_key(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

/// The object that a path names and that a precondition can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathObject {
    /// A plan, or something in it.
    Plan,
    /// A feature.
    Feature,
    /// A plan group, or a plan in it.
    PlanGroup,
}

impl PathObject {
    /// The object of a path template without the base path, such as `/plans/{id}/prices`: its first
    /// parameter names it.
    pub fn of(template: &str) -> Option<Self> {
        let mut segments = template.strip_prefix('/')?.split('/');
        let named = match segments.next()? {
            "plans" => Self::Plan,
            "features" => Self::Feature,
            "plan-groups" => Self::PlanGroup,
            _ => return None,
        };
        segments.next()?.starts_with('{').then_some(named)
    }

    fn target(self, text: &str) -> Target {
        match self {
            Self::Plan => Target::Plan(PlanRef::parse(text)),
            Self::Feature => Target::Feature(FeatureRef::parse(text)),
            Self::PlanGroup => Target::PlanGroup(PlanGroupId::parse(text)),
        }
    }
}

fn precondition(request: &Request) -> Result<Option<Precondition>, String> {
    let values = request.headers().get_all(IF_MATCH);
    let Some(if_match) = if_match::parse(values)? else {
        return Ok(None);
    };
    let target = target(request)
        .ok_or("Is not supported by this call: its path names no plan, feature or plan group.")?;
    Ok(Some(Precondition {
        target,
        if_match,
        body: body_of_shown,
    }))
}

/// The object that the path of a request names.
fn target(request: &Request) -> Option<Target> {
    let routes = Routes::serving(request).ok()?;
    let template = routes.template_at(request.original_uri().path())?;
    let named = PathObject::of(template.strip_prefix(BASE_PATH)?)?;
    // The router has decoded the parameters, and names them in its own way.
    let parameters: Vec<String> = request.path_params().ok()?;
    Some(named.target(parameters.first()?))
}

/// The body of the reply to a GET of an object by a key with full access: a publishable key cannot
/// write.
fn body_of_shown(shown: Shown, scope: &Scope) -> Result<String, Error> {
    match shown {
        Shown::Plan(plan) => body_of(&Plan::new(*plan, scope)),
        Shown::Feature(feature) => body_of(&Feature::new(feature, scope)),
        Shown::PlanGroup(group) => body_of(&PlanGroup::new(group, scope)),
    }
}
