//! The rooms of the house: who may reach where. The table in `src/lib.rs` says the same in words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, or a file beside the rooms that puts them together.
struct Room {
    name: &'static str,
    /// The rooms of this crate that it may use.
    rooms: &'static [&'static str],
    /// The crates that only some rooms may use and that are this one's to use.
    crates: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    Room {
        name: "domain",
        rooms: &[],
        crates: &[
            "time",
            "unicode_normalization",
            "unicode_properties",
            "uuid",
        ],
    },
    Room {
        name: "store",
        rooms: &["domain"],
        crates: &[
            "getrandom",
            "pricebook_migrations",
            "rustix",
            "sea_orm",
            "sea_orm_migration",
            "sqlx",
            "tempfile",
            "tokio",
            "tracing",
            "zstd",
        ],
    },
    Room {
        name: "catalog",
        rooms: &["store", "domain"],
        crates: &[
            "brotli",
            "bytes",
            "flate2",
            "futures_util",
            "getrandom",
            "quick_cache",
            "sha2",
            "subtle",
            "tokio",
            "tracing",
            "uuid",
            "zstd",
        ],
    },
    Room {
        name: "observe",
        rooms: &[],
        crates: &[
            "bytes",
            "getrandom",
            "http_body_util",
            "hyper",
            "hyper_util",
            "percent_encoding",
            "serde_json",
            "tokio",
            "tracing",
            "tracing_appender",
        ],
    },
    Room {
        name: "api",
        rooms: &["catalog", "domain", "observe"],
        crates: &[
            "base64",
            "bytes",
            "flate2",
            "form_urlencoded",
            "futures_util",
            "hyper",
            "hyper_util",
            "percent_encoding",
            "poem",
            "poem_openapi",
            "serde",
            "serde_json",
            "serde_yaml_ng",
            "sha2",
            "tokio",
            "tokio_rustls",
            "tracing",
            "uuid",
        ],
    },
    Room {
        name: "health",
        rooms: &[],
        crates: &[
            "bytes",
            "http_body_util",
            "hyper",
            "hyper_util",
            "percent_encoding",
            "serde_json",
            "tokio",
            "tokio_rustls",
        ],
    },
    // A client of the API that comes with the program. It makes itself a key and starts a server,
    // and then does all it does over HTTP.
    Room {
        name: "demo",
        rooms: &["api", "catalog", "domain", "startup"],
        crates: &[
            "bytes",
            "http_body_util",
            "hyper",
            "hyper_util",
            "percent_encoding",
            "serde_json",
            "tokio",
            "tracing",
        ],
    },
];

/// The files beside the rooms may use every room, but not what a room keeps to itself.
const OUTSIDE: Room = Room {
    name: "",
    rooms: &[
        "domain",
        "store",
        "catalog",
        "api",
        "demo",
        "observe",
        "config",
        "database",
        "environment",
        "files",
        "first_key",
        "guards",
        "health",
        "log_filter",
        "output",
        "redact",
        "signals",
        "startup",
        "telemetry",
    ],
    crates: &[
        "clap",
        "mimalloc",
        "pricebook",
        "rustix",
        "tempfile",
        "tokio",
        "tracing",
        "tracing_subscriber",
    ],
};

/// The names and signs of a Rust source, without comments and what is in texts. `::` is one sign.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            end_of_text(rest)
        } else if let Some(hashes) = raw_text(rest) {
            end_of_raw_text(rest, hashes)
        } else if first.is_alphanumeric() || first == '_' {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else {
            let length = if rest.starts_with("::") {
                2
            } else {
                quoted_character(rest)
            };
            let sign = &rest[..length];
            if !sign.starts_with(char::is_whitespace) && !sign.starts_with('\'') {
                tokens.push(sign.to_owned());
            }
            length
        };
        rest = &rest[length..];
    }
    tokens
}

