//! Scalars, read as the grammar wants them where they stand.

use std::fmt::Write;

use super::fields::{Field, Fields, Reader, is_null};
use crate::document::node::{Content, Node};
use crate::domain::money::{
    Amount, BasisPoints, Count, Currency, ExchangeRate, Positive, UnitPrice, integer_value,
};
use crate::domain::patch::Patch;
use crate::domain::text::{Code, Description, Metadata, Name, UnitName};

/// Keys of metadata that mean something else to the JSON library.
const RESERVED_KEYS: &str = "$serde_json::private::";

impl<'a> Field<'a> {
    /// A text, in quotes or not.
    pub fn text(&self, reader: &mut Reader) -> Option<&'a str> {
        match &self.node.content {
            Content::Plain(text) | Content::Quoted(text) => Some(text),
            Content::List(_) | Content::Map(_) => {
                self.mistake(reader, "Must be a text.");
                None
            }
        }
    }

    /// A text in quotes: a decimal number that no reader turns into a float.
    fn decimal(&self, example: &str, reader: &mut Reader) -> Option<&'a str> {
        match &self.node.content {
            Content::Quoted(text) => Some(text),
            Content::Plain(_) | Content::List(_) | Content::Map(_) => {
                let message = format!("Must be a decimal number in quotes, such as \"{example}\".");
                self.mistake(reader, message);
                None
            }
        }
    }

    pub fn boolean(&self, reader: &mut Reader) -> Option<bool> {
        match &self.node.content {
            Content::Plain(text) if text == "true" => Some(true),
            Content::Plain(text) if text == "false" => Some(false),
            _ => {
                self.mistake(reader, "Must be true or false.");
                None
            }
        }
    }

    fn integer(&self, reader: &mut Reader) -> Option<i64> {
        let Content::Plain(text) = &self.node.content else {
            self.mistake(reader, "Must be an integer.");
            return None;
        };
        let value = integer_value(text).and_then(|value| i64::try_from(value).ok());
        if value.is_none() {
            self.mistake(reader, "Must be an integer.");
        }
        value
    }

    pub fn count(&self, reader: &mut Reader) -> Option<Count> {
        let count = Count::new(self.integer(reader)?);
        self.within(count, "0 to 9007199254740991", reader)
    }

    pub fn positive(&self, reader: &mut Reader) -> Option<Positive> {
        let positive = Positive::new(self.integer(reader)?);
        self.within(positive, "1 to 9007199254740991", reader)
    }

    fn within<T>(&self, value: Option<T>, range: &str, reader: &mut Reader) -> Option<T> {
        if value.is_none() {
            self.mistake(reader, format!("Must be {range}."));
        }
        value
    }

    pub fn amount(&self, currency: Currency, reader: &mut Reader) -> Option<Amount> {
        let places = currency.minor_digits();
        let example = if places == 0 { "4900" } else { "49.00" };
        let text = self.decimal(example, reader)?;
        let amount = Amount::from_major_units(text, currency);
        if amount.is_none() {
            let message = format!(
                "Must be an amount of {currency} from 0 on with at most {places} digits after the \
                 point, such as \"{example}\"."
            );
            self.mistake(reader, message);
        }
        amount
    }

    pub fn unit_price(&self, reader: &mut Reader) -> Option<UnitPrice> {
        let text = self.decimal("0.0020", reader)?;
        let price = UnitPrice::from_major_units(text);
        if price.is_none() {
            let message = "Must be a price from 0 on with at most 4 digits after the point, such as \
                           \"0.0020\".";
            self.mistake(reader, message);
        }
        price
    }

    pub fn discount_percent(&self, reader: &mut Reader) -> Option<Positive> {
        let text = self.decimal("25", reader)?;
        let percent = Positive::from_percent(text);
        if percent.is_none() {
            let message = "Must be a percentage above 0 with at most 2 digits after the point, such \
                           as \"12.5\".";
            self.mistake(reader, message);
        }
        percent
    }

    pub fn margin(&self, reader: &mut Reader) -> Option<BasisPoints> {
        let text = self.decimal("12.5", reader)?;
        let percent = BasisPoints::from_percent(text);
        if percent.is_none() {
            let message = "Must be a percentage from 0 on with at most 2 digits after the point, \
                           such as \"12.5\".";
            self.mistake(reader, message);
        }
        percent
    }

    /// A rate may be a number too.
    pub fn rate(&self, reader: &mut Reader) -> Option<ExchangeRate> {
        match ExchangeRate::parse(self.text(reader)?) {
            Ok(rate) => Some(rate),
            Err(why) => {
                self.mistake(reader, why.message());
                None
            }
        }
    }

    /// One of some words.
    pub fn word<T: Copy>(
        &self,
        all: &[T],
        word: impl Fn(T) -> &'static str,
        reader: &mut Reader,
    ) -> Option<T> {
        let text = self.text(reader)?;
        let found = all.iter().copied().find(|one| word(*one) == text);
        if found.is_none() {
            let words: Vec<_> = all.iter().copied().map(word).collect();
            self.mistake(reader, format!("Must be one of: {}.", words.join(", ")));
        }
        found
    }

    pub fn name(&self, reader: &mut Reader) -> Option<Name> {
        let name = Name::parse(self.text(reader)?);
        if name.is_none() {
            let message = format!(
                "Must have 1 to {} characters, one of them visible.",
                Name::MAX_LENGTH
            );
            self.mistake(reader, message);
        }
        name
    }

    pub fn metadata(&self, reader: &mut Reader) -> Option<Metadata> {
        let entries = self.entries(reader);
        let mut json = String::new();
        let mut numbers_are_in_range = true;
        if !write_json(self.node, &mut json, &mut numbers_are_in_range) {
            let message = format!("A key must not begin with `{RESERVED_KEYS}`.");
            self.mistake(reader, message);
            return None;
        }
        let keys = entries.iter().map(|entry| entry.key.clone()).collect();
        Some(Metadata::new(json, keys, numbers_are_in_range))
    }
}

