//! Two changes of an object as one.

use super::{Action, ObjectChange};

impl ObjectChange {
    /// This change and a later one of the same object in one: each field from what it was at first to what
    /// it is in the end. Fields that are as they were are left out.
    #[must_use]
    pub fn followed_by(mut self, later: Self) -> Self {
        for field in later.fields {
            let mut own = self.fields.iter_mut();
            match own.find(|known| known.path == field.path) {
                Some(known) => {
                    known.to = field.to;
                    known.cause = field.cause;
                }
                None => self.fields.push(field),
            }
        }
        self.fields.retain(|field| field.from != field.to);
        self.action = match (self.action, later.action) {
            (Action::Created, Action::Updated) => Action::Created,
            (Action::Deleted, Action::Created) => Action::Updated,
            (_, last) => last,
        };
        self.code = later.code;
        self.name = later.name;
        self
    }
}
