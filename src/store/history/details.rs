//! The details of a change, as they are stored: JSON in short arrays, compressed. What was written
//! once is read for ever, so a new form is read beside this one and never in its place.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::domain::change::{
    Action, ActorType, Cause, FieldChange, ObjectChange, ObjectType, Value,
};
use crate::domain::{Error, Result};
use crate::store::pack::Dictionary;
use crate::store::tables::row::Word;

/// What details have in common.
static LIKE: Dictionary = Dictionary::new(include_bytes!("details.like.json"));

/// The details of a change, without what has a column of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Details {
    pub actor_type: ActorType,
    pub actor_name: String,
    pub actor_prefix: Option<String>,
    pub operation: String,
    pub request_id: String,
    pub note: Option<String>,
    pub reverts: Option<i64>,
    pub objects: Vec<ObjectChange>,
}

/// In the order of the fields of [`Details`].
#[derive(Serialize, Deserialize)]
struct StoredDetails(
    String,
    String,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<i64>,
    Vec<StoredObject>,
);

/// Type, id, code, name, action and fields.
#[derive(Serialize, Deserialize)]
struct StoredObject(
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

impl Details {
    /// The details in few bytes.
    ///
    /// # Errors
    /// `Internal`.
    pub fn pack(self) -> Result<Vec<u8>> {
        let stored = StoredDetails(
            self.actor_type.as_str().to_owned(),
            self.actor_name,
            self.actor_prefix,
            self.operation,
            self.request_id,
            self.note,
            self.reverts,
            self.objects.into_iter().map(to_stored).collect(),
        );
        let json = serde_json::to_vec(&stored).map_err(|why| Error::Internal(Box::new(why)))?;
        LIKE.pack(&json)
    }

    /// Reads details back.
    ///
    /// # Errors
    /// `Internal`.
    pub fn unpack(packed: &[u8]) -> Result<Self> {
        let json = LIKE.unpack(packed)?;
        let stored = serde_json::from_slice(&json).map_err(|why| Error::Internal(Box::new(why)))?;
        let StoredDetails(
            actor_type,
            actor_name,
            actor_prefix,
            operation,
            request_id,
            note,
            reverts,
            objects,
        ) = stored;
        Ok(Self {
            actor_type: ActorType::from_column(&actor_type)?,
            actor_name,
            actor_prefix,
            operation,
            request_id,
            note,
            reverts,
            objects: objects
                .into_iter()
                .map(from_stored)
                .collect::<Result<_>>()?,
        })
    }
}

fn to_stored(object: ObjectChange) -> StoredObject {
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

fn from_stored(stored: StoredObject) -> Result<ObjectChange> {
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

fn value_to_stored(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => value.into(),
        Value::Int(value) => value.into(),
        Value::Text(text) => text.into(),
        Value::Decimal(decimal) => serde_json::json!({ DECIMAL: decimal }),
        Value::Json(json) => serde_json::json!({ JSON: json }),
    }
}

fn value_from_stored(stored: Json) -> Result<Value> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_read_back() {
        let field = |from, to, cause| FieldChange {
            path: "prices[monthly].price".to_owned(),
            from,
            to,
            cause,
        };
        let details = Details {
            actor_type: ActorType::ApiKey,
            actor_name: "Pricing".to_owned(),
            actor_prefix: Some("ck_live_0a1b2c".to_owned()),
            operation: "update-plan-price".to_owned(),
            request_id: "req_1".to_owned(),
            note: Some("why".to_owned()),
            reverts: Some(3),
            objects: vec![ObjectChange {
                object_type: ObjectType::Plan,
                id: Some("pln_1".to_owned()),
                code: None,
                name: "Pro".to_owned(),
                action: Action::Updated,
                fields: vec![
                    field(Value::Null, Value::Bool(true), Cause::Request),
                    field(Value::Int(-5), Value::Text("5".to_owned()), Cause::Derived),
                    field(
                        Value::Decimal("0.920".to_owned()),
                        Value::Json("{\"a\":1.0}".to_owned()),
                        Cause::Request,
                    ),
                ],
            }],
        };
        let packed = details.clone().pack().unwrap();
        assert_eq!(Details::unpack(&packed).unwrap(), details);
    }
}
