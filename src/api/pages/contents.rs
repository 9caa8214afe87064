//! The operations as a list of links: what the documentation shows until its script has drawn the
//! whole document, and what those see who have no scripts.

use serde_json::{Map, Value};

use crate::api::document::DOCUMENT;

/// The list as HTML, in the order of the document.
pub fn html() -> String {
    let tags = DOCUMENT["tags"].as_array().into_iter().flatten();
    tags.filter_map(|tag| tag["name"].as_str())
        .map(section)
        .collect()
}

fn section(tag: &str) -> String {
    let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
    let items: String = paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flat_map(Map::iter);
            methods.map(move |(method, operation)| (path, method, operation))
        })
        .filter(|(_, _, operation)| operation["tags"][0] == tag)
        .map(|(path, method, operation)| item(tag, path, method, operation))
        .collect();
    format!("<h3>{}</h3><ul>{items}</ul>", escaped(tag))
}

/// The link is the one that Swagger UI gives the operation, so that it leads there when that is up.
fn item(tag: &str, path: &str, method: &str, operation: &Value) -> String {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let summary = operation["summary"].as_str().unwrap_or_default();
    format!(
        "<li><a href=\"#/{}/{id}\"><b>{}</b> {}</a> {}</li>",
        escaped(&tag.replace(' ', "%20")),
        method.to_uppercase(),
        escaped(path),
        escaped(summary),
    )
}

/// A text as HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_there_once() {
        let html = html();
        let operations = DOCUMENT["paths"].as_object().unwrap().values();
        let operations: Vec<_> = operations
            .flat_map(|methods| methods.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        assert_eq!(html.matches("<li>").count(), operations.len());
        for id in operations {
            assert_eq!(html.matches(&format!("/{id}\"")).count(), 1, "{id}");
        }
    }
}
