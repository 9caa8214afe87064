//! Tests with files as people write them.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::document::node::{Content, Node};
use crate::document::tree::samples::{is_written_in_any_order, trees};
use crate::fuzz::cases;

const FILE: &str = r#"# The prices of Example Inc.
# Ask sales before you change one.

pricebook: 1

features:
  # Counted by the gateway.
  api_calls: { name: "API calls",  type: usage, unitName: call } # see the wiki
  sso: {name: SSO, type: boolean}

groups:
  standard: {name: Standard, plans: [pro, team]}

# All plans.
plans:

  # For larger teams.
  team:
    name: Team   # shown on the site
    description: >-
      Everything in Pro,
      for teams.
    features:
      sso: true
    prices:
      # Raised in May.
      monthly: {price: "99.00", default: true} # net
      yearly: {price: "990.00"}
    # regional: none yet

  # For one person.
  pro:
    name: Pro
    features:
      api_calls:
        included: 10_000
        overage: "0.0020"  # a tenth of a cent
    prices:
      monthly: {price: "49.00"}
    regional:
      eur: {rate: 0.920}
"#;

/// What the server has: the same as in the file.
const SAME: &str = r#"
pricebook: 1
features:
  api_calls: {name: API calls, type: usage, unitName: call}
  sso: {name: SSO, type: boolean}
groups:
  standard: {name: Standard, plans: [pro, team]}
plans:
  pro:
    name: Pro
    features:
      api_calls: {included: 10000, overage: "0.0020"}
    prices:
      monthly: {price: "49.00"}
    regional:
      eur: {rate: "0.92"}
  team:
    name: Team
    description: Everything in Pro, for teams.
    features:
      sso: true
    prices:
      monthly: {price: "99.00", default: true}
      yearly: {price: "990.00"}
"#;

/// A tree that a text stands for, with one spelling for each value.
fn tree_of(text: &str) -> Tree {
    node_tree(&yaml::read(text).expect("YAML"))
}

fn node_tree(node: &Node) -> Tree {
    match &node.content {
        Content::Plain(text) | Content::Quoted(text) => scalar_tree(text),
        Content::List(items) => Tree::List(items.iter().map(node_tree).collect()),
        Content::Map(entries) => {
            let entries = entries
                .iter()
                .map(|entry| (entry.key.clone(), node_tree(&entry.value)));
            Tree::Map(entries.collect())
        }
    }
}

fn scalar_tree(text: &str) -> Tree {
    let digits = text.replace('_', "");
    match (text, digits.parse::<f64>()) {
        ("true" | "false", _) => Tree::Bool(text == "true"),
        (_, Ok(number)) if !text.contains('.') => Tree::Number(number.to_string()),
        (_, Ok(_)) if text == "0.920" => Tree::Quoted("0.92".to_owned()),
        (_, Ok(_)) => Tree::Quoted(text.to_owned()),
        _ => Tree::Text(text.to_owned()),
    }
}

fn part<'a>(tree: &'a Tree, path: &[String]) -> Option<&'a Tree> {
    path.iter().try_fold(tree, |tree, key| match tree {
        Tree::Map(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, tree)| tree),
        _ => None,
    })
}

/// Whether two trees are equal, in whatever order.
fn is_equal(a: &Tree, b: &Tree) -> bool {
    match (a, b) {
        (Tree::Map(a), Tree::Map(b)) => {
            let has = |(key, value): &(String, Tree)| {
                let found = b.iter().find(|(k, _)| k == key);
                found.is_some_and(|(_, other)| is_equal(value, other))
            };
            a.len() == b.len() && a.iter().all(has)
        }
        _ => a == b,
    }
}

