use super::merge::{PartChange, changed_parts, merge};

#[test]
fn only_what_was_written_goes_back() {
    let mut now = 7;
    assert!(!merge(&mut now, &1, &1));
    assert_eq!(now, 7);
    assert!(merge(&mut now, &1, &2));
    assert_eq!(now, 1);
    assert!(!merge(&mut now, &1, &2), "it is back already");
}

#[test]
fn parts_are_told_apart_by_their_names() {
    let (before, after) = (
        [("a", 1), ("b", 1), ("c", 1)],
        [("b", 1), ("c", 2), ("d", 1)],
    );
    let changes: Vec<_> = changed_parts(&before, &after, |part| part.0)
        .into_iter()
        .map(|change| match change {
            PartChange::Made(made) => ("made", made.0),
            PartChange::Deleted(deleted) => ("deleted", deleted.0),
            PartChange::Changed(before, _) => ("changed", before.0),
        })
        .collect();
    assert_eq!(changes, [("deleted", "a"), ("changed", "c"), ("made", "d")]);
}
