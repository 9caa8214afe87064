//! Documents as the source of a changeset.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::client::ClientError;
use crate::cli::visible::visible;
use crate::cli::{output, text_file};

/// The source that the text of a file is.
///
/// # Errors
/// A message for the operator.
pub async fn source(file: &Path) -> Result<Value, String> {
    Ok(json!({"document": text_file::read(file).await?}))
}

/// A mistake in a document, as the server tells it.
#[derive(Debug, Deserialize)]
struct Mistake {
    field: String,
    line: usize,
    column: usize,
    message: String,
}

/// Tells the mistakes for which a document is refused, one per line. `false` if it is not refused for
/// mistakes.
pub fn tell_mistakes(file: &Path, error: &ClientError) -> bool {
    if !error.is("document_invalid") {
        return false;
    }
    let Ok(mistakes) = Vec::<Mistake>::deserialize(&error.details) else {
        return false;
    };
    let lines = mistakes
        .iter()
        .map(|it| line(file, it.line, it.column, &it.field, &it.message));
    let lines: Vec<_> = lines.collect();
    output::tell(&lines.join("\n"));
    !lines.is_empty()
}

/// A mistake as a line, as compilers write them.
pub fn line(file: &Path, line: usize, column: usize, field: &str, message: &str) -> String {
    let file = text_file::name(file);
    let field = match field.is_empty() {
        true => String::new(),
        false => format!("{field}: "),
    };
    // A key of the file must not look like the next line.
    visible(&format!("{file}:{line}:{column}: {field}{message}")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_a_line() {
        let file = Path::new("a.yaml");
        let told = line(file, 3, 5, "plans.pro.name", "Is missing.");
        assert_eq!(told, "a.yaml:3:5: plans.pro.name: Is missing.");
        let told = line(Path::new("-"), 1, 1, "", "Is XML.");
        assert_eq!(told, "<stdin>:1:1: Is XML.");
    }
}
