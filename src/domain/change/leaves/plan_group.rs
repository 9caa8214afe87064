//! The leaves of plan groups.

use super::{HasLeaves, Object, gathered};
use crate::domain::change::{Leaf, ObjectType};
use crate::domain::plan_group::PlanGroup;
use crate::domain::text::Description;

impl HasLeaves for PlanGroup {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::PlanGroup,
            id: self.id.to_string(),
            code: None,
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves_unlike(&self, _other: Option<&Self>) -> Vec<Leaf> {
        let Self {
            id: _,
            name,
            description,
            is_public,
            created_at: _,
            updated_at: _,
        } = self;
        gathered(|at| {
            at.add("name", name.as_str())
                .add("description", description.as_ref().map(Description::as_str))
                .add("isPublic", *is_public);
        })
    }
}
