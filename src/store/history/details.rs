//! The details of a change, as they are stored: JSON in short arrays, compressed. What was written
//! once is read for ever, so a new form is read beside this one and never in its place.

use serde::{Deserialize, Serialize};

use super::stored::{StoredObject, from_stored, to_stored};
use crate::domain::change::{ActorType, ObjectChange};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{Action, Cause, FieldChange, ObjectType, Value};

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
