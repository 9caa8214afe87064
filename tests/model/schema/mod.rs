//! The shapes of bodies, and the faults of a body that are found before any lookup.

use serde_json::{Map, Value};

use unicode_normalization::UnicodeNormalization;

use super::money::{self, BOUND, Decimal};
use super::refusal::Fault;

mod fields;

pub use fields::*;

/// The values that a field may hold.
#[derive(Clone, Copy)]
pub enum Kind {
    Text {
        min: usize,
        max: usize,
    },
    /// Text with at least one visible character.
    Name,
    /// Text of characters that are safe in a path.
    Code,
    Int {
        min: i64,
        max: i64,
    },
    Flag,
    OneOf(&'static [&'static str]),
    /// A currency code in either case.
    Currency,
    /// A number above zero, possibly with a fraction.
    Rate,
    /// An object with at most 50 entries of any kind.
    Bag,
    Shape(&'static [Field]),
    Rows {
        min: usize,
        max: usize,
        row: &'static [Field],
    },
    /// A nonempty list of texts.
    Texts {
        max: usize,
    },
}

#[derive(Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub nullable: bool,
}

/// All faults of an object of this shape; `path` is its location in the body.
pub fn faults_of(object: &Map<String, Value>, fields: &[Field], path: &str) -> Vec<Fault> {
    let unknown = object
        .keys()
        .filter(|key| fields.iter().all(|field| field.name != key.as_str()));
    let mut faults: Vec<Fault> = unknown.map(|key| Fault::at(join(path, key))).collect();
    for field in fields {
        let place = join(path, field.name);
        match object.get(field.name) {
            None if field.required => faults.push(Fault::at(place)),
            None => {}
            Some(Value::Null) if field.nullable => {}
            Some(value) => faults.extend(faults_in(value, field.kind, &place)),
        }
    }
    faults
}

fn faults_in(value: &Value, kind: Kind, place: &str) -> Vec<Fault> {
    match (kind, value) {
        (Kind::Shape(fields), Value::Object(object)) => faults_of(object, fields, place),
        (Kind::Rows { min, max, row }, Value::Array(rows)) => {
            if rows.len() > max {
                // The server may or may not report faults within so many rows.
                return vec![Fault::at(format!("{place}*"))];
            }
            let mut faults = Vec::new();
            if rows.len() < min {
                faults.push(Fault::at(place));
            }
            for (index, value) in rows.iter().enumerate() {
                faults.extend(faults_in(
                    value,
                    Kind::Shape(row),
                    &format!("{place}[{index}]"),
                ));
            }
            faults
        }
        (Kind::Texts { max }, Value::Array(texts)) if (1..=max).contains(&texts.len()) => {
            let wrong = texts
                .iter()
                .enumerate()
                .filter(|(_, text)| !text.is_string());
            wrong
                .map(|(index, _)| Fault::at(format!("{place}[{index}]")))
                .collect()
        }
        _ if fits(value, kind) => Vec::new(),
        _ => vec![Fault::at(place)],
    }
}

fn fits(value: &Value, kind: Kind) -> bool {
    match (kind, value) {
        (Kind::Text { min, max }, Value::String(text)) => {
            (min..=max).contains(&text.chars().count())
        }
        (Kind::Code, Value::String(text)) => {
            let allowed = |symbol: char| {
                symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == '_'
            };
            (1..=100).contains(&text.len()) && text.chars().all(allowed)
        }
        (Kind::Int { min, max }, Value::Number(_)) => {
            integer(value).is_some_and(|number| (min..=max).contains(&number))
        }
        (Kind::Name, Value::String(text)) => {
            let lengths = 1..=NAME_LENGTH;
            let name = plain_name(text);
            lengths.contains(&text.chars().count())
                && lengths.contains(&name.chars().count())
                && name.chars().any(|symbol| !is_unseen(symbol))
        }
        (Kind::Currency, Value::String(text)) => {
            money::minor_digits(&text.to_lowercase()).is_some()
        }
        (Kind::OneOf(words), Value::String(text)) => words.contains(&text.as_str()),
        (Kind::Rate, Value::Number(number)) => {
            Decimal::parse(&number.to_string()).is_some_and(Decimal::is_positive)
        }
        (Kind::Flag, Value::Bool(_)) => true,
        (Kind::Bag, Value::Object(object)) => object.len() <= 50,
        _ => false,
    }
}

/// A name as stored: equal names are equal texts.
pub fn plain_name(text: &str) -> String {
    text.trim().nfc().collect()
}

/// Whether a symbol is one of the invisible ones that walks put into names.
fn is_unseen(symbol: char) -> bool {
    symbol.is_whitespace() || matches!(symbol, '\u{200b}' | '\u{feff}' | '\u{301}')
}

/// The value of a JSON number that is an integer; `5.0` is one.
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Decimal::parse(&number.to_string())?.whole(),
        _ => None,
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// A body that fits its shape. A field is absent (`None`), null (`Some(None)`) or a value.
#[derive(Clone, Copy)]
pub struct Sent<'a>(pub &'a Map<String, Value>);

impl<'a> Sent<'a> {
    pub fn len(self) -> usize {
        self.0.len()
    }

    pub fn text(self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(str::to_owned)
    }

    /// A name as stored.
    pub fn name(self) -> Option<String> {
        self.text("name").map(|text| plain_name(&text))
    }

    pub fn is_null(self, name: &str) -> bool {
        self.0.get(name).is_some_and(Value::is_null)
    }

    pub fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn int(self, name: &str) -> Option<i64> {
        integer(self.0.get(name)?)
    }

    pub fn flag(self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    /// An object with any content; `None` for null.
    pub fn bag(self, name: &str) -> Option<Value> {
        self.0.get(name).filter(|bag| !bag.is_null()).cloned()
    }

    /// The number as it was written.
    pub fn digits(self, name: &str) -> Option<String> {
        self.0.get(name).map(ToString::to_string)
    }

    pub fn text_or_null(self, name: &str) -> Option<Option<String>> {
        self.0.get(name).map(|_| self.text(name))
    }

    pub fn int_or_null(self, name: &str) -> Option<Option<i64>> {
        self.0.get(name).map(|_| self.int(name))
    }

    pub fn part(self, name: &str) -> Option<Sent<'a>> {
        self.0.get(name)?.as_object().map(Sent)
    }

    pub fn rows(self, name: &str) -> Vec<Sent<'a>> {
        self.items(name)
            .iter()
            .filter_map(Value::as_object)
            .map(Sent)
            .collect()
    }

    pub fn texts(self, name: &str) -> Vec<&'a str> {
        self.items(name).iter().filter_map(Value::as_str).collect()
    }

    fn items(self, name: &str) -> &'a [Value] {
        self.0
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}

/// Replaces a value if one was sent.
pub fn put<T>(slot: &mut T, sent: Option<T>) {
    if let Some(value) = sent {
        *slot = value;
    }
}
