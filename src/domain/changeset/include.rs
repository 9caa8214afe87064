//! The part of a source that a changeset includes.

use std::collections::HashSet;

use crate::domain::Result;
use crate::domain::catalog::Catalog;
use crate::domain::document::{Document, handles};
use crate::domain::error::Violations;
use crate::domain::text::Code;
use crate::domain::word::words;

words! {
    /// The sections of a document.
    pub enum Section {
        /// The features.
        Features = "features",
        /// The plan groups.
        Groups = "groups",
        /// The plans.
        Plans = "plans",
    }
}

/// A section, or one object of it by code or handle, such as `plans/pro`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Included {
    /// The section.
    pub section: Section,
    /// The object; `None` for all.
    pub name: Option<String>,
}

impl Included {
    /// Parses `plans` or `plans/pro`.
    pub fn parse(text: &str) -> Option<Self> {
        let (section, name) = match text.split_once('/') {
            Some((section, name)) => (section, Some(name.to_owned())),
            None => (text, None),
        };
        let is_named = name.as_ref().is_none_or(|name| !name.is_empty());
        let section = Section::from_word(section).filter(|_| is_named)?;
        Some(Self { section, name })
    }

    /// The text that [`Self::parse`] reads.
    pub fn as_text(&self) -> String {
        match &self.name {
            Some(name) => format!("{}/{name}", self.section),
            None => self.section.to_string(),
        }
    }
}

/// What a changeset includes.
#[derive(Debug, Clone, Default)]
pub struct Inclusion {
    /// `None` for everything.
    names: Option<HashSet<Included>>,
}

impl Inclusion {
    /// These sections and objects; everything if there are none.
    pub fn new(included: &[Included]) -> Self {
        let names = included.iter().cloned().collect();
        Self {
            names: (!included.is_empty()).then_some(names),
        }
    }

    /// Whether an object is included.
    pub fn has(&self, section: Section, name: &str) -> bool {
        let Some(names) = &self.names else {
            return true;
        };
        let is_named = |name: Option<&str>| {
            let name = name.map(str::to_owned);
            names.contains(&Included { section, name })
        };
        is_named(None) || is_named(Some(name))
    }

    /// Leaves the rest out of a document. Features that its plans need and the catalog lacks stay.
    pub fn cut(&self, document: Document, catalog: &Catalog) -> Document {
        if self.names.is_none() {
            return document;
        }
        let Document {
            features,
            groups,
            plans,
        } = document;
        let plans = plans.map(|mut plans| {
            plans.retain(|plan| self.has(Section::Plans, plan.code.as_str()));
            plans
        });
        let known: HashSet<&Code> = catalog.features.iter().map(|found| &found.code).collect();
        let needed = plans.iter().flatten();
        let needed = needed.flat_map(|plan| plan.features.iter().flatten());
        let needed: HashSet<Code> = needed
            .map(|item| item.code.clone())
            .filter(|code| !known.contains(code))
            .collect();
        Document {
            features: features.map(|mut features| {
                features.retain(|feature| {
                    needed.contains(&feature.code)
                        || self.has(Section::Features, feature.code.as_str())
                });
                features
            }),
            groups: groups.map(|mut groups| {
                groups.retain(|group| self.has(Section::Groups, &group.handle));
                groups
            }),
            plans,
        }
    }
}

/// Refuses names that neither the source nor the catalog has.
///
/// # Errors
/// Validation.
pub fn check_names(included: &[Included], document: &Document, catalog: &Catalog) -> Result<()> {
    let mut violations = Violations::default();
    for (index, include) in included.iter().enumerate() {
        if let Some(name) = &include.name
            && !is_in(include.section, name, document)
            && !is_in_catalog(include.section, name, catalog)
        {
            let message = format!("Neither the source nor the catalog has `{name}`.");
            violations.add(format!("include[{index}]"), message);
        }
    }
    violations.into_result()
}

fn is_in(section: Section, name: &str, document: &Document) -> bool {
    let Document {
        features,
        groups,
        plans,
    } = document;
    match section {
        Section::Features => features
            .iter()
            .flatten()
            .any(|found| found.code.as_str() == name),
        Section::Groups => groups.iter().flatten().any(|found| found.handle == name),
        Section::Plans => plans
            .iter()
            .flatten()
            .any(|found| found.code.as_str() == name),
    }
}

fn is_in_catalog(section: Section, name: &str, catalog: &Catalog) -> bool {
    let Catalog {
        features,
        groups,
        plans,
    } = catalog;
    match section {
        Section::Features => features.iter().any(|found| found.code.as_str() == name),
        Section::Groups => handles(groups).iter().any(|handle| handle == name),
        Section::Plans => plans.iter().any(|found| found.code.as_str() == name),
    }
}
