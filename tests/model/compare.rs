//! Compares the server's answers with those of the model.

use serde_json::{Map, Value};

use super::catalog::{ANY_TIME, LIVEMODE, RATE, SINCE};
use super::choices;
use super::money::Decimal;
use super::refusal::{Fault, Refusal};

/// An answer as received.
pub struct Reply {
    pub status: u16,
    pub text: String,
    pub body: Value,
    /// Whether the call was sent before without an answer.
    pub was_repeated: bool,
}

/// The comparison, and the mode of the key, which must be the same in every answer.
#[derive(Default, Clone)]
pub struct Compare {
    livemode: Option<bool>,
}

/// The maximum number of details in an answer.
const MAX_DETAILS: usize = 100;

/// A description of the difference, if there is one.
pub type Verdict = Result<(), String>;

impl Compare {
    /// The data of a success must equal the expected data.
    pub fn success(&mut self, expected: &Value, reply: &Reply) -> Verdict {
        let data = data_of(reply)?;
        self.same(expected, data, "data")
    }

    /// A refusal must match the expected one.
    pub fn refusal(expected: &Refusal, reply: &Reply) -> Verdict {
        if reply.status != expected.status() {
            return Err(format!(
                "status {} instead of {}",
                reply.status,
                expected.status()
            ));
        }
        let error = &reply.body["error"];
        let shape_is_right = reply.body["success"] == false
            && is_filled(&error["message"])
            && is_filled(&error["doc_url"]);
        if !shape_is_right {
            return Err("an error envelope is incomplete".to_owned());
        }
        for (name, wanted) in [("type", expected.kind()), ("code", expected.code())] {
            if error[name] != wanted {
                return Err(format!(
                    "error.{name} is {} instead of {wanted}",
                    error[name]
                ));
            }
        }
        match expected {
            Refusal::Invalid(faults) => faults_named(faults, error),
            _ => Ok(()),
        }
    }

    fn same(&mut self, expected: &Value, actual: &Value, path: &str) -> Verdict {
        match (expected, actual) {
            (Value::String(mark), _) if mark == ANY_TIME => {
                accept(is_time(actual), expected, actual, path)
            }
            (Value::String(mark), _) if mark == SINCE => {
                accept(is_since(actual), expected, actual, path)
            }
            (Value::String(mark), Value::Bool(mode)) if mark == LIVEMODE => {
                let known = *self.livemode.get_or_insert(*mode);
                accept(known == *mode, expected, actual, path)
            }
            (Value::String(mark), _) if mark.starts_with(RATE) => {
                accept(is_rate(&mark[RATE.len()..], actual), expected, actual, path)
            }
            (Value::Object(expected), Value::Object(actual)) => {
                self.same_object(expected, actual, path)
            }
            (Value::Array(expected), Value::Array(actual)) => {
                self.same_list(expected, actual, path)
            }
            _ => accept(expected == actual, expected, actual, path),
        }
    }

    fn same_object(
        &mut self,
        expected: &Map<String, Value>,
        actual: &Map<String, Value>,
        path: &str,
    ) -> Verdict {
        if let Some(extra) = actual.keys().find(|key| !expected.contains_key(*key)) {
            return Err(format!("{path}.{extra} is not expected"));
        }
        for (key, expected) in expected {
            let Some(actual) = actual.get(key) else {
                return Err(format!("{path}.{key} is missing"));
            };
            self.same(expected, actual, &format!("{path}.{key}"))?;
        }
        Ok(())
    }

    fn same_list(&mut self, expected: &[Value], actual: &[Value], path: &str) -> Verdict {
        if expected.len() != actual.len() {
            return Err(format!(
                "{path} has {} items instead of {}",
                actual.len(),
                expected.len()
            ));
        }
        for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
            self.same(expected, actual, &format!("{path}[{index}]"))?;
        }
        Ok(())
    }
}

/// The data of an answer that must be a success.
pub fn data_of(reply: &Reply) -> Result<&Value, String> {
    if reply.status != 200 || reply.body["success"] != true {
        return Err(format!("status {} instead of a success", reply.status));
    }
    reply
        .body
        .get("data")
        .ok_or_else(|| "a success without data".to_owned())
}

fn faults_named(faults: &[Fault], error: &Value) -> Verdict {
    let is_about_the_whole_body = faults.iter().any(|fault| fault.is_named(""));
    if is_about_the_whole_body {
        return Ok(());
    }
    let fields: Vec<&str> = error["details"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(field_of)
        .collect();
    if fields.is_empty() || error["param"] != fields[0] {
        return Err(format!(
            "param is {} beside the fields {fields:?}",
            error["param"]
        ));
    }
    if let Some(stray) = fields
        .iter()
        .find(|field| !faults.iter().any(|fault| fault.is_named(field)))
    {
        return Err(format!("the field {stray} is not at fault"));
    }
    if fields.len() == MAX_DETAILS {
        return Ok(());
    }
    // If the base value itself is refused, its derived values need not be reported.
    let has_plain = faults.iter().any(|fault| !fault.derived);
    let owed = faults
        .iter()
        .filter(|fault| choices::ALL_BROKEN_RULES_ARE_NAMED && !(fault.derived && has_plain));
    for fault in owed {
        if !fields.iter().any(|field| fault.is_named(field)) {
            return Err(format!("no field of {fields:?} is for {fault:?}"));
        }
    }
    Ok(())
}

/// The field of a detail that also has a message.
fn field_of(detail: &Value) -> Option<&str> {
    detail["field"]
        .as_str()
        .filter(|_| is_filled(&detail["message"]))
}

fn is_filled(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// `2026-07-11T09:30:00Z`, with or without fractional seconds.
/// The change that last wrote a value; null for keys that may not read the history.
fn is_since(value: &Value) -> bool {
    value.is_null()
        || is_time(&value["at"])
            && value["revision"]
                .as_i64()
                .is_some_and(|revision| revision > 0)
            && value["actor"].is_object()
}

fn is_time(value: &Value) -> bool {
    let Some((date, time)) = value.as_str().and_then(|text| text.split_once('T')) else {
        return false;
    };
    let is_like = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(byte, like)| {
                if like == b'0' {
                    byte.is_ascii_digit()
                } else {
                    byte == like
                }
            })
    };
    let Some((time, fraction)) = time
        .strip_suffix('Z')
        .map(|time| time.split_once('.').unwrap_or((time, "0")))
    else {
        return false;
    };
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    is_like(date, "0000-00-00") && is_like(time, "00:00:00") && is_fraction
}

fn is_rate(sent: &str, shown: &Value) -> bool {
    let Value::Number(number) = shown else {
        return false;
    };
    let shown = number.to_string();
    let is_plain = !sent.contains(['e', 'E']);
    if choices::RATES_KEEP_THEIR_ZEROS && is_plain {
        return shown == sent;
    }
    Decimal::parse(&shown).is_some() && Decimal::parse(&shown) == Decimal::parse(sent)
}

fn accept(is_same: bool, expected: &Value, actual: &Value, path: &str) -> Verdict {
    if is_same {
        Ok(())
    } else {
        Err(format!("{path} is {actual} instead of {expected}"))
    }
}
