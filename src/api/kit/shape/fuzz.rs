//! JSON that fits a shape, or nearly so.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Field, Shape, TextKind};
use crate::fuzz::texts;

/// Values of JSON, and what is nearly that, that fit few shapes.
const ODD_VALUES: &[&str] = &[
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "[null]",
    "{\"\":{}}",
    "0",
    "-0",
    "-1",
    "1.5",
    "1e999",
    "1e-999999999999",
    "-1E+2147483648",
    "9007199254740991",
    "9007199254740992",
    "-9223372036854775809",
    "0.30000000000000004",
    "01",
    "1.",
    ".5",
    "+1",
    "0x1",
    "NaN",
    "Infinity",
    "nul",
    "'a'",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\\x\"",
    "\"\u{1}\"",
    "\"open",
    "\u{feff}1",
    "1 2",
    "[1,]",
    "{\"a\":1,\"a\":2}",
    "{\"a\":{\"b\":1,\"b\":1}}",
    "{\"$serde_json::private::Number\":\"1\"}",
    "{\"$serde_json::private::RawValue\":\"1\"}",
];

/// A value that rarely fits.
fn odd() -> BoxedStrategy<String> {
    let nested = (0_usize..2, 90_usize..120).prop_map(|(kind, depth)| {
        let (open, close) = [("[", "]"), ("{\"a\":", "}")][kind];
        format!("{}1{}", open.repeat(depth), close.repeat(depth))
    });
    prop_oneof![
        8 => select(ODD_VALUES).prop_map(str::to_owned),
        4 => texts().prop_map(|text| quoted(&text)),
        1 => nested,
        1 => (1_usize..500).prop_map(|count| "9".repeat(count)),
        1 => Just("[".repeat(10_000)),
    ]
    .boxed()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What fits a shape mostly.
pub fn near(shape: &Shape) -> BoxedStrategy<String> {
    prop_oneof![40 => fitting(shape), 1 => odd()].boxed()
}

fn fitting(shape: &Shape) -> BoxedStrategy<String> {
    match shape {
        Shape::Object(fields) => object(fields),
        Shape::Free { .. } => vec((texts(), odd()), 0..4)
            .prop_map(|entries| {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}:{value}", quoted(key)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            })
            .boxed(),
        Shape::Array { items, min, .. } => vec(near(items), *min..*min + 3)
            .prop_map(|items| format!("[{}]", items.join(",")))
            .boxed(),
        Shape::Text { max, kind, .. } => text(*max, *kind),
        Shape::Word(words) | Shape::Currency(words) => {
            select(words.clone()).prop_map(|word| quoted(&word)).boxed()
        }
        Shape::Integer { min, max, unit: _ } => integer(*min, *max),
        Shape::PositiveNumber => prop_oneof![
            "[1-9][0-9]{0,14}",
            "0[.]0{0,9}[1-9][0-9]{0,3}",
            "[1-9][eE][-+]?[0-9]{1,2}",
        ]
        .boxed(),
        Shape::Boolean => any::<bool>().prop_map(|value| value.to_string()).boxed(),
        Shape::Anything => odd(),
        Shape::Nullable(shape) => {
            prop_oneof![1 => Just("null".to_owned()), 4 => fitting(shape)].boxed()
        }
    }
}

fn object(fields: &[Field]) -> BoxedStrategy<String> {
    let entries: Vec<_> = fields.iter().map(entry).collect();
    let unknown = weighted(0.03, (texts(), odd()));
    (entries, unknown)
        .prop_map(|(entries, unknown)| {
            let unknown = unknown.map(|(key, value)| format!("{}:{value}", quoted(&key)));
            let all: Vec<_> = entries.into_iter().flatten().chain(unknown).collect();
            format!("{{{}}}", all.join(","))
        })
        .boxed()
}

/// A field once, or left out, or, rarely, twice.
fn entry(field: &Field) -> impl Strategy<Value = Vec<String>> + use<> {
    let (name, is_required) = (field.name, field.is_required);
    (0_u8..100, near(&field.shape)).prop_map(move |(lot, value)| {
        let entry = format!("\"{name}\":{value}");
        match lot {
            0 => vec![entry.clone(), entry],
            1 => Vec::new(),
            2..50 if !is_required => Vec::new(),
            _ => vec![entry],
        }
    })
}

fn text(max: usize, kind: TextKind) -> BoxedStrategy<String> {
    let lengths = [max.min(3000), max.min(3000).saturating_add(1)];
    let plain = prop_oneof![
        8 => "[a-z0-9_]{1,12}",
        1 => select(lengths.to_vec()).prop_map(|length| "é".repeat(length)),
        1 => texts(),
    ];
    match kind == TextKind::Code {
        true => prop_oneof![15 => "[a-z0-9_]{1,12}", 1 => plain]
            .prop_map(|text| quoted(&text))
            .boxed(),
        false => plain.prop_map(|text| quoted(&text)).boxed(),
    }
}

fn integer(min: i64, max: i64) -> BoxedStrategy<String> {
    let value = prop_oneof![
        8 => min..=max.min(min.saturating_add(1000)),
        4 => min..=max,
        1 => Just(max),
        1 => Just(min.saturating_sub(1)),
    ];
    (value, 0_u8..8)
        .prop_map(|(value, style)| match style {
            0 => format!("{value}.0"),
            1 => format!("{value}0e-1"),
            _ => value.to_string(),
        })
        .boxed()
}

/// Whether a path to a field starts with a field of a shape.
pub fn has_field(shape: &Shape, path: &str) -> bool {
    match shape {
        Shape::Object(fields) => fields.iter().any(|field| starts_with(path, field.name)),
        Shape::Nullable(shape) => has_field(shape, path),
        _ => false,
    }
}

/// Whether a path starts with a field of this name.
pub fn starts_with(path: &str, name: &str) -> bool {
    path.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
