//! Tests of reading and writing JSON.

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::*;
use crate::document::node::{Content, Node, Position};
use crate::document::tree::Tree;
use crate::document::tree::samples::{is_written, trees};
use crate::fuzz::cases;

fn read_whole(text: &str) -> Result<Node, Vec<String>> {
    let value: &RawValue = serde_json::from_str(text).expect("JSON");
    let told = |mistake: &crate::document::node::Mistake| {
        let Position { line, column } = mistake.at;
        format!("{} {line}:{column} {}", mistake.field, mistake.message)
    };
    read(value, text).map_err(|mistakes| mistakes.iter().map(told).collect())
}

#[test]
fn a_part_has_the_positions_of_the_whole() {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        document: &'a RawValue,
    }
    let text = "{\n \"é\": 1, \"document\": {\"ö\": [1.50,\n  \"\\u00e9\"]}}";
    let body: Body = serde_json::from_str(text).unwrap();
    let node = read(body.document, text).unwrap();
    assert_eq!(
        node.at,
        Position {
            line: 2,
            column: 22
        }
    );
    let Content::Map(entries) = &node.content else {
        panic!("no object");
    };
    assert_eq!(entries[0].key, "ö");
    assert_eq!(
        entries[0].key_at,
        Position {
            line: 2,
            column: 23
        }
    );
    let Content::List(items) = &entries[0].value.content else {
        panic!("no list");
    };
    assert_eq!(items[0].content, Content::Plain("1.50".to_owned()));
    assert_eq!(items[1].content, Content::Quoted("é".to_owned()));
    assert_eq!(items[1].at, Position { line: 3, column: 3 });
}

#[test]
fn what_is_no_part_of_the_text_begins_where_it_does() {
    let value = RawValue::from_string("{\"a\": 1}".to_owned()).unwrap();
    let node = read(&value, "elsewhere").unwrap();
    assert_eq!(node.at, Position { line: 1, column: 1 });
}

#[test]
fn every_mistake_is_told() {
    let text = "{\"a\": {\"b\": 1, \"b\": 2, \"b\": 3}, \"c\": [1, \"\\ud800\"],\n \"a\": 4}";
    assert_eq!(
        read_whole(text).unwrap_err(),
        [
            "a.b 1:16 This key is already in line 1.",
            "a.b 1:24 This key is already in line 1.",
            "c[1] 1:42 The text has half of a surrogate pair.",
            "a 2:2 This key is already in line 1.",
        ]
    );
    let told = read_whole("[]").unwrap_err();
    assert_eq!(told, [" 1:1 The document must be an object."]);
}

#[test]
fn limits_hold() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(read_whole(&nested(31)).is_ok());
    let told = read_whole(&nested(32)).unwrap_err();
    assert!(told[0].ends_with("at most 32 deep."), "{told:?}");
    let wide = format!("{{\"a\":[{}1]}}", "1,".repeat(2_000_000));
    let told = read_whole(&wide).unwrap_err();
    assert_eq!(told.len(), 1);
    assert!(told[0].ends_with("2000000 values."), "{told:?}");
}

#[test]
fn names_that_the_library_uses_are_names() {
    for name in [
        "$serde_json::private::Number",
        "$serde_json::private::RawValue",
    ] {
        let node = read_whole(&format!("{{\"a\":{{\"{name}\":\"1\"}}}}")).unwrap();
        let Content::Map(entries) = &node.content else {
            panic!("no object");
        };
        assert!(
            matches!(&entries[0].value.content, Content::Map(entries) if entries[0].key == name)
        );
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn what_is_written_is_read_again(tree in trees()) {
        let text = write(&tree);
        let node = read_whole(&text);
        prop_assert!(node.is_ok(), "{node:?}");
        prop_assert!(is_written(&node.unwrap(), &quoted(&tree)), "{text}");
        prop_assert!(!text.contains('\n'));
    }
}

/// The tree as JSON has it, with all texts quoted.
fn quoted(tree: &Tree) -> Tree {
    match tree {
        Tree::Text(text) => Tree::Quoted(text.clone()),
        Tree::List(items) => Tree::List(items.iter().map(quoted).collect()),
        Tree::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.clone(), quoted(value)));
            Tree::Map(entries.collect())
        }
        other => other.clone(),
    }
}
