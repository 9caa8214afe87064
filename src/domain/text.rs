//! Texts of a catalog: names, codes, descriptions and metadata.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::violation::Violations;

/// Declares a text type with limits in characters (Unicode scalar values), and optionally a
/// function that normalizes the text before it is checked.
macro_rules! text {
    ($(#[$meta:meta])* $name:ident, $min:literal..=$max:literal) => {
        text!($(#[$meta])* $name, $min..=$max, Some);
    };
    ($(#[$meta:meta])* $name:ident, $min:literal..=$max:literal, $prepare:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Minimum number of characters.
            pub const MIN_LENGTH: usize = $min;
            /// Maximum number of characters.
            pub const MAX_LENGTH: usize = $max;

            /// Parses a text; `None` if its length is outside the limits or it contains the
            /// character U+0000, which PostgreSQL cannot store.
            pub fn parse(text: impl Into<String>) -> Option<Self> {
                let text: String = $prepare(text.into())?;
                (!text.contains('\0') && ($min..=$max).contains(&text.chars().count()))
                    .then_some(Self(text))
            }

            /// Wraps a text read from the database, which holds only valid ones.
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
    /// The name of a plan, feature, group, key or organization: 1 to 200 characters, at least one
    /// of them visible, trimmed and in the normal form NFC, so that equal names are equal strings.
    Name, 1..=200, prepared_name
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
    /// The request schema checks the pattern; see [`check_code`] for the other rules.
    Code, 1..=100
);

impl Name {
    /// The pattern of a name in the OpenAPI document: not only white space.
    pub const PATTERN: &'static str = r"\S";

    /// Whether a stored text is the same name; older versions did not normalize names.
    pub fn is_same_as(&self, stored: &str) -> bool {
        stored.trim().nfc().eq(self.0.chars())
    }
}

fn prepared_name(text: String) -> Option<String> {
    let name: String = text.trim().nfc().collect();
    name.chars().any(is_visible).then_some(name)
}

/// Whether a character is visible on its own.
fn is_visible(character: char) -> bool {
    let is_blank = matches!(
        character,
        // Blank letters and a blank symbol: Hangul fillers and the empty Braille cell.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
        // Unassigned and default-ignorable.
        | '\u{2065}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}'
    );
    // The last two code points of each plane are noncharacters.
    let is_noncharacter =
        u32::from(character) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&character);
    !is_blank
        && !is_noncharacter
        && !matches!(
            character.general_category(),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::SpaceSeparator
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
                | GeneralCategory::NonspacingMark
                | GeneralCategory::EnclosingMark
        )
}

impl Code {
    /// The pattern of a code in the OpenAPI document.
    pub const PATTERN: &'static str = "^[a-z0-9_]+$";

    /// Whether the text matches [`Self::PATTERN`].
    pub fn has_pattern(text: &str) -> bool {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    }
}

/// A path segment that the API uses in the position of a code.
const RESERVED_CODE: &str = "manage";

/// Checks the rules that the pattern of a code cannot express: a code may neither look like an id
/// of its own kind (start with `id_prefix`) nor be a reserved path segment.
pub fn check_code(violations: &mut Violations, code: &Code, id_prefix: &str) {
    violations.require(
        code.as_str() != RESERVED_CODE,
        "code",
        format!("`{RESERVED_CODE}` is reserved and cannot be a code."),
    );
    violations.require(
        !code.as_str().starts_with(id_prefix),
        "code",
        format!("A code must not start with `{id_prefix}`, the prefix of ids."),
    );
}

/// Free-form data that a client stores with a plan: a JSON object.
///
/// It is stored as compact JSON, so that the order of keys and every digit of a number stay
/// unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    json: String,
    keys: Vec<String>,
    numbers_are_in_range: bool,
}

impl Metadata {
    /// Maximum number of keys, not counting those of nested objects.
    pub const MAX_KEYS: usize = 50;
    /// Maximum number of characters of such a key.
    pub const MAX_KEY_LENGTH: usize = 40;
    /// Maximum size as compact JSON, in bytes.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Creates metadata from the compact JSON of an object, its keys, and whether each of its
    /// numbers is [in range](Self::is_in_range).
    pub fn new(json: String, keys: Vec<String>, numbers_are_in_range: bool) -> Self {
        Self {
            json,
            keys,
            numbers_are_in_range,
        }
    }

    /// Whether every client can parse a JSON number as a double: it is neither too large, nor so
    /// small that it would become zero.
    pub fn is_in_range(number: &str) -> bool {
        let digits = number.split(['e', 'E']).next().unwrap_or(number);
        let is_zero = !digits.contains(|c| matches!(c, '1'..='9'));
        number
            .parse::<f64>()
            .is_ok_and(|float| float.is_finite() && (is_zero || float != 0.0))
    }

    /// Wraps metadata read from the database; the keys are only needed to check new values.
    pub fn from_row(json: String) -> Self {
        Self {
            json,
            keys: Vec::new(),
            numbers_are_in_range: true,
        }
    }

    /// The object as compact JSON.
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Whether it has no key.
    pub fn is_empty(&self) -> bool {
        self.json == "{}"
    }

    /// Checks the limits.
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
        violations.require(
            self.numbers_are_in_range,
            field,
            "Every number must be within the range of a double-precision number.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        Name::parse(text).map(Name::into_string)
    }

    #[test]
    fn names_are_trimmed_and_normalized() {
        assert_eq!(name(" Pro\u{3000}\n").as_deref(), Some("Pro"));
        assert_eq!(name("E\u{301}quipe").as_deref(), Some("\u{c9}quipe"));
        let name = Name::parse("\u{c9}").unwrap();
        assert!(name.is_same_as(" E\u{301}") && !name.is_same_as("E"));
        let longest = "x".repeat(Name::MAX_LENGTH);
        assert!(Name::parse(format!(" {longest} ")).is_some());
        assert!(Name::parse(format!("{longest}x")).is_none());
        // This character becomes two in the normal form.
        assert!(Name::parse("\u{958}".repeat(101)).is_none());
    }

    #[test]
    fn names_need_a_visible_character() {
        for text in [
            "",
            " ",
            "\u{a0}",
            "\t\n",
            "\u{200b}",
            "\u{feff}",
            "\u{2060}\u{200d}",
            "\u{ad}",
            "\u{3164}",
            "\u{2800}",
            "\u{fe0f}",
            "\u{301}",
            "\u{e0041}",
            "\u{1}",
            "\u{ffff}",
            "\u{2028}",
            "\u{180e}",
            "\u{34f}",
            "a\0",
        ] {
            assert_eq!(name(text), None, "{text:?}");
        }
        for text in [
            "x",
            "0",
            "-",
            "\u{2615}",
            "\u{4fa1}\u{683c}",
            "\u{f8ff}",
            "\u{1f469}\u{200d}\u{1f4bb}",
        ] {
            assert_eq!(name(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn numbers_beyond_doubles_are_refused() {
        for number in [
            "0",
            "-0.0e9",
            "1e308",
            "-1.7976931348623157e308",
            "5e-324",
            "0e999",
            "1e-9",
        ] {
            assert!(Metadata::is_in_range(number), "{number}");
        }
        for number in ["1e400", "-1e309", "1e-400", "1.8e308"] {
            assert!(!Metadata::is_in_range(number), "{number}");
        }
    }
}
