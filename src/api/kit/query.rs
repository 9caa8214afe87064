//! Refuses unknown parameters in the query.

use std::collections::BTreeSet;

use poem::{FromRequest, Request, RequestBody};

use super::error::Rejection;
use super::parameter::DRY_RUN;
use super::routes::Routes;
use crate::domain::error::Violations;

/// Proof that the query has only parameters of the operation: a typo is refused, not ignored. Every
/// operation takes it after [`Authorized`](super::auth::Authorized), so that a wrong key is refused
/// first.
#[derive(Debug)]
pub struct KnownQuery(());

impl<'a> FromRequest<'a> for KnownQuery {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        check(request)?;
        Ok(Self(()))
    }
}

fn check(request: &Request) -> Result<(), Rejection> {
    let Some(query) = request.uri().query().filter(|query| !query.is_empty()) else {
        return Ok(());
    };
    let path = request.original_uri().path();
    let known = Routes::serving(request)?.query_of(request.method(), path);
    let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
    if !request.method().is_safe() {
        // Its extractor is that of all writes, which the macros do not see.
        known.push(DRY_RUN);
    }
    let mut names = BTreeSet::new();
    let mut violations = Violations::default();
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if known.iter().any(|known| *known == name) || !names.insert(name.clone()) {
            continue;
        }
        let field = if name.is_empty() { "query" } else { &*name };
        violations.add(field, unknown_parameter(&known));
    }
    Ok(violations.into_result()?)
}

fn unknown_parameter(known: &[&str]) -> String {
    match known {
        [] => "Is not a parameter of this call, which has none in the query.".to_owned(),
        known => format!(
            "Is not a parameter of this call, which takes: {}.",
            known.join(", ")
        ),
    }
}
