//! The leaves of features.

use super::{HasLeaves, Object, gathered};
use crate::domain::change::{Leaf, ObjectType};
use crate::domain::feature::Feature;
use crate::domain::text::{Description, UnitName};

impl HasLeaves for Feature {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::Feature,
            id: self.id.to_string(),
            code: Some(self.code.as_str().to_owned()),
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves_unlike(&self, _other: Option<&Self>) -> Vec<Leaf> {
        let Self {
            id: _,
            code,
            name,
            feature_type,
            description,
            unit_name,
            created_at: _,
            updated_at: _,
        } = self;
        gathered(|at| {
            at.add("name", name.as_str())
                .add("code", code.as_str())
                .add("type", feature_type.as_str())
                .add("description", description.as_ref().map(Description::as_str))
                .add("unitName", unit_name.as_ref().map(UnitName::as_str));
        })
    }
}
