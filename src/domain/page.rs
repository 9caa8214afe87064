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

impl<T> Page<T> {
    /// Builds a page from all items of a list, in whichever order they are.
    pub fn of_all<P: Ord>(
        items: impl Iterator<Item = T>,
        position: impl Fn(&T) -> P,
        request: &PageRequest<P>,
    ) -> Self {
        let after = request.after.as_ref();
        let is_in = |item: &T| after.is_none_or(|after| position(item) > *after);
        let mut items: Vec<_> = items.filter(is_in).collect();
        items.sort_by_cached_key(&position);
        Self::from_rows(items, request)
    }
}

/// The creation order of items that have none yet: they sort after all others.
pub const UNPOSITIONED: i64 = i64::MAX;

/// The position of an item in a list ordered by creation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_whole_list() {
        let page = |limit, after| {
            let request = PageRequest { limit, after };
            let page = Page::of_all([3, 1, 4, 2].into_iter(), |item| *item, &request);
            (page.items, page.has_more)
        };
        assert_eq!(page(None, None), (vec![1, 2, 3, 4], None));
        assert_eq!(page(None, Some(2)), (vec![3, 4], None));
        assert_eq!(page(Some(3), None), (vec![1, 2, 3], Some(true)));
        assert_eq!(page(Some(3), Some(1)), (vec![2, 3, 4], Some(false)));
        assert_eq!(page(Some(1), Some(4)), (vec![], Some(false)));
    }
}
