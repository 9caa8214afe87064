//! Names, codes, descriptions and metadata: the texts that a catalog is made of.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::error::Violations;

/// Declares a text type with limits in characters (Unicode scalar values), and optionally a
/// function that normalizes a text from outside before it is checked.
macro_rules! text {
    ($(#[$meta:meta])* $name:ident, $min:literal..=$max:literal) => {
        text!($(#[$meta])* $name, $min..=$max, Some);
    };
    ($(#[$meta:meta])* $name:ident, $min:literal..=$max:literal, $prepare:expr) => {
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
                let text: String = $prepare(text.into())?;
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
    /// The name of a plan, feature, group, key or organization: 1 to 200 characters without white
    /// space at its ends, in the normal form NFC, so that equal names are equal texts; something in
    /// it is visible.
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
    /// The pattern is checked with the schema of a request; see [`check_code`] for the rest.
    Code, 1..=100
);

impl Name {
    /// The pattern of a text that can be a name, as the OpenAPI document says it: not all of it is
    /// white space.
    pub const PATTERN: &'static str = r"\S";

    /// Whether a stored text is the same name; older versions stored names as they were sent.
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
        // Letters and a symbol that are blank: fillers of Hangul, and the empty cell of Braille.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
        // Unassigned, and ignorable by default.
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
    can_read_numbers: bool,
}

impl Metadata {
    /// Most keys of the object (not counting those of nested objects).
    pub const MAX_KEYS: usize = 50;
    /// Most characters of one of these keys.
    pub const MAX_KEY_LENGTH: usize = 40;
    /// Most bytes of the object as compact JSON.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// From the compact JSON text of an object, its keys, and whether each of its numbers
    /// [`can be read`](Self::can_read).
    pub fn new(json: String, keys: Vec<String>, can_read_numbers: bool) -> Self {
        Self {
            json,
            keys,
            can_read_numbers,
        }
    }

    /// Whether a JSON number is within what a double holds, so that every client reads it: neither
    /// beyond the largest one, nor other than zero and nearer to it than the smallest one.
    pub fn can_read(number: &str) -> bool {
        let digits = number.split(['e', 'E']).next().unwrap_or(number);
        let is_zero = !digits.contains(|c| matches!(c, '1'..='9'));
        number
            .parse::<f64>()
            .is_ok_and(|float| float.is_finite() && (is_zero || float != 0.0))
    }

    /// Takes metadata from the database; the keys are only needed to check what is new.
    pub fn from_row(json: String) -> Self {
        Self {
            json,
            keys: Vec::new(),
            can_read_numbers: true,
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
        violations.require(
            self.can_read_numbers,
            field,
            "Every number must be within what a double-precision number holds.",
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
    fn names_are_trimmed_and_composed() {
        assert_eq!(name(" Pro\u{3000}\n").as_deref(), Some("Pro"));
        assert_eq!(name("E\u{301}quipe").as_deref(), Some("\u{c9}quipe"));
        let name = Name::parse("\u{c9}").unwrap();
        assert!(name.is_same_as(" E\u{301}") && !name.is_same_as("E"));
        let longest = "x".repeat(Name::MAX_LENGTH);
        assert!(Name::parse(format!(" {longest} ")).is_some());
        assert!(Name::parse(format!("{longest}x")).is_none());
        // This one is two characters in its normal form.
        assert!(Name::parse("\u{958}".repeat(101)).is_none());
    }

    #[test]
    fn names_have_something_visible() {
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
            assert!(Metadata::can_read(number), "{number}");
        }
        for number in ["1e400", "-1e309", "1e-400", "1.8e308"] {
            assert!(!Metadata::can_read(number), "{number}");
        }
    }
}