/// Merges what the server has into a file.
fn pull(local: &str, server: &str) -> Option<String> {
    let (here, there) = (tree_of(local), tree_of(server));
    let is_same = |path: &[String]| match (part(&here, path), part(&there, path)) {
        (Some(a), Some(b)) => is_equal(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    merge(local, &there, &is_same)
}

/// Replaces a piece of the server's text.
fn server(piece: &str, new: &str) -> String {
    assert!(SAME.contains(piece), "{piece}");
    SAME.replacen(piece, new, 1)
}

/// Checks that a change on the server changes just this piece of the file.
#[track_caller]
fn check(server: &str, piece: &str, new: &str) {
    assert!(FILE.contains(piece), "{piece}");
    let expected = FILE.replacen(piece, new, 1);
    let found = pull(FILE, server).expect("a merged file");
    assert!(found == expected, "{found}");
    // Line breaks stay as they are.
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let found = pull(&crlf(FILE), server).expect("a merged file");
    assert!(found == crlf(&expected), "{found:?}");
    // What is merged is not changed again.
    assert_eq!(pull(&expected, server).as_deref(), Some(&*expected));
}

#[test]
fn a_file_that_says_the_same_is_not_changed() {
    check(SAME, FILE, FILE);
    let json = r#"{"a": "1.0"}"#;
    assert_eq!(pull(json, "a: 1.0").as_deref(), Some(json));
    assert_eq!(pull(json, "a: 2.0"), None);
}

#[test]
fn a_changed_price_in_brackets() {
    check(
        &server("price: \"99.00\"", "price: \"109.00\""),
        "{price: \"99.00\", default: true} # net",
        "{price: \"109.00\", default: true} # net",
    );
}

#[test]
fn a_changed_value_beside_a_comment() {
    check(
        &server("name: Team", "name: Teams"),
        "name: Team   # shown on the site",
        "name: Teams   # shown on the site",
    );
    check(
        &server("overage: \"0.0020\"", "overage: \"0.0030\""),
        "overage: \"0.0020\"  # a tenth",
        "overage: \"0.0030\"  # a tenth",
    );
    check(
        &server("name: API calls, type", "name: Calls, type"),
        "{ name: \"API calls\",  type: usage, unitName: call } # see",
        "{name: Calls, type: usage, unitName: call} # see",
    );
}

#[test]
fn a_changed_text_of_many_lines() {
    check(
        &server("Everything in Pro, for teams.", "All of it"),
        ">-\n      Everything in Pro,\n      for teams.\n",
        "All of it\n",
    );
    check(
        &server("    description: Everything in Pro, for teams.\n", ""),
        "    description: >-\n      Everything in Pro,\n      for teams.\n",
        "",
    );
}

#[test]
fn an_added_plan() {
    let free = "  free:\n    name: Free\n    prices:\n      monthly: {price: \"0.00\"}\n";
    check(
        &server("  team:\n", &format!("{free}  team:\n")),
        "      eur: {rate: 0.920}\n",
        &format!("      eur: {{rate: 0.920}}\n\n{free}"),
    );
    let last = format!("{SAME}{free}");
    check(
        &last,
        "    # regional: none yet\n",
        &format!("    # regional: none yet\n\n{free}"),
    );
}

#[test]
fn a_removed_plan() {
    let start = FILE.find("  # For larger").unwrap();
    let end = FILE.find("  # For one").unwrap();
    let from = SAME.find("  team:").unwrap();
    check(&SAME[..from], &FILE[start..end], "");
    let start = FILE.find("\n  # For one").unwrap();
    let from = SAME.find("  pro:").unwrap();
    let until = SAME.find("  team:").unwrap();
    let without = format!("{}{}", &SAME[..from], &SAME[until..]);
    check(&without, &FILE[start..], "");
}

#[test]
fn a_price_that_comes_or_goes() {
    check(
        &server(
            "\"49.00\"}\n",
            "\"49.00\"}\n      yearly: {price: \"490.00\"}\n",
        ),
        "{price: \"49.00\"}\n",
        "{price: \"49.00\"}\n      yearly: {price: \"490.00\"}\n",
    );
    check(
        &server("      monthly: {price: \"99.00\", default: true}\n", ""),
        "      # Raised in May.\n      monthly: {price: \"99.00\", default: true} # net\n",
        "",
    );
    check(
        &server(
            "      monthly: {price: \"99.00\"",
            "      weekly: {price: \"9.00\"}\n      monthly: {price: \"99.00\"",
        ),
        "      yearly: {price: \"990.00\"}\n",
        "      yearly: {price: \"990.00\"}\n      weekly: {price: \"9.00\"}\n",
    );
}

#[test]
fn a_part_of_a_plan_that_comes_or_goes() {
    check(
        &format!("{SAME}    regional:\n      eur: {{rate: \"0.9\"}}\n"),
        "    # regional: none yet\n",
        "    regional:\n      eur: {rate: \"0.9\"}\n    # regional: none yet\n",
    );
    check(
        &server("    regional:\n      eur: {rate: \"0.92\"}\n", ""),
        "    regional:\n      eur: {rate: 0.920}\n",
        "",
    );
}

#[test]
fn a_mapping_without_what_it_had() {
    check(
        &server("      sso: true\n", "      api_calls: {included: 1}\n"),
        "      sso: true\n",
        "      api_calls: {included: 1}\n",
    );
    check(
        &server("    features:\n      sso: true\n", "    features: {}\n"),
        "    features:\n      sso: true\n",
        "    features: {}\n",
    );
    check(
        &server(
            "api_calls: {included: 10000, overage: \"0.0020\"}",
            "api_calls: false",
        ),
        "      api_calls:\n        included: 10_000\n        overage: \"0.0020\"  # a tenth of a cent\n",
        "      api_calls: false\n",
    );
}

#[test]
fn a_section_that_comes_or_goes() {
    let market = "markets:\n  eu: {name: EU}\n";
    check(
        &server("plans:\n", &format!("{market}plans:\n")),
        "  standard: {name: Standard, plans: [pro, team]}\n",
        &format!("  standard: {{name: Standard, plans: [pro, team]}}\n\n{market}"),
    );
    let groups = "groups:\n  standard: {name: Standard, plans: [pro, team]}\n";
    check(&server(groups, ""), &format!("{groups}\n"), "");
}

#[test]
fn values_change_between_one_line_and_many() {
    for (local, server, expected) in [
        (
            "a: 1 # x\nb: 2\n",
            "a:\n- {c: 1}\nb: 2\n",
            "a: [{c: 1}] # x\nb: 2\n",
        ),
        (
            "a: # x\n- 1\n- 2 # y\nb: 2\n",
            "a: [3]\nb: 2\n",
            "a: [3] # x\nb: 2\n",
        ),
        ("a:\n- 1\n-\nb: 2\n", "a: [3]\nb: 2\n", "a: [3]\nb: 2\n"),
        (
            "a: [1,\n  2] # y\nb: 2\n",
            "a: [3]\nb: 2\n",
            "a: [3] # y\nb: 2\n",
        ),
        (
            "a:\n  \"x\n  y\" # z\nb: 2\n",
            "a: x\nb: 2\n",
            "a: x\nb: 2\n",
        ),
        ("a:\nb: 2", "a: x\nb: 2\n", "a: x\nb: 2"),
        ("a: # x\nb: 2", "a: x\nb: 2\nc: 3\n", "a: x # x\nb: 2\nc: 3"),
        (
            "a: |+\n  x\n\n\nb: 'it''s' # \n",
            "a: x\nb: it\n",
            "a: x\n\n\nb: it # \n",
        ),
        (
            "plans: {a: 1} # x\n",
            "plans:\n  a: 2\n",
            "plans: # x\n  a: 2\n",
        ),
        (
            "plans: {a: 1,\n   b: 2} # x\n",
            "plans:\n  a: 2\n",
            "plans: # x\n  a: 2\n",
        ),
        ("\u{feff}\"a\" : 1\n", "a: 2\n", "\u{feff}\"a\" : 2\n"),
        ("é: ü # ö\nx: y\n", "é: ä\nx: y\n", "é: ä # ö\nx: y\n"),
        ("---\na: 1\n...\n", "a: 2\n", "---\na: 2\n...\n"),
        (
            "plans:\n    a:\n        b: 1\n",
            "plans: {a: {b: 1}, c: {b: {d: 1}, features: {x: 1}}}",
            "plans:\n    a:\n        b: 1\n    c:\n        b: {d: 1}\n        features:\n            x: 1\n",
        ),
    ] {
        let found = pull(local, server);
        assert_eq!(found.as_deref(), Some(expected), "{local:?}");
    }
}

#[test]
fn what_cannot_be_edited_is_left_to_the_caller() {
    for (local, server) in [
        ("{a: 1}\n", "a: 2\n"),
        ("? a\n: 1\n", "a: 2\n"),
        ("a: 1\rb: 2\r", "a: 2\nb: 2\n"),
        ("a: 1\n", "b: 1\n"),
    ] {
        let merged = pull(local, server);
        if let Some(merged) = &merged {
            assert!(is_equal(&tree_of(merged), &tree_of(server)), "{merged}");
        } else {
            assert_eq!(merged, None);
        }
    }
    assert_eq!(merge("a: [", &Tree::Map(Vec::new()), &|_| false), None);
    assert_eq!(merge("a: 1\n", &Tree::Null, &|_| false), None);
}

/// Puts comments and blank lines into a text at random places between lines.
fn commented(text: &str, places: &[Index]) -> String {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    for (index, place) in places.iter().enumerate() {
        let at = place.index(lines.len() + 1);
        let line = ["# one", "    # two", "", "  # three"][index % 4];
        lines.insert(at, line.to_owned());
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_file_becomes_what_is_wanted(
        local in trees(), wanted in trees(), mixed in any::<bool>(), places in prop::collection::vec(any::<Index>(), 0..8),
    ) {
        let wanted = if mixed { mix(&local, &wanted) } else { wanted };
        let text = commented(&yaml::write(&local), &places);
        let is_same = |path: &[String]| part(&local, path) == part(&wanted, path);
        if let Some(merged) = merge(&text, &wanted, &is_same) {
            let node = yaml::read(&merged).expect("YAML");
            prop_assert!(is_written_in_any_order(node, wanted.clone()), "{text}\n\n{merged}");
            let comments = |text: &str| text.matches('#').count();
            prop_assert!(local != wanted || comments(&merged) == comments(&text));
        } else {
            prop_assert!(has_no_common_key(&local, &wanted) || is_odd(&text), "{text}\n{}", yaml::write(&wanted));
        }
    }
}

fn has_no_common_key(a: &Tree, b: &Tree) -> bool {
    let (Tree::Map(a), Tree::Map(b)) = (a, b) else {
        return true;
    };
    !a.iter().any(|(key, _)| b.iter().any(|(k, _)| k == key))
}

/// Whether a file has keys that are too long for a line, or nothing at all.
fn is_odd(text: &str) -> bool {
    text.contains("? ") || text.contains("{}\n")
}

/// A tree with entries of both.
fn mix(a: &Tree, b: &Tree) -> Tree {
    match (a, b) {
        (Tree::Map(a), Tree::Map(b)) => {
            let kept = a.iter().enumerate().filter(|(index, _)| index % 3 != 2);
            let mut entries: Vec<(String, Tree)> = kept
                .map(|(index, (key, value))| match b.get(index) {
                    Some((_, other)) if index % 2 == 1 => (key.clone(), mix(value, other)),
                    _ => (key.clone(), value.clone()),
                })
                .collect();
            for (index, (key, value)) in b.iter().enumerate() {
                if index % 2 == 0 && entries.iter().all(|(k, _)| k != key) {
                    entries.insert(index.min(entries.len()), (key.clone(), value.clone()));
                }
            }
            Tree::Map(entries)
        }
        (_, b) => b.clone(),
    }
}
