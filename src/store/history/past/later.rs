//! What objects got later, which is no change.

use std::collections::HashMap;

use crate::domain::Result;
use crate::store::query::InScope;
use crate::store::tables::by_creation::{ByCreation, positions};

/// The current positions of objects of a type by id, if some of them had none yet. The log does not say
/// which they got.
pub(super) async fn later_positions<E: ByCreation>(
    tx: &impl InScope,
    mut then: impl Iterator<Item = Option<i64>>,
) -> Result<HashMap<String, i64>> {
    match then.any(|position| position.is_none()) {
        true => positions::<E>(tx).await,
        false => Ok(HashMap::new()),
    }
}