/// Where a text that starts here ends.
fn end_of_text(rest: &str) -> usize {
    let mut is_escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

/// How many `#` a raw text that starts here has.
fn raw_text(rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix('r')?;
    let text = behind.trim_start_matches('#');
    text.starts_with('"').then_some(behind.len() - text.len())
}

fn end_of_raw_text(rest: &str, hashes: usize) -> usize {
    let start = hashes + 2;
    let end = format!("\"{}", "#".repeat(hashes));
    rest[start..]
        .find(&end)
        .map_or(rest.len(), |at| start + at + end.len())
}

/// The length of the sign that starts here; a character in quotes counts as one, so that `'"'` is
/// no start of a text.
fn quoted_character(rest: &str) -> usize {
    let mut characters = rest.char_indices();
    let first = characters.next().map_or(0, |(_, c)| c.len_utf8());
    if !rest.starts_with('\'') {
        return first;
    }
    let is_escaped = rest[1..].starts_with('\\');
    let end = characters.nth(if is_escaped { 2 } else { 1 });
    end.filter(|(_, c)| *c == '\'')
        .map_or(first, |(at, _)| at + 1)
}

/// The names right behind the path whose last `::` is at `at`: one, or those of a group.
fn names_behind(tokens: &[String], at: usize) -> Vec<&str> {
    match tokens.get(at + 1).map(String::as_str) {
        Some("{") => names_of_group(&tokens[at + 2..]),
        Some(name) => vec![name],
        None => Vec::new(),
    }
}

fn names_of_group(tokens: &[String]) -> Vec<&str> {
    let mut names = Vec::new();
    let mut depth = 0;
    let mut is_start = true;
    for token in tokens {
        match token.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            name if depth == 0 && is_start => names.push(name),
            _ => {}
        }
        is_start = token == ",";
    }
    names
}

/// The modules of this crate, as seen from its root, that a file names. `depth` says how far below
/// the root the file is: 1 for `src/store/mod.rs`, 2 for `src/store/db.rs`.
fn rooms_named(tokens: &[String], depth: usize) -> BTreeSet<&str> {
    let mut rooms = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_path = tokens.get(at + 1).is_some_and(|next| next == "::");
        if token == "crate" && is_path {
            rooms.extend(names_behind(tokens, at + 1));
        }
        let starts_here = at == 0 || tokens[at - 1] != "::";
        if token == "super" && is_path && starts_here {
            let parents = parents(&tokens[at..]);
            // A module inside of the file is deeper than the file, and reaches less far.
            if parents >= depth {
                rooms.extend(names_behind(tokens, at + 2 * parents - 1));
            }
        }
    }
    rooms
}

/// How many `super::` stand at the start.
fn parents(tokens: &[String]) -> usize {
    tokens
        .chunks(2)
        .take_while(|pair| pair[0] == "super" && pair.len() == 2)
        .count()
}

/// The crates of the manifest that a file names.
fn crates_named<'a>(tokens: &[String], crates: &'a [String]) -> BTreeSet<&'a str> {
    let is_named = |name: &&String| {
        tokens.iter().enumerate().any(|(at, token)| {
            let is_inner = is_inner(tokens, at);
            let is_path = tokens.get(at + 1).is_some_and(|next| next == "::");
            let is_import = at > 0 && tokens[at - 1] == "use";
            token == *name && !is_inner && (is_path || is_import)
        })
    };
    crates.iter().filter(is_named).map(String::as_str).collect()
}

/// Whether a name stands behind another one: as a part of it, or as a field or method.
fn is_inner(tokens: &[String], at: usize) -> bool {
    let before = |distance: usize| at.checked_sub(distance).map(|at| tokens[at].as_str());
    match before(1) {
        Some(".") => true,
        Some("::") => before(2).is_some_and(|name| name == ">" || is_name(name)),
        _ => false,
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_') && token != "use"
}

/// What a file of a room reaches that it may not.
fn trespasses(room: &Room, source: &str, depth: usize, crates: &[String]) -> Vec<String> {
    let tokens = tokens(source);
    let known = ROOMS
        .iter()
        .chain([&OUTSIDE])
        .flat_map(|room| [room.name])
        .chain(OUTSIDE.rooms.iter().copied());
    let known: BTreeSet<_> = known.collect();
    let mut found = Vec::new();
    for name in rooms_named(&tokens, depth) {
        let is_allowed = name == room.name || room.rooms.contains(&name);
        if name == "*" || name == "self" || (known.contains(name) && !is_allowed) {
            found.push(format!("crate::{name}"));
        }
    }
    for name in crates_named(&tokens, crates) {
        if !room.crates.contains(&name) {
            found.push(name.to_owned());
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The crates that the manifest asks for, as they are called in the source.
fn dependencies() -> Vec<String> {
    let manifest = include_str!("../Cargo.toml");
    let (_, behind) = manifest.split_once("[dependencies]").expect("dependencies");
    let section = behind.split("\n[").next().expect("a section");
    let names = section.lines().filter_map(|line| line.split_once('='));
    names
        .map(|(name, _)| name.trim().replace('-', "_"))
        .collect()
}

/// Every Rust file below a folder, with how deep it is below `src`.
fn sources(folder: &Path, depth: usize) -> Vec<(PathBuf, usize)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path, depth + 1));
        } else if path.extension().is_some_and(|kind| kind == "rs") && !is_test(&path) {
            let is_root = path.file_name().is_some_and(|name| name == "mod.rs");
            found.push((path, if is_root { depth } else { depth + 1 }));
        }
    }
    found
}

