//! Additions appear in the document and in the manuals.

use std::collections::{BTreeMap, BTreeSet};

use pricebook::domain::permission::Resource;

use super::{JSON, values};
use crate::support::contract::{DOCUMENT, OPERATIONS};
use crate::support::program::{printed, program};

const README: &str = include_str!("../../README.md");
const OPERATIONS_MD: &str = include_str!("../../OPERATIONS.md");

/// The rows of the tables in a text whose header begins with a word: their columns, without
/// backquotes.
fn rows(text: &str, head: &str) -> Vec<Vec<String>> {
    let mut lines = text.lines();
    let mut rows = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with(&format!("| {head} |")) {
            let table = lines
                .by_ref()
                .skip(1)
                .take_while(|line| line.starts_with('|'));
            let columns = |line: &str| -> Vec<String> {
                let columns = line.trim_matches('|').split('|');
                columns
                    .map(|column| column.trim().replace('`', ""))
                    .collect()
            };
            rows.extend(table.map(columns));
        }
    }
    assert!(!rows.is_empty(), "no table of {head}");
    rows
}

/// The settings in a table: each variable with its flag, if the table has flags.
fn settings_in(text: &str) -> BTreeMap<String, String> {
    let of_row = |row: Vec<String>| {
        let names: Vec<_> = row[0].split(", ").map(str::to_owned).collect();
        let flags: Vec<_> = row[1].split(", ").map(str::to_owned).collect();
        names.into_iter().enumerate().map(move |(at, name)| {
            let flag = flags.get(at).cloned().unwrap_or_default();
            (name, flag)
        })
    };
    rows(text, "variable")
        .into_iter()
        .flat_map(of_row)
        .collect()
}

/// The settings that the help of `serve` names: each variable with its flag.
fn settings_of_serve() -> BTreeMap<String, String> {
    let help = printed(&mut program(&["serve", "--help"]));
    let mut settings = BTreeMap::new();
    let mut flag = String::new();
    for line in help.lines() {
        let words = line.trim_start();
        if let Some(at) = words.find("--").filter(|at| *at < 5) {
            let end = words[at..].find(' ').map_or(words.len(), |end| at + end);
            flag = words[at..end].to_owned();
        }
        if let Some((_, after)) = line.split_once("[env: ") {
            let name = after.split(['=', ']']).next().expect("a name");
            settings.insert(name.to_owned(), flag.clone());
        }
    }
    settings
}

#[test]
fn every_setting_is_in_the_manual() {
    let (wanted, told) = (settings_of_serve(), settings_in(OPERATIONS_MD));
    assert!(wanted.len() > 20, "{wanted:?}");
    assert_eq!(
        told, wanted,
        "the table of variables in OPERATIONS.md must have every setting of `pricebook serve --help`, with its flag"
    );
    let known: BTreeSet<_> = told.into_keys().collect();
    for name in settings_in(README).into_keys() {
        assert!(
            known.contains(&name),
            "README.md mentions {name}, but OPERATIONS.md does not"
        );
    }
}

#[test]
fn every_command_is_in_the_manual() {
    let help = printed(&mut program(&["--help"]));
    let (_, commands) = help.split_once("Commands:\n").expect("commands");
    let commands = commands.lines().take_while(|line| line.starts_with("  "));
    let wanted: BTreeSet<_> = commands
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect();
    let told: BTreeSet<_> = rows(OPERATIONS_MD, "command")
        .iter()
        .filter_map(|row| row[0].split_whitespace().next().map(str::to_owned))
        .collect();
    assert_eq!(
        told, wanted,
        "the table of commands in OPERATIONS.md must have every command of `pricebook --help`"
    );
}

#[test]
fn every_permission_is_in_the_manual() {
    let (_, section) = OPERATIONS_MD
        .split_once("## Restricted keys")
        .expect("a section");
    for resource in Resource::ALL {
        assert!(
            section.contains(&format!("`{resource}`")),
            "*Restricted keys* in OPERATIONS.md must say what `{resource}` allows"
        );
    }
}

#[test]
fn every_tag_is_used() {
    let tags = DOCUMENT["tags"].as_array().expect("tags");
    let listed: BTreeSet<_> = tags
        .iter()
        .map(|tag| tag["name"].as_str().expect("a name"))
        .collect();
    let used: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| operation.object["tags"][0].as_str().expect("a tag"))
        .collect();
    assert_eq!(
        listed, used,
        "`Tag` in src/api/operations/tag.rs must have exactly the tags that operations use"
    );
}

#[test]
fn every_operation_has_an_example() {
    for operation in OPERATIONS.iter() {
        let id = &operation.id;
        let advice = "add it in src/api/document/examples, in the file of its resource";
        let answer = &operation.object["responses"]["200"]["content"][JSON];
        assert!(!values(answer).is_empty(), "{id} shows no answer: {advice}");
        let body = &operation.object["requestBody"];
        let shown = values(&body["content"][JSON]);
        assert_eq!(
            body.is_object(),
            !shown.is_empty(),
            "{id} shows no request: {advice}"
        );
    }
}

#[test]
fn every_link_leads_to_a_file() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for manual in [
        "README.md",
        "OPERATIONS.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
    ] {
        let text = std::fs::read_to_string(root.join(manual)).expect("a manual");
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http")) {
            let path = link.split('#').next().expect("a path");
            assert!(
                root.join(path).exists(),
                "{manual} links to {link}, which does not exist"
            );
        }
    }
}
