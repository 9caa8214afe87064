//! Checks which rooms use which, as in the table of `ARCHITECTURE.md`, and that no files form a
//! cycle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Each room, and the rooms that it may use. Files beside the rooms may use all.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("cache", &["store", "domain"]),
    ("document", &["domain"]),
    ("catalog", &["cache", "store", "domain", "document"]),
    ("http", &[]),
    ("observe", &[]),
    (
        "api",
        &["catalog", "cache", "domain", "document", "observe", "http"],
    ),
    // A client of the API that is part of the program.
    ("demo", &["api", "catalog", "domain", "startup", "http"]),
    ("telemetry", EVERYTHING),
    ("cli", EVERYTHING),
];

const EVERYTHING: &[&str] = &[
    "api",
    "cache",
    "catalog",
    "cli",
    "demo",
    "document",
    "domain",
    "files",
    "http",
    "observe",
    "startup",
    "store",
    "telemetry",
];

/// Crates that only some rooms may use.
const CRATES: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("http_client", &["cli"]),
    ("poem", &["api"]),
    ("poem_openapi", &["api"]),
    ("saphyr_parser", &["document"]),
    ("roxmltree", &["cli"]),
    ("sea_orm", &["store"]),
    ("sea_orm_migration", &["store"]),
    ("pricebook_migrations", &["store"]),
    ("sqlx", &["store"]),
    ("tracing_subscriber", &["telemetry"]),
];

/// The crates that `domain` may use: none of them does I/O.
const CRATES_OF_DOMAIN: &[&str] = &[
    "hex",
    "serde_json",
    "time",
    "unicode_normalization",
    "unicode_properties",
    "uuid",
];

/// The modules of the crate, each a file, with the paths that it names.
struct Source(BTreeMap<Vec<String>, BTreeSet<Vec<String>>>);

impl Source {
    fn read() -> Self {
        let mut source = Self(BTreeMap::new());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        source.read_folder(&root, &[]);
        source
    }

    fn read_folder(&mut self, folder: &Path, module: &[String]) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().and_then(|name| name.to_str());
            let name = name.expect("a name").to_owned();
            // Tests may use anything.
            if ["tests", "properties", "fuzz", "main", "lib"].contains(&&*name) {
                continue;
            }
            let mut inner = module.to_vec();
            if name != "mod" {
                inner.push(name);
            }
            if path.is_dir() {
                self.read_folder(&path, &inner);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                self.0.insert(inner.clone(), names_in(&text, &inner));
            }
        }
    }

    /// The module of the crate that a path leads into.
    fn module_of(&self, path: &[String]) -> Option<&Vec<String>> {
        let prefixes = (1..=path.len()).rev().map(|length| &path[..length]);
        prefixes
            .filter_map(|prefix| self.0.get_key_value(prefix))
            .map(|(module, _)| module)
            .next()
    }

    /// The other modules that a module uses.
    fn used_by<'a>(&'a self, module: &'a Vec<String>) -> impl Iterator<Item = &'a Vec<String>> {
        let own = self.0[module].iter().filter(|path| path[0] == "crate");
        own.filter_map(|path| self.module_of(&path[1..]))
            .filter(move |used| *used != module)
    }
}

/// The paths that a source file names, made absolute: they begin with `crate` or with the name of a
/// crate.
fn names_in(text: &str, module: &[String]) -> BTreeSet<Vec<String>> {
    let file = syn::parse_file(text).expect("Rust");
    let mut names = Names {
        module: module.to_vec(),
        found: BTreeSet::new(),
    };
    names.visit_file(&file);
    names.found
}

struct Names {
    module: Vec<String>,
    found: BTreeSet<Vec<String>>,
}

impl Names {
    fn add(&mut self, path: Vec<String>) {
        let parents = path.iter().take_while(|part| *part == "super").count();
        let mut absolute = vec!["crate".to_owned()];
        match &*path[0] {
            "self" => absolute.extend(self.module.iter().chain(&path[1..]).cloned()),
            "super" => {
                let kept = self.module.len().saturating_sub(parents);
                absolute.extend(self.module[..kept].iter().chain(&path[parents..]).cloned());
            }
            _ => absolute = path,
        }
        self.found.insert(absolute);
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.add(with(&name.ident)),
            syn::UseTree::Rename(name) => self.add(with(&name.ident)),
            syn::UseTree::Glob(_) => self.add(before.to_vec()),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(before, tree);
                }
            }
        }
    }

    /// Adds the paths in the tokens of a macro call or an attribute, which are not parsed as Rust.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path = Vec::new();
        let mut colons = 0;
        for token in tokens {
            if let TokenTree::Ident(name) = &token {
                if colons != 2 {
                    self.add_whole(&mut path);
                }
                path.push(name.to_string());
            }
            let is_colon = matches!(&token, TokenTree::Punct(sign) if sign.as_char() == ':');
            colons = if is_colon { colons + 1 } else { 0 };
            if let TokenTree::Group(group) = token {
                self.add_whole(&mut path);
                self.add_tokens(group.stream());
            }
        }
        self.add_whole(&mut path);
    }

    /// Adds a completed path; a single name is not one.
    fn add_whole(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.add(path);
        }
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let of = attribute.meta.require_list();
        of.is_ok_and(|of| of.path.is_ident("cfg") && of.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            self.module.push(module.ident.to_string());
            visit::visit_item_mod(self, module);
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string());
        let parts: Vec<_> = parts.collect();
        if parts.len() > 1 {
            self.add(parts);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.add_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.add_tokens(list.tokens.clone());
        visit::visit_meta_list(self, list);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

fn may_use(room: &str) -> Option<&'static [&'static str]> {
    ROOMS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, may)| *may)
}

