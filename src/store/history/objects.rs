//! What happened to objects, as it is stored: JSON in short arrays. What was written once is read for
//! ever, so a new shape is read beside this one and never instead of it.

use serde_json::Value as Stored;

use super::pack::{pack, unpack};
use crate::domain::change::{Action, Cause, FieldChange, ObjectChange, ObjectType, Value};
use crate::domain::{Error, Result};
use crate::store::row::Word;

/// What stored changes have in common. It is part of what is stored: it is never changed.
const LIKE: &[u8] = br#"[["plan","pln_0190","pro","Pro","updated",[["prices[monthly].price",4900,5900,"r"],["prices[monthly].regionalPrices[jpy].price",7350,8850,"d"],["prices[monthly].regionalPrices[eur].autoSynced",true,false,"r"],["features[api_calls].overage.unitPrice",20,30,"r"],["features[api_calls].regionalPrices[eur].overageUnitPrice",18,27,"d"],["exchangeRates[eur].exchangeRate",{"decimal":"0.92"},null,"r"],["prices[yearly].introOffer.discountValue",null,2500,"r"],["isDefault",true,false,"d"]]],["feature","feat_0190","created"],["plan_group","grp_0190",null,"deleted"]]"#;

/// Type, id, code, name, action and fields.
type StoredObject = (
    String,
    Option<String>,
    Option<String>,
    String,
    String,
    Vec<StoredField>,
);
/// Path, before, after and cause.
type StoredField = (String, Stored, Stored, String);

/// What a decimal and a JSON text are wrapped in, to tell them from other numbers and texts.
const DECIMAL: &str = "decimal";
const JSON: &str = "json";

const REQUEST: &str = "r";
const DERIVED: &str = "d";

/// What happened to objects, in few bytes.
///
/// # Errors
/// `Internal`.
pub fn pack_objects(objects: &[ObjectChange]) -> Result<Vec<u8>> {
    let stored: Vec<_> = objects.iter().map(to_stored).collect();
    let json = serde_json::to_vec(&stored).map_err(|why| Error::Internal(Box::new(why)))?;
    pack(&json, LIKE)
}

/// Reads back what happened to objects.
///
/// # Errors
/// `Internal`.
pub fn unpack_objects(packed: &[u8]) -> Result<Vec<ObjectChange>> {
    let json = unpack(packed, LIKE)?;
    let stored: Vec<StoredObject> =
        serde_json::from_slice(&json).map_err(|why| Error::Internal(Box::new(why)))?;
    stored.into_iter().map(from_stored).collect()
}

fn to_stored(object: &ObjectChange) -> StoredObject {
    let ObjectChange {
        object_type,
        id,
        code,
        name,
        action,
        fields,
    } = object;
    (
        object_type.as_str().to_owned(),
        id.clone(),
        code.clone(),
        name.clone(),
        action.as_str().to_owned(),
        fields.iter().map(field_to_stored).collect(),
    )
}

fn from_stored(stored: StoredObject) -> Result<ObjectChange> {
    let (object_type, id, code, name, action, fields) = stored;
    Ok(ObjectChange {
        object_type: ObjectType::from_column(&object_type)?,
        id,
        code,
        name,
        action: Action::from_column(&action)?,
        fields: fields
            .into_iter()
            .map(field_from_stored)
            .collect::<Result<_>>()?,
    })
}

fn field_to_stored(field: &FieldChange) -> StoredField {
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
    (
        path.clone(),
        value_to_stored(from),
        value_to_stored(to),
        cause.to_owned(),
    )
}

fn field_from_stored(stored: StoredField) -> Result<FieldChange> {
    let (path, from, to, cause) = stored;
    Ok(FieldChange {
        path,
        from: value_from_stored(&from)?,
        to: value_from_stored(&to)?,
        cause: if cause == REQUEST {
            Cause::Request
        } else {
            Cause::Derived
        },
    })
}

fn value_to_stored(value: &Value) -> Stored {
    match value {
        Value::Null => Stored::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Decimal(decimal) => serde_json::json!({ DECIMAL: decimal }),
        Value::Json(json) => serde_json::json!({ JSON: json }),
    }
}

fn value_from_stored(stored: &Stored) -> Result<Value> {
    let value = match stored {
        Stored::Null => Some(Value::Null),
        Stored::Bool(value) => Some(Value::Bool(*value)),
        Stored::Number(number) => number.as_i64().map(Value::Int),
        Stored::String(text) => Some(Value::Text(text.clone())),
        Stored::Array(_) => None,
        Stored::Object(object) => {
            let text = |key| object.get(key).and_then(Stored::as_str).map(str::to_owned);
            let decimal = text(DECIMAL).map(Value::Decimal);
            decimal.or_else(|| text(JSON).map(Value::Json))
        }
    };
    value.ok_or_else(|| Error::internal("the log has a value that cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_read_back() {
        let field = |from: Value, to: Value, cause| FieldChange {
            path: "prices[monthly].price".to_owned(),
            from,
            to,
            cause,
        };
        let objects = vec![ObjectChange {
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
        }];
        let packed = pack_objects(&objects).unwrap();
        assert_eq!(unpack_objects(&packed).unwrap(), objects);
        assert_eq!(unpack_objects(&pack_objects(&[]).unwrap()).unwrap(), []);
    }
}
