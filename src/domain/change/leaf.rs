//! Leaves: the values of an object, each at a path.

/// A value as the API shows it, in the units of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number as the client wrote it, which may have digits after the point.
    Decimal(String),
    /// A text.
    Text(String),
    /// An array or an object, as compact JSON.
    Json(String),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A value at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The path, such as `features[api_calls].overage.unitPrice`.
    pub path: String,
    /// The value.
    pub value: Value,
    /// Whether the server computes it from other values.
    pub is_derived: bool,
}
