//! Which methods a path takes, for the `Allow` header of a 405.

use super::document::{BASE_PATH, DOCUMENT};

/// The methods of every path of the document.
#[derive(Debug)]
pub struct AllowedMethods(Vec<(Vec<String>, String)>);

impl AllowedMethods {
    /// From the OpenAPI document.
    pub fn from_document() -> Self {
        let paths = DOCUMENT["paths"].as_object();
        let entry = |(path, item): (&String, &serde_json::Value)| {
            let mut methods: Vec<String> = item
                .as_object()
                .into_iter()
                .flat_map(|item| item.keys())
                .map(|name| name.to_uppercase())
                .collect();
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            (segments(&format!("{BASE_PATH}{path}")), methods.join(", "))
        };
        Self(paths.into_iter().flatten().map(entry).collect())
    }

    /// The methods of a path; of several templates that fit, the one with the fewest parameters
    /// counts, as it does for routing. Other paths are pages, which are only read.
    pub fn at(&self, path: &str) -> String {
        let path = segments(path);
        let fits = |template: &[String]| {
            template.len() == path.len()
                && template
                    .iter()
                    .zip(&path)
                    .all(|(part, given)| is_parameter(part) || part == given)
        };
        let fitting = self.0.iter().filter(|(template, _)| fits(template));
        let best = fitting
            .min_by_key(|(template, _)| template.iter().filter(|part| is_parameter(part)).count());
        best.map_or_else(|| "GET, HEAD".to_owned(), |(_, methods)| methods.clone())
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}
