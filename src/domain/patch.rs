//! Fields of an update that can be absent, null or a value.

/// The update of a field that can be cleared.
///
/// ```
/// use pricebook::domain::patch::Patch;
///
/// assert_eq!(Patch::Keep.apply(Some(1)), Some(1));
/// assert_eq!(Patch::Clear.apply(Some(1)), None);
/// assert_eq!(Patch::Set(2).apply(Some(1)), Some(2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The field is absent: the stored value stays.
    #[default]
    Keep,
    /// The field is null: the stored value is removed.
    Clear,
    /// The field has a value, which replaces the stored one.
    Set(T),
}

impl<T> Patch<T> {
    /// The value after the update, given the value before.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Maps the value, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// The value, if there is one.
    pub fn into_value(self) -> Option<T> {
        self.apply(None)
    }

    /// Whether the field is absent.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}
