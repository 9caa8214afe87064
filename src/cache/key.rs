//! Keys of cached answers.

use std::hash::{Hash, Hasher};

use quick_cache::Equivalent;

use crate::domain::page::PageRequest;
use crate::domain::permission::Audience;
use crate::store::tables::plan::PlanPosition;

/// The parameters of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListKey {
    audience: Audience,
    include_private: bool,
    limit: Option<u64>,
    after: Option<(i64, i64)>,
}

impl ListKey {
    /// The parameters of a list for an audience. Private plans are never shown to the public.
    pub fn new(
        audience: Audience,
        include_private: bool,
        page: &PageRequest<PlanPosition>,
    ) -> Self {
        Self {
            audience,
            include_private: include_private && audience == Audience::Full,
            limit: page.limit,
            after: page
                .after
                .map(|position| (position.sort_order, position.creation_order)),
        }
    }

    /// Whether the list includes private plans.
    pub fn include_private(&self) -> bool {
        self.include_private
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Plan(Audience, Box<str>),
    List(ListKey),
}

/// The key of an answer in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    edition: u64,
    item: Item,
}

/// A [`Key`] that borrows.
#[derive(Debug, Clone, Copy)]
pub struct KeyRef<'a> {
    pub(super) edition: u64,
    pub(super) item: ItemRef<'a>,
}

/// What a key is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ItemRef<'a> {
    Plan(Audience, &'a str),
    List(ListKey),
}

impl Key {
    fn borrowed(&self) -> KeyRef<'_> {
        KeyRef {
            edition: self.edition,
            item: match &self.item {
                Item::Plan(audience, name) => ItemRef::Plan(*audience, name),
                Item::List(list) => ItemRef::List(*list),
            },
        }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.borrowed().hash(state);
    }
}

impl Hash for KeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.edition.hash(state);
        self.item.hash(state);
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        let key = key.borrowed();
        self.edition == key.edition && self.item == key.item
    }
}

impl From<KeyRef<'_>> for Key {
    fn from(key: KeyRef<'_>) -> Self {
        Self {
            edition: key.edition,
            item: match key.item {
                ItemRef::Plan(audience, name) => Item::Plan(audience, name.into()),
                ItemRef::List(list) => Item::List(list),
            },
        }
    }
}
