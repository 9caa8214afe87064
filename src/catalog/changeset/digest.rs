//! The digest of a changeset: SHA-256 of canonical JSON (RFC 8785) of what was looked at.
//!
//! The JSON is `{"findings":…,"include":…,"objects":…,"prune":…}` with the values as the API shows
//! them, keys in order and no white space. Numbers are written as those of JavaScript, so that 0.95 and
//! 0.950 are the same.

use serde_json::{Map, Number, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::domain::change::{FieldChange, ObjectChange, Value};
use crate::domain::changeset::{Included, Prune};
use crate::domain::lint::Finding;

/// The digest in hex.
pub(super) fn digest(
    prune: Prune,
    include: &[Included],
    objects: &[ObjectChange],
    findings: &[Finding],
) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"{\"findings\":");
    update(&mut hasher, findings.iter().map(finding));
    hasher.update(b",\"include\":");
    match include {
        [] => hasher.update(b"null"),
        some => update(
            &mut hasher,
            some.iter().map(|one| Json::from(one.as_text())),
        ),
    }
    hasher.update(b",\"objects\":");
    update(&mut hasher, objects.iter().map(object));
    hasher.update(format!(",\"prune\":\"{prune}\"}}"));
    hex::encode(hasher.finalize())
}

fn update(hasher: &mut Sha256, items: impl Iterator<Item = Json>) {
    hasher.update(b"[");
    for (index, item) in items.enumerate() {
        if index > 0 {
            hasher.update(b",");
        }
        hasher.update(item.to_string());
    }
    hasher.update(b"]");
}

// The keys below are in order, as they are written.

fn finding(finding: &Finding) -> Json {
    let Finding {
        rule,
        severity,
        object_type,
        id,
        code,
        path,
        message,
        value: found,
        expected,
    } = finding;
    json!({
        "code": code,
        "expected": value(expected),
        "id": id,
        "message": message,
        "objectType": object_type.as_str(),
        "path": path,
        "rule": rule.as_str(),
        "severity": severity.as_str(),
        "value": value(found),
    })
}

fn object(change: &ObjectChange) -> Json {
    let ObjectChange {
        object_type,
        id,
        code,
        name,
        action,
        fields,
    } = change;
    json!({
        "action": action.as_str(),
        "code": code,
        "fields": fields.iter().map(field).collect::<Vec<_>>(),
        "id": id,
        "name": name,
        "objectType": object_type.as_str(),
    })
}

fn field(change: &FieldChange) -> Json {
    let FieldChange {
        path,
        from,
        to,
        cause,
    } = change;
    json!({
        "cause": cause.as_str(),
        "from": value(from),
        "path": path,
        "to": value(to),
    })
}

fn value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
        // What is stored was JSON.
        Value::Decimal(json) | Value::Json(json) => serde_json::from_str(json)
            .map(canonical)
            .unwrap_or_default(),
    }
}

/// The value with the keys of its objects in the order of their UTF-16, and numbers as doubles.
fn canonical(value: Json) -> Json {
    match value {
        Json::Object(object) => {
            let mut entries: Vec<_> = object.into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            let entries = entries
                .into_iter()
                .map(|(key, item)| (key, canonical(item)));
            Json::Object(entries.collect::<Map<_, _>>())
        }
        Json::Array(items) => items.into_iter().map(canonical).collect(),
        Json::Number(number) => canonical_number(&number).unwrap_or(number).into(),
        plain => plain,
    }
}

fn canonical_number(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|float| float.is_finite())?;
    ryu_js::Buffer::new().format(float).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_written_alike() {
        for (json, expected) in [
            ("0.95", "0.95"),
            ("0.950", "0.95"),
            ("95e-2", "0.95"),
            ("9.5E-1", "0.95"),
            ("150.00", "150"),
            ("-0", "0"),
            ("1e-7", "1e-7"),
            ("0.00000010", "1e-7"),
            ("1E3", "1000"),
            ("1e21", "1e+21"),
            ("9007199254740991", "9007199254740991"),
            ("5e-324", "5e-324"),
            (
                r#"{"b":[1.0,{"y":1,"x":2}],"a":"\u00e9\n"}"#,
                r#"{"a":"é\n","b":[1,{"x":2,"y":1}]}"#,
            ),
            // The order of UTF-16, in which these are the other way round.
            (
                r#"{"\ufb33":1,"\ud83d\ude00":2}"#,
                "{\"\u{1f600}\":2,\"\u{fb33}\":1}",
            ),
        ] {
            for of_json in [Value::Json, Value::Decimal] {
                assert_eq!(value(&of_json(json.to_owned())).to_string(), expected);
            }
        }
    }
}
