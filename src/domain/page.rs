//! Lists in pages.

/// How much of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<C> {
    /// Most items of the answer, 1 to [`PageRequest::MAX_LIMIT`]; `None` for all that is left.
    pub limit: Option<u64>,
    /// The place after which the page starts; `None` for the start of the list.
    pub after: Option<C>,
}

/// The largest page a client may ask for.
pub const MAX_LIMIT: u64 = 100;
/// The page size of lists that are always paged, where the client names none.
pub const DEFAULT_LIMIT: u64 = 25;

impl<C> PageRequest<C> {
    /// How many rows to read: one more than the page has, to see whether more follow.
    pub fn rows_to_read(&self) -> Option<u64> {
        self.limit.map(|limit| limit + 1)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Whether items follow; `None` where the client asked for no page.
    pub has_more: Option<bool>,
}

impl<T> Page<T> {
    /// The page made of rows read with [`PageRequest::rows_to_read`].
    pub fn from_rows<C>(mut items: Vec<T>, request: &PageRequest<C>) -> Self {
        let has_more = request.limit.map(|limit| {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let more = items.len() > limit;
            items.truncate(limit);
            more
        });
        Self { items, has_more }
    }
}

/// The order of items that have no creation order yet: after all that have one.
pub const UNPLACED: i64 = i64::MAX;

/// The place of an item in a list by creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreationPlace<I> {
    /// How many came before it in its scope; [`UNPLACED`] where that is not known yet.
    pub order: i64,
    /// Its id, which decides where the order does not.
    pub id: I,
}

/// An item of a list by creation, with its place there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T, I> {
    /// The item.
    pub item: T,
    /// Its place.
    pub place: CreationPlace<I>,
}
