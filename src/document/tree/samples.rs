//! Random trees for tests.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::node::{Content, Node};
use super::super::yaml::{Place, is_plain};
use super::Tree;
use crate::fuzz::texts;

/// Texts that YAML reads as something else, or nearly so.
const NEAR_YAML: &[&str] = &[
    "~",
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "True",
    "FALSE",
    "Null",
    "1",
    "1e3",
    "0x1F",
    "0o7",
    "017",
    "1:30",
    "1_000",
    ".inf",
    "-.Inf",
    ".NaN",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "=",
    "<<",
    "- a",
    "-a",
    "? a",
    "?a",
    ": a",
    ":a",
    "a:",
    "a: b",
    "a:b",
    "a #b",
    "a#b",
    "#",
    "&a",
    "*a",
    "!a",
    "!!str",
    "| a",
    "> a",
    "%a",
    "@a",
    "`a`",
    "a, b",
    "a,b",
    "[a",
    "a]",
    "{a",
    "a}",
    "a\tb",
    "a\nb",
    "\na",
    "a\n",
    "\r",
    "\u{2028}",
    "a\u{2029}",
    "---",
    "...",
    "--- a",
    "pro",
    "API calls",
    "it's",
    "\\n",
    "monthly",
    "\u{a0}a",
    "a\u{a0}",
    "\u{3000}",
    "a\u{3000}b",
];

fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(NEAR_YAML).prop_map(str::to_owned),
        2 => "[a-z_]{1,12}",
        1 => "[ -~]{1,6}",
        2 => texts(),
    ]
}

const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1.5",
    "10000",
    "1e3",
    "0.30000000000000004",
    "-2.5E-7",
];

fn leaf() -> impl Strategy<Value = Tree> {
    prop_oneof![
        1 => Just(Tree::Null),
        1 => any::<bool>().prop_map(Tree::Bool),
        1 => select(NUMBERS).prop_map(|number| Tree::Number(number.to_owned())),
        6 => nasty().prop_map(Tree::Text),
        1 => nasty().prop_map(Tree::Quoted),
        1 => Just(Tree::List(Vec::new())),
        1 => Just(Tree::Map(Vec::new())),
    ]
}

/// A mapping of these, with keys that differ.
fn map(values: impl Strategy<Value = Tree>) -> impl Strategy<Value = Tree> {
    let key = prop_oneof![
        4 => nasty(),
        1 => select(&["plans", "features", "prices", "regional"][..]).prop_map(str::to_owned),
    ];
    vec((key, values), 0..6).prop_map(|mut entries| {
        let mut keys = HashSet::new();
        entries.retain(|(key, _)| keys.insert(key.clone()));
        Tree::Map(entries)
    })
}

/// Any mapping.
pub fn trees() -> impl Strategy<Value = Tree> {
    let any = leaf().prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            1 => vec(inner.clone(), 0..6).prop_map(Tree::List),
            3 => map(inner),
        ]
    });
    map(any)
}

/// Whether a node is what a tree became.
pub fn is_written(node: &Node, tree: &Tree) -> bool {
    match (&node.content, tree) {
        (Content::Plain(text), Tree::Null) => text == "null",
        (Content::Plain(text), Tree::Bool(value)) => *text == value.to_string(),
        (Content::Plain(a), Tree::Number(b)) => a == b,
        (Content::Plain(a), Tree::Text(b)) => a == b && is_plain(b, Place::Block),
        (Content::Quoted(a), Tree::Text(b) | Tree::Quoted(b)) => a == b,
        (Content::List(a), Tree::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_written(a, b))
        }
        (Content::Map(a), Tree::Map(b)) => {
            let mut pairs = a.iter().zip(b);
            a.len() == b.len() && pairs.all(|(a, b)| a.key == b.0 && is_written(&a.value, &b.1))
        }
        _ => false,
    }
}

/// Whether a node is what a tree became, when the order of entries does not count.
pub fn is_written_in_any_order(node: Node, tree: Tree) -> bool {
    is_written(&sorted_node(node), &sorted(tree))
}

fn sorted_node(mut node: Node) -> Node {
    if let Content::Map(entries) = &mut node.content {
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        for entry in entries {
            entry.value = sorted_node(entry.value.clone());
        }
    }
    node
}

fn sorted(tree: Tree) -> Tree {
    match tree {
        Tree::Map(mut entries) => {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            let entries = entries.into_iter();
            Tree::Map(entries.map(|(key, value)| (key, sorted(value))).collect())
        }
        other => other,
    }
}

/// A catalog with this many plans.
pub fn catalog(plans: usize) -> Tree {
    let text = |text: &str| Tree::Text(text.to_owned());
    let number = |number: usize| Tree::Number(number.to_string());
    let money = |units: usize| Tree::Quoted(format!("{units}.00"));
    let features = (0..8).map(|i| {
        let settings = vec![("included", number(i)), ("overage", money(i))];
        (format!("feature_{i}"), map_of(settings))
    });
    let features: Vec<_> = features.collect();
    let currencies = ["eur", "gbp", "jpy", "chf", "sek"];
    let plan = |i: usize| {
        let price = |units| map_of(vec![("price", money(units)), ("trialDays", number(14))]);
        let prices = vec![("monthly", price(i)), ("yearly", price(10 * i))];
        let regional = currencies.map(|currency| {
            let prices = map_of(vec![("monthly", money(i)), ("yearly", money(10 * i))]);
            let rate = Tree::Quoted("0.92".to_owned());
            (currency, map_of(vec![("rate", rate), ("prices", prices)]))
        });
        let fields = vec![
            ("name", Tree::Text(format!("Plan number {i}"))),
            (
                "description",
                text("A plan, with a text that says what it is for: \u{e9}."),
            ),
            (
                "metadata",
                map_of(vec![("badge", text("popular")), ("order", number(i))]),
            ),
            ("features", Tree::Map(features.clone())),
            ("prices", map_of(prices)),
            ("regional", map_of(regional.to_vec())),
        ];
        (format!("plan_{i}"), map_of(fields))
    };
    map_of(vec![
        ("pricebook", number(1)),
        ("plans", Tree::Map((0..plans).map(plan).collect())),
    ])
}

fn map_of(entries: Vec<(&str, Tree)>) -> Tree {
    let entries = entries.into_iter();
    Tree::Map(
        entries
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}
