//! Tests of reading and writing YAML.

use proptest::prelude::*;

use super::*;
use crate::document::limits::MAX_DEPTH;
use crate::document::node::{Content, Mistake, Node};
use crate::document::tree::Tree;
use crate::document::tree::samples::{is_written, trees};
use crate::fuzz::cases;

fn mistakes(text: &str) -> Vec<Mistake> {
    read(text).expect_err("mistakes")
}

/// Mistakes as `path line:column message`.
fn told(text: &str) -> Vec<String> {
    let told = mistakes(text).into_iter().map(|mistake| {
        let Mistake { field, at, message } = mistake;
        format!("{field} {}:{} {message}", at.line, at.column)
    });
    told.collect()
}

fn entries(node: &Node) -> Vec<(&str, &Node)> {
    match &node.content {
        Content::Map(entries) => entries.iter().map(|e| (&*e.key, &e.value)).collect(),
        _ => panic!("no mapping: {node:?}"),
    }
}

#[test]
fn scalars_keep_their_style() {
    let text =
        "a: 1e3\nb: 'it''s'\nc: \"\\u00e9\\n\"\nd: |\n  x\n   y\ne: >-\n  x\n  y\nf:\ng: ~\n";
    let node = read(text).unwrap();
    let found: Vec<_> = entries(&node)
        .into_iter()
        .map(|(_, node)| node.content.clone())
        .collect();
    let plain = |text: &str| Content::Plain(text.to_owned());
    let quoted = |text: &str| Content::Quoted(text.to_owned());
    let expected = [
        plain("1e3"),
        quoted("it's"),
        quoted("é\n"),
        quoted("x\n y\n"),
        quoted("x y"),
        plain(""),
        plain("~"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn positions_are_lines_and_columns_in_characters() {
    for (text, columns) in [
        ("é: {ü: 1, b: [x, ö]}\n", [1, 1, 5, 5]),
        ("\u{feff}é: {ü: 1, b: [x, ö]}\r\n", [1, 1, 5, 5]),
        ("{\"é\": {\"ü\": 1, \"b\": [\"x\", \"ö\"]}}", [1, 2, 8, 7]),
    ] {
        let node = read(text).unwrap();
        let Content::Map(outer) = &node.content else {
            panic!("no mapping");
        };
        let Content::Map(inner) = &outer[0].value.content else {
            panic!("no mapping");
        };
        let found = [
            node.at.column,
            outer[0].key_at.column,
            inner[0].key_at.column,
        ];
        assert_eq!(found[..2], columns[..2], "{text}");
        assert!(found[2] > columns[1]);
        assert!(inner.iter().all(|entry| entry.key_at.line == 1));
    }
    let node = read("# a\r\nx:\r\n  - é\r\n  - {k: v}\r\n").unwrap();
    let (_, list) = entries(&node)[0];
    let Content::List(items) = &list.content else {
        panic!("no list");
    };
    let at: Vec<_> = items.iter().map(|i| (i.at.line, i.at.column)).collect();
    assert_eq!(at, [(3, 5), (4, 5)]);
}

#[test]
fn what_is_not_plain_data_is_refused() {
    for (text, expected) in [
        ("a: &x 1\n", "a 1:4 Anchors are not allowed."),
        ("a: {b: !!str 1}\n", "a.b 1:8 Tags are not allowed."),
        ("a: [1, ! b]\n", "a[1] 1:8 Tags are not allowed."),
        ("a:\n  <<: {}\n", "a.<< 2:3 Merge keys are not allowed."),
        ("a: 1\nb: 2\na: 3\n", "a 3:1 This key is already in line 1."),
        (
            "{\"a\": 1, \"a\": 2}",
            "a 1:10 This key is already in line 1.",
        ),
        (
            "a: {'x': 1, x: 2}\n",
            "a.x 1:13 This key is already in line 1.",
        ),
        (
            "a:\n  ? [b]\n  : 1\n",
            "a 2:5 A key must be a text, not a list or mapping.",
        ),
        (
            "{{}: 1}\n",
            " 1:2 A key must be a text, not a list or mapping.",
        ),
        (
            "a: 1\n---\nb: 1\n",
            " 2:1 The text must have one document only.",
        ),
        ("%YAML 1.2\n---\na: 1\n", " 1:1 Directives are not allowed."),
        (
            "# x\n\n%FOO\n---\na: 1\n",
            " 3:1 Directives are not allowed.",
        ),
        ("", " 1:1 The document is empty."),
        ("# nothing\n", " 2:1 The document is empty."),
        ("---\n", " 2:1 The document is empty."),
        (
            "- a\n",
            " 1:1 Is not a document of Pricebook: that is a mapping with the key `pricebook`.",
        ),
        (
            "[]",
            " 1:1 Is not a document of Pricebook: that is a mapping with the key `pricebook`.",
        ),
        (
            "text\n",
            " 1:1 Is not a document of Pricebook: that is a mapping with the key `pricebook`.",
        ),
        (
            "''\n",
            " 1:1 Is not a document of Pricebook: that is a mapping with the key `pricebook`.",
        ),
    ] {
        assert_eq!(told(text), [expected], "{text}");
    }
    let aliases = told("a: &x 1\nb: *x\n");
    assert_eq!(aliases.len(), 2, "{aliases:?}");
    assert_eq!(aliases[1], "b 2:4 Aliases are not allowed.");
    assert!(read("'<<': 1\n").is_ok());
}

#[test]
fn all_mistakes_are_told_up_to_a_maximum() {
    assert_eq!(told("a: &x 1\nb: !t 2\na: 3\n").len(), 3);
    let many: String = (0..500).map(|i| format!("k{i}: !t 1\n")).collect();
    assert_eq!(mistakes(&many).len(), 100);
}

#[test]
fn syntax_errors_have_their_position() {
    for (text, at) in [
        ("a: [1\n", "2:1"),
        ("a: 1\n b: 2\n", "2:3"),
        ("a: \"x\n", "1:4"),
        ("a: \0\n", "1:4"),
        ("a: *x\n", "1:4"),
        ("{\"a\": 1,,}", "1:9"),
    ] {
        let told = told(text);
        let start = format!(" {at} The text is not valid YAML: ");
        assert!(told[0].contains(&start), "{text:?}: {told:?}");
    }
}

#[test]
fn depth_is_limited() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let nested = |depth: usize| format!("a: {}{}", open.repeat(depth), close.repeat(depth));
        assert!(read(&nested(MAX_DEPTH - 1)).is_ok());
        let told = told(&nested(MAX_DEPTH));
        assert!(told[0].ends_with("at most 32 deep."), "{told:?}");
    }
    for text in ["- ", "? ", "[", "{", "{a: ", "{\"a\":"] {
        assert!(read(&format!("a:\n {}", text.repeat(100_000))).is_err());
        assert!(read(&text.repeat(100_000)).is_err());
    }
}

#[test]
fn long_values_in_brackets_are_read() {
    let codes = (0..300_000).map(|i| format!("plan_{i}"));
    let list = codes.collect::<Vec<_>>().join(", ");
    assert!(read(&format!("plans: [{list}]\n")).is_ok());
    let told = told(&format!("plans:\n  [{list}]\n"));
    assert!(told[0].contains("Write it in block style"), "{told:?}");
    let brackets = Tree::Text("[".repeat(16 * 1024));
    let tree = Tree::Map(vec![("a".to_owned(), Tree::List(vec![brackets]))]);
    assert!(is_written(&read(&write(&tree)).unwrap(), &tree));
}

#[test]
fn the_canonical_form_is_as_in_the_example() {
    let text = concat!(
        "pricebook: 1\n",
        "features:\n",
        "  api_calls: {name: API calls, type: usage, unitName: call}\n",
        "  sso: {name: SSO, type: boolean}\n",
        "groups:\n",
        "  standard: {name: Standard, plans: [pro, team]}\n",
        "plans:\n",
        "  pro:\n",
        "    name: Pro\n",
        "    metadata: {badge: popular}\n",
        "    features:\n",
        "      api_calls: {included: 10000, overage: \"0.0020\"}\n",
        "      sso: true\n",
        "    prices:\n",
        "      monthly: {price: \"49.00\", default: true, introOffer: {percent: \"25\", cycles: 3}}\n",
        "      yearly:\n",
        "        price: \"490.00\"\n",
        "        metadata:\n",
        "          note: A long note that has more characters than fit on a line with all the others\n",
        "          list:\n",
        "            - and a list of texts that has more characters than fit on a line with others\n",
        "            - in: another mapping of a plan that has more characters than fit on a line with others\n",
        "              b: [x, z]\n",
        "    regional: {}\n",
    );
    let tree = tree_of(&read(text).unwrap());
    assert_eq!(write(&tree), text);
    assert_eq!(write(&Tree::Map(Vec::new())), "{}\n");
}

/// The tree from which a node may have been written.
fn tree_of(node: &Node) -> Tree {
    match &node.content {
        Content::Plain(text) => match &**text {
            "null" => Tree::Null,
            "true" => Tree::Bool(true),
            "false" => Tree::Bool(false),
            _ if text.parse::<u64>().is_ok() => Tree::Number(text.clone()),
            _ => Tree::Text(text.clone()),
        },
        Content::Quoted(text) => Tree::Quoted(text.clone()),
        Content::List(items) => Tree::List(items.iter().map(tree_of).collect()),
        Content::Map(entries) => {
            let entries = entries.iter().map(|e| (e.key.clone(), tree_of(&e.value)));
            Tree::Map(entries.collect())
        }
    }
}

#[test]
fn texts_that_could_be_something_else_are_quoted() {
    for text in [
        "",
        " a",
        "a ",
        "~",
        "null",
        "NULL",
        "True",
        "yes",
        "On",
        "n",
        "Y",
        "1",
        "-1",
        "+1",
        "1.5",
        ".5",
        "1e3",
        "0x1f",
        "0o17",
        "017",
        "0b1",
        "1:30",
        "1_000",
        ".inf",
        "-.INF",
        ".nan",
        "2026-01-01",
        "=",
        "<<",
        "- a",
        "-",
        "?",
        ": a",
        ":",
        "#a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'a'",
        "\"a\"",
        "%a",
        "@a",
        "`a",
        "a: b",
        "a:",
        "a #b",
        "a\nb",
        "a\tb",
        "a\u{85}",
        "a\u{2028}b",
        "\u{feff}a",
        "---",
        "...",
        "[a",
        "{a",
    ] {
        assert!(!is_plain(text, Place::Block), "{text:?}");
        assert!(!is_plain(text, Place::Flow), "{text:?}");
    }
    for text in ["a, b", "a]", "a?", "a:b", "it's"] {
        assert!(is_plain(text, Place::Block), "{text}");
        assert!(!is_plain(text, Place::Flow), "{text}");
    }
    for text in [
        "API calls",
        "é",
        "C#",
        "a_1",
        "x-y.z",
        "Nope",
        "_",
        "東京",
        "on call",
    ] {
        assert!(is_plain(text, Place::Flow), "{text}");
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn what_is_written_is_read_again(tree in trees()) {
        let text = write(&tree);
        let node = read(&text).map_err(|mistakes| TestCaseError::fail(format!("{mistakes:?}\n{text}")))?;
        prop_assert!(is_written(&node, &tree), "{text}");
        // The same text again.
        let printable = |c: char| c == '\n' || !c.is_control();
        prop_assert!(text.chars().all(printable));
    }

    #[test]
    fn another_reader_finds_the_same(tree in trees()) {
        let text = write(&tree);
        let value: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(is_same(&value, &tree), "{text}\n{value:?}");
    }
}

fn is_same(value: &serde_yaml_ng::Value, tree: &Tree) -> bool {
    use serde_yaml_ng::Value;
    match (value, tree) {
        (Value::Null, Tree::Null) | (Value::Number(_), Tree::Number(_)) => true,
        (Value::Bool(a), Tree::Bool(b)) => a == b,
        (Value::String(a), Tree::Text(b) | Tree::Quoted(b)) => a == b,
        (Value::Sequence(a), Tree::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Mapping(a), Tree::Map(b)) => {
            let mut pairs = a.iter().zip(b);
            let is_same = |((k, a), (key, b)): ((&Value, _), &(String, _))| {
                k.as_str() == Some(key) && is_same(a, b)
            };
            a.len() == b.len() && pairs.all(is_same)
        }
        _ => false,
    }
}
