//! What a write changed: for the log, and for caches that have to learn of it.

use super::plan::entity::plan;
use crate::domain::change::{Note, ObjectChange};
use crate::domain::id::PlanId;
use crate::domain::plan::Plan;
use crate::domain::text::Code;

/// A plan that was changed, by both of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPlan {
    /// Its id.
    pub id: PlanId,
    /// Its code.
    pub code: Code,
}

impl From<&Plan> for ChangedPlan {
    fn from(plan: &Plan) -> Self {
        Self {
            id: plan.id.clone(),
            code: plan.code.clone(),
        }
    }
}

impl From<plan::Model> for ChangedPlan {
    fn from(row: plan::Model) -> Self {
        Self {
            id: PlanId::from_row(row.id),
            code: Code::from_row(row.code),
        }
    }
}

/// What happened to an object, and what it is afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedObject {
    /// What happened.
    pub change: ObjectChange,
    /// What it is from now on, as it is stored; `None` if it is gone.
    pub(in crate::store) version: Option<Vec<u8>>,
}

/// What a write changed. Whatever saves it returns it, and the command hands it on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the log misses a change, and a cache that does not learn of it answers with old values"]
pub struct Changes {
    /// The plans about which cached answers changed.
    pub plans: Vec<ChangedPlan>,
    /// Whether a key was revoked.
    pub keys: bool,
    /// What the log says of it.
    pub objects: Vec<LoggedObject>,
    /// The revision of the change that it takes back.
    pub reverts: Option<i64>,
    /// Why the write is made, if its caller says nothing.
    pub note: Option<Note>,
}

impl Changes {
    /// Nothing.
    pub const NONE: Self = Self {
        plans: Vec::new(),
        keys: false,
        objects: Vec::new(),
        reverts: None,
        note: None,
    };

    /// The revocation of a key, as far as caches are concerned.
    pub(in crate::store) const KEYS: Self = Self {
        plans: Vec::new(),
        keys: true,
        objects: Vec::new(),
        reverts: None,
        note: None,
    };

    /// A change of an object, of which no cache has to learn.
    pub(in crate::store) fn logged(change: Option<ObjectChange>, version: Option<Vec<u8>>) -> Self {
        let objects = change.map(|change| LoggedObject { change, version });
        Self {
            objects: objects.into_iter().collect(),
            ..Self::NONE
        }
    }

    /// These changes and later ones of the same write. Those of the same object become one.
    pub fn and(mut self, later: Self) -> Self {
        self.plans.extend(later.plans);
        self.keys |= later.keys;
        for object in later.objects {
            let mut own = self.objects.iter_mut();
            match own.find(|known| known.change.id == object.change.id) {
                Some(known) => {
                    known.change = known.change.clone().followed_by(object.change);
                    known.version = object.version;
                }
                None => self.objects.push(object),
            }
        }
        self.reverts = self.reverts.or(later.reverts);
        self.note = self.note.or(later.note);
        self
    }

    /// The same changes, with what is logged of each object changed.
    pub fn logged_as(mut self, change: impl Fn(ObjectChange) -> ObjectChange) -> Self {
        for object in &mut self.objects {
            object.change = change(object.change.clone());
        }
        self
    }
}

impl<P: Into<ChangedPlan>> FromIterator<P> for Changes {
    fn from_iter<I: IntoIterator<Item = P>>(plans: I) -> Self {
        Self {
            plans: plans.into_iter().map(Into::into).collect(),
            ..Self::NONE
        }
    }
}

impl From<&Plan> for Changes {
    fn from(plan: &Plan) -> Self {
        [plan].into_iter().collect()
    }
}
