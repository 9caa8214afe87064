//! The owner of rows.

/// The plan that rows belong to, and its scope.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub scope_id: &'a str,
    pub plan_id: &'a str,
}
