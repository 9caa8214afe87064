//! Answers about plans as text, for the catalog to keep.

use std::sync::Arc;

use crate::api::kit::envelope::body_of;
use crate::api::kit::parameter::Cursor;
use crate::api::schema::plan::Plan;
use crate::cache::ready::Ready;
use crate::catalog::plan_answers::{PlanPosition, Render};
use crate::domain::permission::Audience;
use crate::domain::scope::Scope;
use crate::domain::{Error, Result, plan};

/// Writes answers about the plans of a scope for whoever is to read them.
#[derive(Debug)]
pub struct PlanAnswers<'a> {
    /// The scope.
    pub scope: &'a Scope,
    /// Who reads them.
    pub audience: Audience,
}

/// What stands before the plan in an answer about one, and behind it.
const AROUND_PLAN: (&str, &str) = (r#"{"success":true,"data":"#, "}");

impl Render for PlanAnswers<'_> {
    fn audience(&self) -> Audience {
        self.audience
    }

    fn plan(&self, plan: plan::Plan) -> Result<String> {
        let plan = Plan::new(plan, self.scope);
        match self.audience {
            Audience::Full => body_of(&plan),
            Audience::Public => body_of(&plan.for_public()),
        }
    }

    fn list(&self, plans: &[Arc<Ready>], next: Option<Option<PlanPosition>>) -> Result<String> {
        let end = end_of_list(next)?;
        let bytes: usize = plans.iter().map(|plan| plan.plain().bytes.len()).sum();
        let mut body = String::with_capacity(bytes + end.len() + AROUND_PLAN.0.len());
        body.push_str(AROUND_PLAN.0);
        body.push('[');
        for (index, plan) in plans.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            body.push_str(plan_in(plan)?);
        }
        body.push_str(&end);
        Ok(body)
    }
}

/// The plan in an answer about it. That it is copied, and not written again, is what makes a list
/// cheap of which one plan has changed.
fn plan_in(answer: &Ready) -> Result<&str> {
    let body = std::str::from_utf8(&answer.plain().bytes).ok();
    body.and_then(|body| {
        body.strip_prefix(AROUND_PLAN.0)?
            .strip_suffix(AROUND_PLAN.1)
    })
    .ok_or_else(|| Error::internal("an answer about a plan has an unknown shape"))
}

fn end_of_list(next: Option<Option<PlanPosition>>) -> Result<String> {
    let Some(next) = next else {
        return Ok("]}".to_owned());
    };
    let cursor = serde_json::to_string(&next.as_ref().map(Cursor::behind))
        .map_err(|why| Error::Internal(Box::new(why)))?;
    Ok(format!(
        r#"],"hasMore":{},"nextCursor":{cursor}}}"#,
        next.is_some()
    ))
}
