//! Pagination.

/// A request for one page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<C> {
    /// Maximum number of items, 1 to [`MAX_LIMIT`]; `None` for all remaining items.
    pub limit: Option<u64>,
    /// The position after which the page starts; `None` for the start of the list.
    pub after: Option<C>,
}

/// Maximum page size.
pub const MAX_LIMIT: u64 = 100;
/// The default page size of lists that are always paginated.
pub const DEFAULT_LIMIT: u64 = 25;

impl<C> PageRequest<C> {
    /// The number of rows to read: one more than the page holds, to find out whether more follow.
    pub fn rows_to_read(&self) -> Option<u64> {
        self.limit.map(|limit| limit + 1)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in list order.
    pub items: Vec<T>,
    /// Whether more items follow; `None` if the client did not ask for a page.
    pub has_more: Option<bool>,
}

impl<T> Page<T> {
    /// Builds a page from rows read with [`PageRequest::rows_to_read`].
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

/// The creation order of items that have none yet: they sort after all others.
pub const UNPOSITIONED: i64 = i64::MAX;

/// The position of an item in a list ordered by creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreationPosition<I> {
    /// The number of items created before it in its scope; [`UNPOSITIONED`] if not known yet.
    pub order: i64,
    /// Its id, the tie-breaker.
    pub id: I,
}

/// An item of a list ordered by creation, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positioned<T, I> {
    /// The item.
    pub item: T,
    /// Its position.
    pub position: CreationPosition<I>,
}
