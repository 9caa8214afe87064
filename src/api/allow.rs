//! Which methods a path takes, for the `Allow` header of a 405.

use std::collections::HashMap;

use poem::http::Method;
use poem_openapi::OpenApi;

use super::document::BASE_PATH;

/// The methods of every path of the API.
#[derive(Debug)]
pub struct AllowedMethods(Vec<(Vec<String>, String)>);

impl AllowedMethods {
    /// From the routes of operations.
    pub fn of(operations: impl OpenApi) -> Self {
        let mut routes = HashMap::new();
        operations.add_routes(&mut routes);
        let entry = |(path, methods): (String, HashMap<Method, _>)| {
            let mut methods: Vec<_> = methods.keys().map(Method::to_string).collect();
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            methods.sort();
            (segments(&format!("{BASE_PATH}{path}")), methods.join(", "))
        };
        Self(routes.into_iter().map(entry).collect())
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
    segment.starts_with(':')
}
