//! The source of a changeset: what a request says, and what its key may read.

use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody};

use super::auth::authenticate_with;
use super::document_body::SentDocument;
use super::error::{Code, Rejection};
use super::headers::only;
use super::parameter::SOURCE_API_KEY;
use crate::api::schema::changeset::{ChangesetSourceRequest, CreateChangesetRequest};
use crate::catalog::app::App;
use crate::catalog::blocking::blocking;
use crate::catalog::changeset::{Wanted, WantedSource};
use crate::domain::Error;
use crate::domain::changeset::{Included, Prune};
use crate::domain::document::Document;
use crate::domain::error::Violations;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::permission::{Access, Resource, Right};
use crate::domain::scope::{Caller, Mode, Scope};
use crate::domain::text::Code as PlanCode;

const READ_CATALOG: Right = Right {
    resource: Resource::Catalog,
    access: Access::Read,
};

/// Whoever the key of the source belongs to, if one was sent.
pub struct SourceKey(Result<Option<Caller>, Rejection>);

impl SourceKey {
    /// The caller that the key belongs to.
    ///
    /// # Errors
    /// `Unauthorized` for a wrong key.
    pub fn caller(self) -> Result<Option<Caller>, Rejection> {
        self.0
    }
}

impl<'a> FromRequest<'a> for SourceKey {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(read(request).await))
    }
}

async fn read(request: &Request) -> Result<Option<Caller>, Rejection> {
    if !request.headers().contains_key(SOURCE_API_KEY) {
        return Ok(None);
    }
    let wrong = || Rejection::of(Code::Unauthorized);
    let secret = only(request.headers(), SOURCE_API_KEY).and_then(|value| value.to_str().ok());
    let secret = secret.ok_or_else(wrong)?;
    let (_, key) = authenticate_with(request, secret).await?;
    Ok(Some(key.caller().clone()))
}

/// What a request wants, and the document as it was sent.
///
/// # Errors
/// Validation; the mistakes of the document; `Forbidden` for a catalog that the caller may not read.
pub async fn wanted(
    request: CreateChangesetRequest,
    document: Option<SentDocument>,
    caller: &Caller,
    source_key: Option<Caller>,
    app: &Arc<App>,
) -> Result<(Wanted, Option<SentDocument>), Rejection> {
    let CreateChangesetRequest {
        source,
        prune,
        include,
    } = request;
    let mut violations = Violations::default();
    let include = include.unwrap_or_default();
    let include: Vec<Option<Included>> = include
        .iter()
        .map(|text| Included::parse(text.as_str()))
        .collect();
    for (index, included) in include.iter().enumerate() {
        violations.require(
            included.is_some(),
            format!("include[{index}]"),
            "Must be a section, such as `plans`, or an object of it, such as `plans/pro`.",
        );
    }
    let kind = Kind::of(source, document.as_ref(), &mut violations);
    violations.into_result().map_err(Rejection::from)?;
    let prune = prune.unwrap_or(Prune::None);
    let source = match kind {
        None => return Err(Error::internal("a source has no kind").into()),
        Some(Kind::Document) => WantedSource::Document(read_document(document.clone()).await?),
        Some(Kind::Scope(mode, revision)) => WantedSource::Scope {
            scope: scope(mode, caller, source_key, app).await?,
            revision,
        },
        Some(Kind::Revision(revision)) => WantedSource::Revision(revision),
        Some(Kind::Rates(rates, only)) => WantedSource::Rates { rates, only },
    };
    let wanted = Wanted {
        source,
        prune,
        include: include.into_iter().flatten().collect(),
    };
    Ok((wanted, document))
}

/// The kinds of sources.
enum Kind {
    Document,
    Scope(Mode, Option<i64>),
    Revision(i64),
    Rates(Vec<(Currency, ExchangeRate)>, Option<Vec<PlanCode>>),
}