/// The paths that a module names but may not use.
fn trespasses(module: &[String], names: &BTreeSet<Vec<String>>) -> Vec<String> {
    let room = module.first().map_or("", String::as_str);
    let is_trespass = |path: &&Vec<String>| match &*path[0] {
        "crate" => may_use(room).is_some_and(|may| {
            match path.get(1).map(String::as_str) {
                // The whole crate, by a glob or by itself.
                None | Some("self") => true,
                Some(used) => used != room && EVERYTHING.contains(&used) && !may.contains(&used),
            }
        }),
        name => {
            let is_foreign = CRATES
                .iter()
                .any(|(n, rooms)| *n == name && !rooms.contains(&room));
            let is_crate = DEPENDENCIES.contains(&format!("\n{} =", name.replace('_', "-")));
            is_foreign || (room == "domain" && is_crate && !CRATES_OF_DOMAIN.contains(&name))
        }
    };
    let found = names.iter().filter(is_trespass);
    found
        .map(|path| format!("{} names {}", module.join("::"), path.join("::")))
        .collect()
}

const DEPENDENCIES: &str = include_str!("../Cargo.toml");

#[test]
fn rooms_use_only_what_they_may() {
    let source = Source::read();
    let found = source.0.iter();
    let found: Vec<_> = found
        .flat_map(|(module, names)| trespasses(module, names))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_is_a_room() {
    let source = Source::read();
    let folders = source.0.keys().filter(|module| module.len() > 1);
    for folder in folders.map(|module| &module[0]) {
        assert!(may_use(folder).is_some(), "{folder} is not in the table");
    }
}

/// Whether a module uses itself through others.
fn is_in_cycle(source: &Source, module: &Vec<String>) -> bool {
    let mut reached = BTreeSet::new();
    let mut next: Vec<_> = source.used_by(module).collect();
    while let Some(used) = next.pop() {
        if reached.insert(used) {
            next.extend(source.used_by(used));
        }
    }
    reached.contains(module)
}

#[test]
fn files_form_no_cycle() {
    let source = Source::read();
    let modules = source.0.keys();
    // The parts of a plan are one aggregate.
    let others = modules.filter(|module| module.first().is_some_and(|room| room != "domain"));
    let circles = others.filter(|module| is_in_cycle(&source, module));
    let names: Vec<_> = circles.map(|module| module.join("::")).collect();
    assert!(
        names.is_empty(),
        "a cycle among these files: {}",
        names.join(", ")
    );
}

#[test]
fn forbidden_uses_are_found() {
    let module = ["api".to_owned(), "pages".to_owned()];
    let in_api = |text: &str| trespasses(&module, &names_in(text, &module));
    for text in [
        "use crate::store::plan;",
        "use crate::{domain::Error, store::{self as database}};",
        "fn f() { crate::store::plan::list(); }",
        "use super::super::store::db;",
        "use super::super::{domain, store as database};",
        "fn f() { assert!(crate::store); }",
        "use sea_orm as orm;",
        "pub use ::sea_orm::Set;",
        "fn f() -> sea_orm::DbErr { todo!() }",
        "fn f() { vec![Row { a: crate::store::x() }]; }",
        "fn f() { assert!(sea_orm::is_open()); }",
        "fn f() { assert!(super::super::store::is_open()); }",
        "#[derive(sea_orm::FromQueryResult)] struct S;",
        "use crate::*;",
        "use crate::{self as root};",
    ] {
        assert_eq!(in_api(text).len(), 1, "{text}: {:?}", in_api(text));
    }
    for text in [
        "use crate::{catalog::store::plan, domain::store};",
        "use super::store;",
        "// use crate::store;\n/// [`crate::store`]\nfn f() {}",
        "#[cfg(test)] mod tests { use crate::store; }",
        "fn f() -> poem::Result<()> { todo!() }",
    ] {
        assert!(in_api(text).is_empty(), "{text}: {:?}", in_api(text));
    }
}
