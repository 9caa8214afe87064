//! States: the write that led a scope to where it is.
//!
//! A number does not name a state. A database that lost its last writes in a failover, or was put
//! back from a backup, counts on from an earlier revision, and the same number comes a second time.
//! So every write also gets a random tag, and a scope remembers the tags of its newest writes:
//! whoever remembers a state can tell whether the one that is found now descends from it, and asks
//! what changed since only if it does.

use crate::domain::{Error, Result};

/// Characters of a tag.
pub(in crate::store) const TAG_LENGTH: usize = 12;
/// How many tags a scope remembers.
pub(in crate::store) const TAGS_KEPT: usize = 64;

/// What tells one write from every other: 60 random bits as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Tag([u8; TAG_LENGTH]);

impl Tag {
    /// A tag that no other write has.
    ///
    /// # Errors
    /// `Internal`, when the system gives no random bytes.
    pub fn random() -> Result<Self> {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut tag = [0; TAG_LENGTH];
        getrandom::fill(&mut tag)
            .map_err(|why| Error::internal(format!("no random bytes: {why}")))?;
        for byte in &mut tag {
            *byte = ALPHABET[usize::from(*byte % 32)];
        }
        Ok(Self(tag))
    }

    /// The tag at an index among the tags of a scope, the newest at 0.
    fn at(tags: &str, index: usize) -> Option<Self> {
        let start = index.checked_mul(TAG_LENGTH)?;
        let tag = tags.as_bytes().get(start..start + TAG_LENGTH)?;
        tag.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// A state of a scope. Two are the same only if the same write led to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The revision of the scope.
    pub revision: i64,
    /// `None` where only programs that write no tags have written yet.
    tag: Option<Tag>,
}

impl State {
    /// The state after a number of writes, the newest of which has the first of these tags.
    pub(in crate::store) fn new(revision: i64, tags: &str) -> Self {
        Self {
            revision,
            tag: Tag::at(tags, 0),
        }
    }
}

/// A state with the tags of the writes that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    state: State,
    tags: String,
    keys_revision: i64,
}

impl Lineage {
    pub(in crate::store) fn new(revision: i64, tags: String, keys_revision: i64) -> Self {
        Self {
            state: State::new(revision, &tags),
            tags,
            keys_revision,
        }
    }

    /// The state itself.
    pub fn state(&self) -> State {
        self.state
    }

    /// The revision of the last write that changed what a key opens.
    pub fn keys_revision(&self) -> i64 {
        self.keys_revision
    }

    /// Whether this is the given state, or later writes led from it to here. A state that lies too
    /// far back is not recognized; nor is one before a write without a tag, which a program of the
    /// previous version made.
    pub fn descends_from(&self, earlier: &State) -> bool {
        if self.state == *earlier {
            return true;
        }
        let steps = self.state.revision.checked_sub(earlier.revision);
        let Some(steps) = steps.and_then(|steps| usize::try_from(steps).ok()) else {
            return false;
        };
        steps > 0 && earlier.tag.is_some() && Tag::at(&self.tags, steps) == earlier.tag
    }

    /// Whether this is the given state, or later writes led from it to here, some of which may have no
    /// tag: the tag of the state is there, and after it at most as many tags as there were writes.
    ///
    /// This is weaker than [`Self::descends_from`]: if a database lost writes without tags, others can be
    /// in their place.
    pub fn may_descend_from(&self, earlier: &State) -> bool {
        let steps = self.state.revision.checked_sub(earlier.revision);
        let Some(steps) = steps.and_then(|steps| usize::try_from(steps).ok()) else {
            return false;
        };
        if earlier.tag.is_none() {
            return self.tags.len() <= steps.saturating_mul(TAG_LENGTH);
        }
        let places = 0..=steps.min(TAGS_KEPT);
        places
            .map(|place| Tag::at(&self.tags, place))
            .any(|tag| tag == earlier.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scope that a test writes.
    #[derive(Clone, Default)]
    struct Written {
        revision: i64,
        tags: String,
    }

    impl Written {
        fn write(&mut self) -> State {
            self.revision += 1;
            self.tags.insert_str(0, &Tag::random().unwrap().to_string());
            self.tags.truncate(TAG_LENGTH * TAGS_KEPT);
            self.lineage().state()
        }

        fn write_without_tag(&mut self) {
            self.revision += 1;
        }

        fn lineage(&self) -> Lineage {
            Lineage::new(self.revision, self.tags.clone(), 0)
        }
    }

    #[test]
    fn later_writes_descend() {
        let mut scope = Written::default();
        let first = scope.write();
        assert!(scope.lineage().descends_from(&first));
        for _ in 1..TAGS_KEPT {
            scope.write();
            assert!(scope.lineage().descends_from(&first));
        }
        scope.write();
        assert!(!scope.lineage().descends_from(&first), "too far back");
    }

    #[test]
    fn lost_writes_do_not() {
        let mut scope = Written::default();
        scope.write();
        let mut restored = scope.clone();
        let lost = scope.write();
        assert!(!restored.lineage().descends_from(&lost), "an earlier state");
        assert!(!restored.lineage().may_descend_from(&lost));
        for _ in 0..TAGS_KEPT {
            restored.write();
            assert!(!restored.lineage().descends_from(&lost));
            assert!(!restored.lineage().may_descend_from(&lost));
        }
    }

    #[test]
    fn writes_without_tags_hide_what_was_before() {
        let mut scope = Written::default();
        let first = scope.write();
        scope.write_without_tag();
        assert!(!scope.lineage().descends_from(&first));
        let found = scope.lineage().state();
        scope.write();
        assert!(scope.lineage().descends_from(&found));
        let untagged = State::new(7, "");
        assert!(!Lineage::new(8, String::new(), 0).descends_from(&untagged));
        assert!(Lineage::new(7, String::new(), 0).descends_from(&untagged));
    }

    #[test]
    fn writes_without_tags_may_lie_between() {
        let mut scope = Written::default();
        let mut seen = vec![scope.lineage().state()];
        for is_tagged in [false, true, true, false, false, true, false] {
            if is_tagged {
                scope.write();
            } else {
                scope.write_without_tag();
            }
            seen.push(scope.lineage().state());
            let found = scope.lineage();
            assert!(seen.iter().all(|state| found.may_descend_from(state)));
        }
        let earlier = Lineage::new(scope.revision - 1, scope.tags.clone(), 0);
        assert!(!earlier.may_descend_from(&scope.lineage().state()));
        let mut restored = Written::default();
        restored.write();
        restored.write();
        let without_any = State::new(1, "");
        assert!(!restored.lineage().may_descend_from(&without_any));
    }
}
