//! Changes of objects as they are stored: JSON in short arrays.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::domain::change::{Action, Cause, FieldChange, ObjectChange, ObjectType, Value};
use crate::domain::{Error, Result};
use crate::store::tables::row::Word;

/// Type, id, code, name, action and fields.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredObject(
    String,
    Option<String>,
    Option<String>,
    String,
    String,
    Vec<StoredField>,
);

/// Path, value before, value after and cause.
#[derive(Serialize, Deserialize)]
struct StoredField(String, Json, Json, String);

/// What a decimal and a JSON text are wrapped in, to tell them from other numbers and texts.
const DECIMAL: &str = "decimal";
const JSON: &str = "json";

const REQUEST: &str = "r";
const DERIVED: &str = "d";

pub(super) fn to_stored(object: ObjectChange) -> StoredObject {
    let ObjectChange {
        object_type,
        id,
        code,
        name,
        action,
        fields,
    } = object;
    StoredObject(
        object_type.as_str().to_owned(),
        id,
        code,
        name,
        action.as_str().to_owned(),
        fields.into_iter().map(field_to_stored).collect(),
    )
}

pub(super) fn from_stored(stored: StoredObject) -> Result<ObjectChange> {
    let StoredObject(object_type, id, code, name, action, fields) = stored;
    let fields = fields.into_iter().map(field_from_stored);
    Ok(ObjectChange {
        object_type: ObjectType::from_column(&object_type)?,
        id,
        code,
        name,
        action: Action::from_column(&action)?,
        fields: fields.collect::<Result<_>>()?,
    })
}

fn field_to_stored(field: FieldChange) -> StoredField {
    let FieldChange {
        path,
        from,
        to,
        cause,
    } = field;
    let cause = match cause {
        Cause::Request => REQUEST,
        Cause::Derived => DERIVED,
    };
    StoredField(
        path,
        value_to_stored(from),
        value_to_stored(to),
        cause.to_owned(),
    )
}

fn field_from_stored(stored: StoredField) -> Result<FieldChange> {
    let StoredField(path, from, to, cause) = stored;
    Ok(FieldChange {
        path,
        from: value_from_stored(from)?,
        to: value_from_stored(to)?,
        cause: match &*cause {
            REQUEST => Cause::Request,
            DERIVED => Cause::Derived,
            _ => return Err(unreadable()),
        },
    })
}

pub(in crate::store) fn value_to_stored(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => value.into(),
        Value::Int(value) => value.into(),
        Value::Text(text) => text.into(),
        Value::Decimal(decimal) => serde_json::json!({ DECIMAL: decimal }),
        Value::Json(json) => serde_json::json!({ JSON: json }),
    }
}

pub(in crate::store) fn value_from_stored(stored: Json) -> Result<Value> {
    let value = match stored {
        Json::Null => Some(Value::Null),
        Json::Bool(value) => Some(Value::Bool(value)),
        Json::Number(number) => number.as_i64().map(Value::Int),
        Json::String(text) => Some(Value::Text(text)),
        Json::Array(_) => None,
        Json::Object(object) => {
            let text = |key| object.get(key).and_then(Json::as_str).map(str::to_owned);
            let decimal = text(DECIMAL).map(Value::Decimal);
            decimal.or_else(|| text(JSON).map(Value::Json))
        }
    };
    value.ok_or_else(unreadable)
}

fn unreadable() -> Error {
    Error::internal("the log has a value that cannot be read")
}

/// Changes of objects as JSON.
pub(in crate::store) fn objects_to_json(objects: &[ObjectChange]) -> Result<String> {
    let stored: Vec<_> = objects.iter().cloned().map(to_stored).collect();
    serde_json::to_string(&stored).map_err(|why| Error::Internal(Box::new(why)))
}

/// Reads what [`objects_to_json`] wrote.
pub(in crate::store) fn objects_from_json(json: &str) -> Result<Vec<ObjectChange>> {
    let stored: Vec<StoredObject> =
        serde_json::from_str(json).map_err(|why| Error::Internal(Box::new(why)))?;
    stored.into_iter().map(from_stored).collect()
}
