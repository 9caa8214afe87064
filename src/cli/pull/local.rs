//! The file that is there already.

use std::path::Path;

use super::same::Comparison;
use crate::cli::changeset::document::line;
use crate::document::merge::merge;
use crate::document::node::Mistake;
use crate::document::{read, read_yaml, tree_of};
use crate::domain::document::Document;

/// A file that is a document.
#[derive(Debug)]
pub struct Local<'a> {
    /// Its text.
    pub text: &'a str,
    document: Document,
}

impl<'a> Local<'a> {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// Its mistakes, one per line.
    pub fn read(file: &Path, text: &'a str) -> Result<Self, String> {
        match parsed(text) {
            Ok(document) => Ok(Self { text, document }),
            Err(mistakes) => {
                let lines = mistakes
                    .iter()
                    .map(|it| line(file, it.at.line, it.at.column, &it.field, &it.message));
                Err(lines.collect::<Vec<_>>().join("\n"))
            }
        }
    }

    /// Its text, changed so that it says what the text of a server says; `None` if that needs
    /// another text altogether.
    ///
    /// # Errors
    /// A message for the operator, if the text of the server is no document.
    pub fn merged(&self, server: &str) -> Result<Option<String>, String> {
        let server = parsed(server).map_err(|mistakes| {
            let first = mistakes.first().map_or("", |mistake| &mistake.message);
            format!("the document of the server is not understood: {first}")
        })?;
        let server = server.with_handles_of(&self.document);
        let comparison = Comparison::of(&self.document, &server);
        let is_same = |path: &[String]| comparison.is_same(path);
        Ok(merge(self.text, &tree_of(&server), &is_same))
    }
}

fn parsed(text: &str) -> Result<Document, Vec<Mistake>> {
    read(&read_yaml(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "pricebook: 1\n\
        features:\n  a: {name: A, type: usage}\n  s: {name: S, type: boolean}\n\
        groups:\n  standard: {name: Standard, plans: [pro]}\n\
        plans:\n  pro:\n    name: Pro\n    default: true\n    metadata: {b: 1}\n    \
        features:\n      a: {}\n      s: true\n    \
        prices:\n      monthly: {price: \"49.00\", default: true}\n    \
        regional:\n      eur: {rate: \"0.92\", prices: {monthly: \"45.00\"}}\n";

    fn merged(local: &str, server: &str) -> Option<String> {
        let local = Local::read(Path::new("a.yaml"), local).expect("a document");
        local.merged(server).expect("a document")
    }

    #[test]
    fn what_means_the_same_stays_as_it_is() {
        let local = "# Ours.\npricebook: 1\n\
            plans:\n  pro: # The best.\n    name: Pro\n    public: true\n    free: false\n    \
            default: true\n    description: null\n    blockOnExhaustion: false\n    \
            metadata: {b: 1}\n    consumptionModel: metered\n    \
            features:\n      s: {enabled: true}\n      a: {enabled: true, included: 0}\n    \
            prices:\n      monthly:\n        price: \"49.0\"\n        default: true\n        trialDays: 0\n    \
            regional:\n      eur:\n        rate: 0.920 # A number.\n        \
            prices: {monthly: {price: \"45.00\"}}\n\
            groups:\n  mine: {name: Standard, public: true, plans: [pro]}\n\
            features:\n  s: {name: S, type: boolean, description: null}\n  a: {name: A, type: usage}\n";
        assert_eq!(merged(local, SERVER).as_deref(), Some(local));
    }

    #[test]
    fn what_changed_is_written_and_the_rest_stays() {
        let local = SERVER.replace("name: Pro", "name: Pro # Ours.");
        let server = SERVER.replace("49.00", "59.00");
        let expected = local.replace("49.00", "59.00");
        assert_eq!(merged(&local, &server), Some(expected));
        // Of a new handle for a group with another name.
        let server = SERVER.replace("{name: Standard", "{name: \"Standard!\"");
        let expected = local.replace("{name: Standard", "{name: Standard!");
        assert_eq!(merged(&local, &server), Some(expected));
    }

    #[test]
    fn two_groups_keep_two_handles() {
        let local = SERVER.replace(
            "standard: {name: Standard, plans",
            "new: {name: Standard, plans",
        );
        let groups = "standard: {name: Standard, plans: [pro]}\n  new: {name: New}\n";
        let server = SERVER.replace("standard: {name: Standard, plans: [pro]}\n", groups);
        let expected = local.replace(
            "new: {name: Standard, plans: [pro]}\n",
            "new: {name: Standard, plans: [pro]}\n  new_2: {name: New}\n",
        );
        assert_eq!(merged(&local, &server), Some(expected));
    }

    #[test]
    fn mistakes_have_their_place() {
        let file = Path::new("a.yaml");
        let told = Local::read(file, "pricebook: 1\nplans:\n  pro: {}\n").unwrap_err();
        assert!(told.starts_with("a.yaml:3:"), "{told}");
        assert!(told.contains("plans.pro.name: "), "{told}");
    }
}