impl Kind {
    fn of(
        source: ChangesetSourceRequest,
        document: Option<&SentDocument>,
        violations: &mut Violations,
    ) -> Option<Self> {
        let ChangesetSourceRequest {
            // It is read on its own.
            document: stated,
            scope,
            revision,
            rates,
            only,
        } = source;
        let document = document.filter(|_| stated.is_some());
        let revision = revision.map(|revision| revision.0);
        if only.is_some() && rates.is_none() {
            violations.add("source.only", "Belongs to `rates`.");
        }
        match (document, scope, revision, rates) {
            (Some(SentDocument::Other), None, None, None) => {
                violations.add("source.document", "Must be a text or an object.");
                None
            }
            (Some(_), None, None, None) => Some(Self::Document),
            (None, Some(mode), revision, None) => Some(Self::Scope(mode, revision)),
            (None, None, Some(revision), None) => Some(Self::Revision(revision)),
            (None, None, None, Some(rates)) => {
                let pairs = rates
                    .0
                    .iter()
                    .map(|(key, rate)| (key.as_str(), rate.0.as_str()));
                let only = only.map(|only| {
                    let codes = only.into_iter().enumerate();
                    let codes = codes.filter_map(|(index, code)| {
                        let parsed = PlanCode::parse(code.as_str());
                        let path = format!("source.only[{index}]");
                        violations.require(parsed.is_some(), path, "Must be the code of a plan.");
                        parsed
                    });
                    codes.collect()
                });
                Some(Self::Rates(read_rates(pairs, violations), only))
            }
            (None, None, None, None) => {
                let message = "Has one of `document`, `scope`, `revision` and `rates`.";
                violations.add("source", message);
                None
            }
            _ => {
                let message = "Has only one of `document`, `scope`, `revision` and `rates`; \
                               `revision` may stand beside `scope`.";
                violations.add("source", message);
                None
            }
        }
    }
}

fn read_rates<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    violations: &mut Violations,
) -> Vec<(Currency, ExchangeRate)> {
    let mut rates: Vec<(Currency, ExchangeRate)> = Vec::new();
    for (key, text) in pairs {
        let path = format!("source.rates.{key}");
        let Some(currency) = Currency::parse(key) else {
            violations.add(path, "Is not a supported currency.");
            continue;
        };
        if rates.iter().any(|(known, _)| *known == currency) {
            violations.add(path.clone(), "Names a currency twice.");
        }
        match ExchangeRate::parse(text) {
            Ok(rate) => rates.push((currency, rate)),
            Err(why) => violations.add(path, why.message()),
        }
    }
    if rates.is_empty() && violations.is_empty() {
        violations.add("source.rates", "Must have at least one rate.");
    }
    rates.sort_by_key(|(currency, _)| *currency);
    rates
}

/// Reads a document away from the threads that serve other calls.
async fn read_document(document: Option<SentDocument>) -> Result<Document, Rejection> {
    let work = move || {
        let node = document.unwrap_or(SentDocument::Other).node()?;
        crate::document::read(&node)
    };
    Ok(blocking(work).await??)
}

/// The other scope of the organization, if the caller may read it.
async fn scope(
    mode: Mode,
    caller: &Caller,
    source_key: Option<Caller>,
    app: &Arc<App>,
) -> Result<Scope, Rejection> {
    if mode == caller.scope.mode {
        let message = "Is the mode of the key itself: send `revision` alone for an earlier state.";
        return Err(Error::invalid("source.scope", message).into());
    }
    if let Some(source) = source_key {
        let is_fit = source.scope.organization_id == caller.scope.organization_id
            && source.scope.mode == mode;
        if !is_fit {
            let message = format!(
                "The key in `{SOURCE_API_KEY}` does not open the {mode} catalog of this organization."
            );
            return Err(Error::Forbidden(message).into());
        }
        source.rights.require(READ_CATALOG)?;
        return Ok(source.scope);
    }
    let writes = Right {
        access: Access::Write,
        ..READ_CATALOG
    };
    match mode {
        Mode::Sandbox if caller.rights.require(writes).is_ok() => {
            Ok(app.scope_of(&caller.scope, mode).await?)
        }
        Mode::Sandbox => {
            let message = format!(
                "To read the sandbox, a live key needs the permission `{writes}`, or a sandbox key in \
                 `{SOURCE_API_KEY}`."
            );
            Err(Error::Forbidden(message).into())
        }
        Mode::Live => {
            let message = format!("To read live, send a live key in `{SOURCE_API_KEY}`.");
            Err(Error::Forbidden(message).into())
        }
    }
}

impl SentDocument {
    /// A refusal of what a document says, with the places of its mistakes.
    pub fn placed(&self, error: Error) -> Rejection {
        let Error::Validation(violations) = error else {
            return error.into();
        };
        let of_document = |field: &str| {
            let sections = ["features", "groups", "plans"];
            sections.iter().any(|section| {
                let below = field.strip_prefix(section);
                below.is_some_and(|below| below.is_empty() || below.starts_with('.'))
            })
        };
        let all = violations.as_slice();
        if !all.iter().all(|one| of_document(&one.field)) {
            return Error::Validation(violations).into();
        }
        let node = self.node().ok();
        let mistakes = all.iter().map(|one| {
            let at = node.as_ref().map(|node| node.place_of(&one.field));
            crate::domain::error::Mistake {
                field: one.field.clone(),
                place: at.map(|at| (at.line, at.column)),
                message: one.message.clone(),
            }
        });
        Error::DocumentInvalid(mistakes.collect()).into()
    }
}
