//! The operations by name, for what counts and traces them.

use std::sync::LazyLock;

use poem_openapi::OpenApi;

use super::document::BASE_PATH;
use super::operations;
use crate::observe::Operations;
use crate::observe::span::Operation;

/// All operations, made once and kept for good.
pub static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| known(&operations()));

fn known<O: OpenApi>(_operations: &O) -> Operations {
    let mut known = Vec::new();
    for path in O::meta().into_iter().flat_map(|api| api.paths) {
        let route: &str = format!("{BASE_PATH}{}", path.path).leak();
        let names = path.operations.iter().filter_map(|one| one.operation_id);
        known.extend(names.map(|name| Operation { name, route }));
    }
    known.leak()
}
