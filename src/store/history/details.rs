//! The details of a change, as they are stored: JSON in short arrays, compressed. What was written
//! once is read for ever, so a new form is read beside this one and never in its place.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::stored::{StoredObject, from_stored, to_stored};
use crate::domain::change::{ActorType, ObjectChange};
use crate::domain::{Error, Result};
use crate::store::pack::Dictionary;
use crate::store::tables::row::Word;

/// What details have in common.
static LIKE: Dictionary = Dictionary::new(include_bytes!("details.like.json"));

/// Maximum number of objects that are stored with the change itself. Of a change of more, each object
/// is stored in a row of its own, so that reading one of them costs no more than its size.
const MAX_TOGETHER: usize = 100;

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
    /// All objects of the change, or only the first.
    pub objects: Vec<ObjectChange>,
    /// The number of all, if the others are in rows of their own.
    pub apart: Option<usize>,
}

/// In the order of the fields of [`Details`]. Programs of the previous version read only what has no
/// number at its end.
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
    #[serde(default, skip_serializing_if = "Option::is_none")] Option<usize>,
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
            self.apart,
        );
        packed(&stored)
    }

    /// Reads details back.
    ///
    /// # Errors
    /// `Internal`.
    pub fn unpack(packed: &[u8]) -> Result<Self> {
        let StoredDetails(
            actor_type,
            actor_name,
            actor_prefix,
            operation,
            request_id,
            note,
            reverts,
            objects,
            apart,
        ) = unpacked(packed)?;
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
            apart,
        })
    }

    /// Takes all objects but the first out, if they are too many to be stored together.
    pub fn take_apart(&mut self) -> Vec<ObjectChange> {
        if self.objects.len() <= MAX_TOGETHER {
            return Vec::new();
        }
        self.apart = Some(self.objects.len());
        self.objects.split_off(1)
    }
}

/// An object of a change in few bytes, for a row of its own.
///
/// # Errors
/// `Internal`.
pub(super) fn pack_object(object: ObjectChange) -> Result<Vec<u8>> {
    packed(&to_stored(object))
}

/// Reads such an object back.
///
/// # Errors
/// `Internal`.
pub(super) fn unpack_object(packed: &[u8]) -> Result<ObjectChange> {
    from_stored(unpacked(packed)?)
}

fn packed(stored: &impl Serialize) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(stored).map_err(|why| Error::Internal(Box::new(why)))?;
    LIKE.pack(&json)
}

fn unpacked<T: DeserializeOwned>(packed: &[u8]) -> Result<T> {
    let json = LIKE.unpack(packed)?;
    serde_json::from_slice(&json).map_err(|why| Error::Internal(Box::new(why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{Action, Cause, FieldChange, ObjectType, Value};

    fn details(objects: usize) -> Details {
        let field = |from, to, cause| FieldChange {
            path: "prices[monthly].price".to_owned(),
            from,
            to,
            cause,
        };
        let object = |number| ObjectChange {
            object_type: ObjectType::Plan,
            id: Some(format!("pln_{number}")),
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
        };
        Details {
            actor_type: ActorType::ApiKey,
            actor_name: "Pricing".to_owned(),
            actor_prefix: Some("ck_live_0a1b2c".to_owned()),
            operation: "update-plan-price".to_owned(),
            request_id: "req_1".to_owned(),
            note: Some("why".to_owned()),
            reverts: Some(3),
            objects: (0..objects).map(object).collect(),
            apart: None,
        }
    }

    #[test]
    fn details_read_back() {
        let packed = details(1).pack().unwrap();
        assert_eq!(Details::unpack(&packed).unwrap(), details(1));
    }

    #[test]
    fn many_objects_are_stored_apart() {
        let mut together = details(MAX_TOGETHER);
        assert_eq!(together.take_apart(), []);
        assert_eq!(together, details(MAX_TOGETHER));
        let all = details(MAX_TOGETHER + 1);
        let mut first = all.clone();
        let others = first.take_apart();
        let read = Details::unpack(&first.pack().unwrap()).unwrap();
        assert_eq!(read.apart, Some(MAX_TOGETHER + 1));
        assert_eq!(read.objects, all.objects[..1]);
        let packed = others
            .into_iter()
            .map(|object| pack_object(object).unwrap());
        let read: Vec<_> = packed
            .map(|packed| unpack_object(&packed).unwrap())
            .collect();
        assert_eq!(read, all.objects[1..]);
    }

    /// What the previous version wrote and reads.
    #[test]
    fn few_objects_are_stored_as_before() {
        let json = LIKE.unpack(&details(1).pack().unwrap()).unwrap();
        let stored: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
        assert_eq!(stored.len(), 8);
    }
}
