//! Which methods a path takes, for the `Allow` header of a 405.

use poem_openapi::OpenApi;
use poem_openapi::registry::MetaPath;

use super::document::BASE_PATH;

/// The methods of every path of the API.
#[derive(Debug)]
pub struct AllowedMethods(Vec<(Vec<String>, String)>);

impl AllowedMethods {
    /// From what operations say of themselves; what is hidden from the document is hidden here.
    pub fn of<O: OpenApi>(_operations: &O) -> Self {
        let paths = O::meta().into_iter().flat_map(|api| api.paths);
        let entry = |item: MetaPath| {
            let methods = item
                .operations
                .iter()
                .map(|operation| operation.method.to_string());
            let mut methods: Vec<_> = methods.collect();
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            methods.sort();
            (
                segments(&format!("{BASE_PATH}{}", item.path)),
                methods.join(", "),
            )
        };
        Self(paths.map(entry).collect())
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