/// A code: the key of a feature or a plan, or an item of a list.
pub(super) fn code(text: &str) -> Option<Code> {
    Code::has_pattern(text).then(|| Code::parse(text))?
}

/// What is wrong with a text that is no code.
pub(super) fn no_code() -> String {
    format!(
        "A code has 1 to {} of the characters a to z, 0 to 9 and _.",
        Code::MAX_LENGTH
    )
}

/// Writes a value as JSON, digit by digit. What is not JSON without quotes is a text. Returns false for
/// a reserved key.
fn write_json(node: &Node, to: &mut String, numbers_are_in_range: &mut bool) -> bool {
    match &node.content {
        Content::Quoted(text) => write_text(text, to),
        Content::Plain(_) if is_null(node) => to.push_str("null"),
        Content::Plain(text) => match serde_json::from_str::<serde_json::Value>(text) {
            Ok(serde_json::Value::Bool(_)) => to.push_str(text),
            // As in other requests, `1e3` is kept as `1e+3`.
            Ok(serde_json::Value::Number(number)) => {
                *numbers_are_in_range &= Metadata::is_in_range(text);
                to.push_str(number.as_str());
            }
            _ => write_text(text, to),
        },
        Content::List(items) => {
            to.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    to.push(',');
                }
                if !write_json(item, to, numbers_are_in_range) {
                    return false;
                }
            }
            to.push(']');
        }
        Content::Map(entries) => {
            to.push('{');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    to.push(',');
                }
                write_text(&entry.key, to);
                to.push(':');
                let is_reserved = entry.key.starts_with(RESERVED_KEYS);
                if is_reserved || !write_json(&entry.value, to, numbers_are_in_range) {
                    return false;
                }
            }
            to.push('}');
        }
    }
    true
}

fn write_text(text: &str, to: &mut String) {
    let _ = write!(to, "{}", serde_json::Value::from(text));
}

/// The description of something: left out, null, or a text.
pub(super) fn description(fields: &Fields<'_>, reader: &mut Reader) -> Patch<Description> {
    optional(fields, "description", reader, |field, reader| {
        let description = Description::parse(field.text(reader)?);
        if description.is_none() {
            let message = format!("Must have at most {} characters.", Description::MAX_LENGTH);
            field.mistake(reader, message);
        }
        description
    })
}

/// The name of a unit: left out, null, or a text.
pub(super) fn unit_name(fields: &Fields<'_>, reader: &mut Reader) -> Patch<UnitName> {
    optional(fields, "unitName", reader, |field, reader| {
        let name = UnitName::parse(field.text(reader)?);
        if name.is_none() {
            let message = format!("Must have at most {} characters.", UnitName::MAX_LENGTH);
            field.mistake(reader, message);
        }
        name
    })
}

/// A field that null empties.
pub(super) fn optional<T>(
    fields: &Fields<'_>,
    key: &str,
    reader: &mut Reader,
    read: impl FnOnce(&Field<'_>, &mut Reader) -> Option<T>,
) -> Patch<T> {
    match fields.find(key) {
        None => Patch::Keep,
        Some(field) if is_null(field.node) => Patch::Clear,
        Some(field) => read(&field, reader).map_or(Patch::Keep, Patch::Set),
    }
}

/// True or false, with a default that null stands for.
pub(super) fn switch(
    fields: &Fields<'_>,
    key: &str,
    default: bool,
    reader: &mut Reader,
) -> Option<bool> {
    match fields.find(key)? {
        field if is_null(field.node) => Some(default),
        field => field.boolean(reader),
    }
}
