//! Strict JSON: nothing is accepted that could hide a mistake.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Number, Value};

/// Maximum depth of nested arrays and objects.
const MAX_DEPTH: usize = 100;

/// The key of the map as which `serde_json` passes a number with all its digits.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// The prefix of keys with a special meaning to `serde_json`: it would turn an object with one of
/// them into another value.
const RESERVED_KEYS: &str = "$serde_json::private::";

/// The message about an empty text.
pub const MISSING: &str = "it is missing";

/// The byte order mark, which some programs write before UTF-8; RFC 8259 (8.1) allows skipping it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Parses one JSON text. A duplicate key is refused: one of its values would be lost silently.
///
/// # Errors
/// A sentence for the caller.
pub fn read(bytes: &[u8]) -> Result<Value, String> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(MISSING.to_owned());
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }
        .deserialize(&mut deserializer)
        .map_err(|why| why.to_string())?;
    deserializer.end().map_err(|why| why.to_string())?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format!("nested more than {MAX_DEPTH} deep")));
        }
        Ok(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if key == NUMBER_KEY {
                return entries.next_value_seed(Literal);
            }
            if key.starts_with(RESERVED_KEYS) {
                return Err(reserved());
            }
            let value = entries.next_value_seed(inner)?;
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!(
                    "the key `{key}` stands twice in an object"
                )));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// The digits of a number, which `serde_json` passes as an owned string. Strings of the body are
/// borrowed, which tells an object with the key of a number from a number.
struct Literal;

impl<'de> DeserializeSeed<'de> for Literal {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl Visitor<'_> for Literal {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the digits of a number")
    }

    fn visit_string<E: serde::de::Error>(self, digits: String) -> Result<Value, E> {
        let number: Number = digits.parse().map_err(E::custom)?;
        Ok(Value::Number(number))
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Value, E> {
        Err(reserved())
    }
}

fn reserved<E: serde::de::Error>() -> E {
    E::custom(format!("a key cannot start with `{RESERVED_KEYS}`"))
}

/// Deserializes a checked value.
///
/// The value is written as text first, from which `serde_json` reads all digits of numbers; from a
/// value it passes some as floats, which turns 0.0000015 into 1.5e-6.
///
/// # Errors
/// When the type accepts less than its schema, which is a bug.
pub fn convert<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, String> {
    serde_json::from_str(&value.to_string()).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for text in [
            "9007199254740993",
            "1380.50",
            "1e-9",
            "-0",
            "0.1000000000000000055",
        ] {
            assert_eq!(read(text.as_bytes()).unwrap().to_string(), text);
        }
    }

    #[test]
    fn numbers_keep_their_digits_in_requests() {
        for text in ["0.00000123456789012345", "1380.50", "1.0", "150"] {
            let number: Number = convert(&read(text.as_bytes()).unwrap()).unwrap();
            assert_eq!(number.as_str(), text);
        }
    }

    #[test]
    fn one_byte_order_mark_is_skipped() {
        assert_eq!(read(b"\xef\xbb\xbf {}").unwrap(), Value::Object(Map::new()));
        for wrong in [
            &b"\xef\xbb\xbf\xef\xbb\xbf{}"[..],
            b"{}\xef\xbb\xbf",
            b"\xfe\xff{}",
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
        for empty in [&b""[..], b" \n", b"\xef\xbb\xbf"] {
            assert_eq!(read(empty).unwrap_err(), MISSING);
        }
    }

    #[test]
    fn what_could_hide_a_mistake_is_refused() {
        for text in [
            "",
            "{",
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":1}}"#,
            "[1,]",
            "1 2",
            "\"\\ud800\"",
            "nul",
            r#"{"$serde_json::private::Number":"1"}"#,
            r#"{"$serde_json::private::Number":"\u0031"}"#,
            r#"{"$serde_json::private::Number":1}"#,
            r#"{"\u0024serde_json::private::Number":"1"}"#,
            r#"[{"a":1,"$serde_json::private::Number":"1"}]"#,
            r#"{"$serde_json::private::RawValue":"1"}"#,
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(read(&[0xff]).is_err());
        assert!(read(&[b'['; 100_000]).is_err());
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(deep(MAX_DEPTH).as_bytes()).is_ok());
        assert!(read(deep(MAX_DEPTH + 1).as_bytes()).is_err());
    }
}
