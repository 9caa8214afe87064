//! Fields of an update that may be absent, null or a value.

/// What an update says of a field that can be cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The field was absent: what is stored stays.
    #[default]
    Keep,
    /// The field was null: what is stored goes.
    Clear,
    /// The field had a value: it replaces what is stored.
    Set(T),
}

impl<T> Patch<T> {
    /// The value after the update, given the value before.
    ///
    /// ```
    /// use pricebook::domain::patch::Patch;
    ///
    /// assert_eq!(Patch::Keep.apply(Some("call")), Some("call"));
    /// assert_eq!(Patch::Clear.apply(Some("call")), None);
    /// assert_eq!(Patch::Set("request").apply(Some("call")), Some("request"));
    /// ```
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same update with another value in place of its own, if it has one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// The value, where there is one.
    pub fn into_value(self) -> Option<T> {
        self.apply(None)
    }

    /// Whether the field was absent.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}
