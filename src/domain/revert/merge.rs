//! Merging one value, and lists of parts.

/// Sets a value back to what it was before a change, if the change wrote it. Answers whether it is
/// another one now.
pub(super) fn merge<T: Clone + PartialEq>(now: &mut T, before: &T, after: &T) -> bool {
    if before == after || now == before {
        return false;
    }
    now.clone_from(before);
    true
}

/// What a change did to a part.
pub(super) enum PartChange<'a, T> {
    /// It made it.
    Made(&'a T),
    /// It deleted it.
    Deleted(&'a T),
    /// It changed it.
    Changed(&'a T, &'a T),
}

/// The parts that differ before and after a change, by what names them.
pub(super) fn changed_parts<'a, T: PartialEq, K: PartialEq>(
    before: &'a [T],
    after: &'a [T],
    name: impl Fn(&T) -> K,
) -> Vec<PartChange<'a, T>> {
    let find = |parts: &'a [T], part: &T| parts.iter().find(|other| name(other) == name(part));
    let kept_or_gone = before.iter().filter_map(|part| match find(after, part) {
        Some(same) if same == part => None,
        Some(changed) => Some(PartChange::Changed(part, changed)),
        None => Some(PartChange::Deleted(part)),
    });
    let new = after.iter().filter(|part| find(before, part).is_none());
    kept_or_gone.chain(new.map(PartChange::Made)).collect()
}