/// Tests of a room may use what they need to try it.
fn is_test(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let folder = path.parent().and_then(Path::file_name);
    let is_folder = folder.is_some_and(|folder| folder == "fuzz");
    is_folder || matches!(name, Some("tests.rs" | "properties.rs" | "fuzz.rs"))
}

/// A source up to its tests, which may use what they need as those in files of their own.
fn without_tests(source: &str) -> &str {
    let tests = source.find("\n#[cfg(test)]\nmod tests {");
    &source[..tests.unwrap_or(source.len())]
}

fn check(room: &Room, files: &[(PathBuf, usize)]) -> Vec<String> {
    let crates = dependencies();
    let mut found = Vec::new();
    for (path, depth) in files {
        let source = fs::read_to_string(path).expect("a source");
        for name in trespasses(room, without_tests(&source), *depth, &crates) {
            found.push(format!("{} names {name}", path.display()));
        }
    }
    found
}

#[test]
fn no_room_reaches_where_it_may_not() {
    let mut found = Vec::new();
    for room in ROOMS {
        let files = sources(&root().join(room.name), 0);
        let files: Vec<_> = files
            .into_iter()
            .map(|(path, depth)| (path, depth + 1))
            .collect();
        assert!(!files.is_empty(), "{} is empty", room.name);
        found.extend(check(room, &files));
    }
    assert!(
        found.is_empty(),
        "see the table in src/lib.rs:\n{}",
        found.join("\n")
    );
}

#[test]
fn what_puts_the_rooms_together_leaves_their_crates_to_them() {
    let files: Vec<_> = sources(&root(), 0)
        .into_iter()
        .filter(|(path, _)| path.parent() == Some(&root()))
        .collect();
    let found = check(&OUTSIDE, &files);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_of_the_source_is_a_room() {
    let entries = fs::read_dir(root())
        .expect("the source")
        .map(|entry| entry.expect("an entry"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    let folders: BTreeSet<_> = folders
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let rooms: BTreeSet<_> = ROOMS.iter().map(|room| room.name.to_owned()).collect();
    assert_eq!(folders, rooms);
}

#[test]
fn a_trespass_is_found_however_it_is_written() {
    let crates = ["poem".to_owned(), "sea_orm".to_owned()];
    let api = ROOMS
        .iter()
        .find(|room| room.name == "api")
        .expect("a room");
    let in_api = |source: &str| trespasses(api, source, 2, &crates);
    for source in [
        "use crate::store::plan;",
        "use crate::{domain::Error, store::{db, plan}};",
        "use crate::{\n    domain::{id, money},\n    store,\n};",
        "fn f() { crate::store::plan::list(); }",
        "use super::super::store::db;",
        "use super::super::{domain, store as database};",
        "let c = '\"'; use crate::store; let d = '\"';",
        "let c = '\\''; use crate::store; let d = \"'\";",
        "let t = r#\"a \" b\"#; use crate::store;",
        "/* poem */ use sea_orm::Set;",
        "use sea_orm as orm;",
        "use crate::*;",
        "pub use ::sea_orm::Set;",
    ] {
        assert_eq!(in_api(source).len(), 1, "{source}: {:?}", in_api(source));
    }
    for source in [
        "use crate::{catalog::store::plan, domain::store};",
        "use super::store;",
        "// use crate::store;\n/// [`crate::store`]\n//! sea_orm::Set",
        "let t = \"crate::store \\\" sea_orm::\";",
        "fn store(sea_orm: u8) -> u8 { self.sea_orm + sea_orm }",
        "mod tests { use super::super::schema; use super::*; }",
        "fn f<'a>(poem: &'a str) -> poem::Result<&'a str> { todo!() }",
        "macro_rules! m { () => { $crate::api::body::Body } }",
    ] {
        assert!(in_api(source).is_empty(), "{source}: {:?}", in_api(source));
    }
}
