//! Names, codes, descriptions and metadata: the texts that a catalog is made of.

use super::error::Violations;

/// Declares a text type with limits in characters (Unicode scalar values).
macro_rules! text {
    ($(#[$meta:meta])* $name:ident, $min:literal..=$max:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Fewest characters.
            pub const MIN_LENGTH: usize = $min;
            /// Most characters.
            pub const MAX_LENGTH: usize = $max;

            /// Reads a text from outside; `None` when its length is outside the limits or it has
            /// the character U+0000, which one of the databases cannot store.
            pub fn parse(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                (!text.contains('\0') && ($min..=$max).contains(&text.chars().count()))
                    .then_some(Self(text))
            }

            /// Takes a text from the database, where only valid ones were written.
            pub fn from_row(text: String) -> Self {
                Self(text)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }
    };
}

text!(
    /// The name of a plan, feature, group, key or organization: 1 to 200 characters.
    Name, 1..=200
);
text!(
    /// A description: at most 2000 characters.
    Description, 0..=2000
);
text!(
    /// The name of a feature's unit, such as `API call`: at most 200 characters.
    UnitName, 0..=200
);
text!(
    /// The code of a plan or feature: 1 to 100 of `a`–`z`, `0`–`9` and `_`.
    ///
    /// The pattern is checked with the schema of a request; see [`check_code`] for the rest.
    Code, 1..=100
);

impl Code {
    /// The pattern of a code, as the OpenAPI document says it.
    pub const PATTERN: &'static str = "^[a-z0-9_]+$";

    /// Whether the text consists of the characters of a code.
    pub fn has_pattern(text: &str) -> bool {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    }
}

/// The path segment that stands beside codes in the API's paths, so it cannot be one.
const RESERVED_CODE: &str = "manage";

/// Checks what the pattern of a code cannot say: it may not look like an id of its own kind
/// (start with `id_prefix`), nor be a word of the API's paths.
pub fn check_code(violations: &mut Violations, code: &Code, id_prefix: &str) {
    violations.require(
        code.as_str() != RESERVED_CODE,
        "code",
        format!("`{RESERVED_CODE}` is reserved and cannot be a code."),
    );
    violations.require(
        !code.as_str().starts_with(id_prefix),
        "code",
        format!("A code may not start with `{id_prefix}`, which ids of this kind start with."),
    );
}

/// Free-form data that a client keeps with a plan: a JSON object.
///
/// It is kept as the compact JSON text of what was sent, so that the order of keys and every
/// digit of a number come back unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    json: String,
    keys: Vec<String>,
}

impl Metadata {
    /// Most keys of the object (not counting those of nested objects).
    pub const MAX_KEYS: usize = 50;
    /// Most characters of one of these keys.
    pub const MAX_KEY_LENGTH: usize = 40;
    /// Most bytes of the object as compact JSON.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// From the compact JSON text of an object and its keys.
    pub fn new(json: String, keys: Vec<String>) -> Self {
        Self { json, keys }
    }

    /// Takes metadata from the database; the keys are only needed to check what is new.
    pub fn from_row(json: String) -> Self {
        Self {
            json,
            keys: Vec::new(),
        }
    }

    /// The object as compact JSON.
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Checks the limits, which are those of the class's constants.
    pub fn check(&self, violations: &mut Violations) {
        let field = "metadata";
        violations.require(
            self.keys.len() <= Self::MAX_KEYS,
            field,
            format!("Must have at most {} keys.", Self::MAX_KEYS),
        );
        violations.require(
            self.keys
                .iter()
                .all(|key| key.chars().count() <= Self::MAX_KEY_LENGTH),
            field,
            format!(
                "Every key must have at most {} characters.",
                Self::MAX_KEY_LENGTH
            ),
        );
        violations.require(
            self.json.len() <= Self::MAX_BYTES,
            field,
            format!("Must be at most {} bytes as JSON.", Self::MAX_BYTES),
        );
    }
}
