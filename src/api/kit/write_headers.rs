//! The headers of writes: `Idempotency-Key`, `If-Match` and `Change-Note`; and `dryRun`.
//!
//! An operation that writes takes [`WriteHeaders`], and [`Authorized::write`] takes only the
//! [`Call`] made from them, so a write cannot ignore these headers.
//!
//! [`Authorized::write`]: super::auth::Authorized::write

use poem::http::Method;
use poem::{FromRequest, Request, RequestBody};

use super::envelope::body_of;
use super::if_match;
use super::parameter::{
    CHANGE_NOTE, ChangeNote, DRY_RUN, DryRunSwitch, IDEMPOTENCY_KEY, Idempotency, Parameter,
    together,
};
use super::routes::Routes;
use super::trial::with_trial;
use crate::api::protocol::{BASE_PATH, REQUEST_ID_HEADER};
use crate::api::schema::feature::Feature;
use crate::api::schema::plan::Plan;
use crate::api::schema::plan_group::PlanGroup;
use crate::catalog::precondition::{Precondition, Shown, Target};
use crate::catalog::write::{DryRun, WriteContext};
use crate::domain::change::{Note, Origin};
use crate::domain::error::Violations;
use crate::domain::feature::FeatureRef;
use crate::domain::id::PlanGroupId;
use crate::domain::idempotency::IdempotentCall;
use crate::domain::plan::PlanRef;
use crate::domain::scope::{Caller, Scope};
use crate::domain::{Error, Result};

/// The header with the entity tags that a write may start from.
pub const IF_MATCH: &str = "If-Match";

/// The headers of a write, and whether it is a dry run. Violations are kept, so that a call with
/// several mistakes is told all of them.
#[derive(Debug)]
pub struct WriteHeaders {
    idempotency: Result<Idempotency, Violations>,
    precondition: Result<Option<Precondition>, Violations>,
    note: Result<ChangeNote, Violations>,
    dry_run: Result<DryRunSwitch, Violations>,
    operation: &'static str,
    request_id: String,
}

/// What the headers of a write say.
#[derive(Debug)]
pub struct Call {
    idempotent: Option<IdempotentCall>,
    precondition: Option<Precondition>,
    note: Option<Note>,
    is_dry_run: bool,
    operation: &'static str,
    request_id: String,
}

impl Call {
    /// Where the write of a caller comes from.
    pub fn origin(&self, caller: &Caller) -> Origin {
        Origin {
            actor: caller.into(),
            operation: self.operation,
            request_id: self.request_id.clone(),
            note: self.note.clone(),
        }
    }

    /// Whether the write is only tried.
    pub const fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// Converts the call of a caller for the catalog.
    pub fn into_context(self, caller: &Caller) -> WriteContext {
        let origin = self.origin(caller);
        let Self {
            idempotent,
            precondition,
            note: _,
            is_dry_run,
            operation: _,
            request_id: _,
        } = self;
        WriteContext {
            origin,
            rights: caller.rights.clone(),
            idempotent,
            precondition,
            dry_run: is_dry_run.then_some(DryRun { body: with_trial }),
        }
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
            true => named(request, IDEMPOTENCY_KEY),
            false => Ok(Idempotency::NONE),
        };
        let request_id = request.headers().get(REQUEST_ID_HEADER);
        let request_id = request_id.and_then(|id| id.to_str().ok());
        Self {
            idempotency,
            precondition: precondition(request)
                .map_err(|message| Violations::of(IF_MATCH, message)),
            note: named(request, CHANGE_NOTE),
            dry_run: named(request, DRY_RUN),
            operation: operation(request).unwrap_or_default(),
            request_id: request_id.unwrap_or_default().to_owned(),
        }
    }

    /// Adds the violations of the headers to those of the body.
    pub fn check(request: &Request, violations: &mut Violations) {
        let Self {
            idempotency,
            precondition,
            note,
            dry_run,
            operation: _,
            request_id: _,
        } = Self::read(request);
        let wrong = [
            idempotency.err(),
            precondition.err(),
            note.err(),
            dry_run.err(),
        ];
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
        let headers = together(self.idempotency, self.precondition);
        let more = together(self.note, self.dry_run);
        let ((idempotency, precondition), (note, dry_run)) = together(headers, more)?;
        Ok(Call {
            idempotent: idempotency.call(digest),
            precondition,
            note: note.0,
            is_dry_run: dry_run.0,
            operation: self.operation,
            request_id: self.request_id,
        })
    }
}

fn named<P: Parameter>(request: &Request, name: &str) -> Result<P, Violations> {
    P::read(request, name).map_err(|message| Violations::of(name, message))
}

/// The id of the operation that a request calls.
fn operation(request: &Request) -> Option<&'static str> {
    let routes = Routes::serving(request).ok()?;
    let path = request.original_uri().path();
    Some(routes.operation(request.method(), path)?.0)
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
