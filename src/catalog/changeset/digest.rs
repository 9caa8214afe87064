//! The digest of a changeset: SHA-256 of canonical JSON of what was looked at.
//!
//! The JSON is `{"findings":…,"include":…,"objects":…,"prune":…}` with the values as the API shows
//! them, keys in order and no white space.

use serde_json::{Map, Value as Json, json};
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
        Value::Decimal(json) | Value::Json(json) => {
            serde_json::from_str(json).map(in_order).unwrap_or_default()
        }
    }
}

/// The value with the keys of its objects in order.
fn in_order(value: Json) -> Json {
    match value {
        Json::Object(object) => {
            let mut entries: Vec<_> = object.into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            let entries = entries.into_iter().map(|(key, item)| (key, in_order(item)));
            Json::Object(entries.collect::<Map<_, _>>())
        }
        Json::Array(items) => items.into_iter().map(in_order).collect(),
        plain => plain,
    }
}
