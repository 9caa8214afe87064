//! What a changeset keeps as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::domain::change::{Actor, ActorType, ObjectType};
use crate::domain::changeset::{ChangesetSource, ManualValue};
use crate::domain::id::ApiKeyId;
use crate::domain::lint::{Finding, LintRule, Severity};
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::scope::Mode;
use crate::domain::text::Code;
use crate::domain::{Error, Result};
use crate::store::history::stored::{value_from_stored, value_to_stored};
use crate::store::tables::row::Word;

pub(super) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|why| Error::Internal(Box::new(why)))
}

pub(super) fn from_json<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    serde_json::from_str(json).map_err(|why| Error::Internal(Box::new(why)))
}

/// What a changeset was made from.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    Document,
    Scope(String, i64),
    Revision(i64),
    Rates(Vec<(String, String)>, Option<Vec<String>>),
}

impl From<&ChangesetSource> for Source {
    fn from(source: &ChangesetSource) -> Self {
        match source {
            ChangesetSource::Document => Self::Document,
            ChangesetSource::Scope { mode, revision } => Self::Scope(mode.to_string(), *revision),
            ChangesetSource::Revision(revision) => Self::Revision(*revision),
            ChangesetSource::Rates { rates, only } => {
                let pair = |(currency, rate): &(Currency, ExchangeRate)| {
                    (currency.to_string(), rate.as_str().to_owned())
                };
                let only = only.as_ref().map(|only| {
                    let codes = only.iter().map(|code| code.as_str().to_owned());
                    codes.collect()
                });
                Self::Rates(rates.iter().map(pair).collect(), only)
            }
        }
    }
}

impl Source {
    pub fn read(self) -> Result<ChangesetSource> {
        Ok(match self {
            Self::Document => ChangesetSource::Document,
            Self::Scope(mode, revision) => ChangesetSource::Scope {
                mode: Mode::from_column(&mode)?,
                revision,
            },
            Self::Revision(revision) => ChangesetSource::Revision(revision),
            Self::Rates(rates, only) => {
                let pair = |(currency, rate): (String, String)| {
                    let rate =
                        ExchangeRate::parse(&rate).map_err(|why| Error::internal(why.message()))?;
                    Ok((Currency::from_column(&currency)?, rate))
                };
                let only = only.map(|only| only.into_iter().map(Code::from_row).collect());
                ChangesetSource::Rates {
                    rates: rates.into_iter().map(pair).collect::<Result<_>>()?,
                    only,
                }
            }
        })
    }
}

/// Who made a changeset: kind, id, name and prefix.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredActor(String, Option<String>, String, Option<String>);

impl From<&Actor> for StoredActor {
    fn from(actor: &Actor) -> Self {
        let Actor {
            actor_type,
            id,
            name,
            prefix,
        } = actor;
        let id = id.as_ref().map(ToString::to_string);
        Self(actor_type.to_string(), id, name.clone(), prefix.clone())
    }
}

impl StoredActor {
    pub fn read(self) -> Result<Actor> {
        let Self(actor_type, id, name, prefix) = self;
        Ok(Actor {
            actor_type: ActorType::from_column(&actor_type)?,
            id: id.map(ApiKeyId::from_row),
            name,
            prefix,
        })
    }
}

/// The findings and the manual values.
#[derive(Serialize, Deserialize)]
pub(super) struct Found(Vec<StoredFinding>, Vec<StoredManual>);

/// Rule, severity, type, id, code, path, message, value, expected.
#[derive(Serialize, Deserialize)]
struct StoredFinding(
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    String,
    Json,
    Json,
);

/// Id, code, path, value, derived value, deviation.
#[derive(Serialize, Deserialize)]
struct StoredManual(String, String, String, i64, Option<i64>, Option<String>);

impl Found {
    pub fn new(findings: &[Finding], manual: &[ManualValue]) -> Self {
        Self(
            findings.iter().map(finding_to_stored).collect(),
            manual.iter().map(manual_to_stored).collect(),
        )
    }

    pub fn read(self) -> Result<(Vec<Finding>, Vec<ManualValue>)> {
        let Self(findings, manual) = self;
        let findings = findings.into_iter().map(finding_from_stored);
        let manual = manual.into_iter().map(manual_from_stored);
        Ok((findings.collect::<Result<_>>()?, manual.collect()))
    }
}

fn finding_to_stored(finding: &Finding) -> StoredFinding {
    let Finding {
        rule,
        severity,
        object_type,
        id,
        code,
        path,
        message,
        value,
        expected,
    } = finding.clone();
    StoredFinding(
        rule.to_string(),
        severity.to_string(),
        object_type.to_string(),
        id,
        code,
        path,
        message,
        value_to_stored(value),
        value_to_stored(expected),
    )
}

fn finding_from_stored(stored: StoredFinding) -> Result<Finding> {
    let StoredFinding(rule, severity, object_type, id, code, path, message, value, expected) =
        stored;
    Ok(Finding {
        rule: LintRule::from_column(&rule)?,
        severity: Severity::from_column(&severity)?,
        object_type: ObjectType::from_column(&object_type)?,
        id,
        code,
        path,
        message,
        value: value_from_stored(value)?,
        expected: value_from_stored(expected)?,
    })
}

fn manual_to_stored(manual: &ManualValue) -> StoredManual {
    let ManualValue {
        id,
        code,
        path,
        value,
        derived_would_be,
        deviation,
    } = manual.clone();
    StoredManual(id, code, path, value, derived_would_be, deviation)
}

fn manual_from_stored(stored: StoredManual) -> ManualValue {
    let StoredManual(id, code, path, value, derived_would_be, deviation) = stored;
    ManualValue {
        id,
        code,
        path,
        value,
        derived_would_be,
        deviation,
    }
}
