//! Findings as lines for people.

use serde::Deserialize;

use super::page::{Look, Page};

/// Something that looks wrong, as the server tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule.
    pub rule: String,
    severity: String,
    object_type: String,
    id: Option<String>,
    code: Option<String>,
    path: String,
    message: String,
}

/// The severities, the worst first.
const SEVERITIES: [(&str, Look); 3] = [
    ("error", Look::Red),
    ("warning", Look::Yellow),
    ("info", Look::Dim),
];

impl Finding {
    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == "error"
    }

    /// The place of its severity: 0 for the worst.
    fn rank(&self) -> usize {
        let mut all = SEVERITIES.iter();
        let place = all.position(|(name, _)| *name == self.severity);
        place.unwrap_or(SEVERITIES.len())
    }

    fn line(&self) -> String {
        let Self {
            rule,
            severity,
            object_type,
            id,
            code,
            path,
            message,
        } = self;
        let kind = object_type.replace('_', " ");
        let name = code.as_ref().or(id.as_ref());
        let name = name.map_or_else(String::new, |name| format!(" {name}"));
        let path = match path.is_empty() {
            true => String::new(),
            false => format!(" {path}"),
        };
        format!("  {severity:7}  {rule:16}  {kind}{name}{path}: {message}")
    }
}

/// Adds a line for each finding, the worst first.
pub fn add(page: &mut Page, findings: &[Finding]) {
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.rank());
    for finding in sorted {
        let look = SEVERITIES.get(finding.rank());
        page.line(look.map_or(Look::Plain, |(_, look)| *look), &finding.line());
    }
}

/// How many findings there are of each severity, such as `1 error, 2 warnings`.
pub fn counted(findings: &[Finding]) -> String {
    let counts = SEVERITIES.iter().filter_map(|(name, _)| {
        let of = findings.iter().filter(|finding| finding.severity == *name);
        match of.count() {
            0 => None,
            1 => Some(format!("1 {name}")),
            many if *name == "info" => Some(format!("{many} infos")),
            many => Some(format!("{many} {name}s")),
        }
    });
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_worst_finding_is_the_first() {
        let finding = |severity: &str, rule: &str| {
            let finding = json!({
                "rule": rule, "severity": severity, "objectType": "plan", "id": "pln_1", "code": "pro",
                "path": "prices[monthly].price", "message": "It is odd.", "value": 1, "expected": null,
            });
            Finding::deserialize(finding).unwrap()
        };
        let findings = [
            finding("info", "rate-stale"),
            finding("error", "price-scale"),
            finding("info", "usd-variant"),
        ];
        let mut page = Page::new(false);
        add(&mut page, &findings);
        let lines = [
            "  error    price-scale       plan pro prices[monthly].price: It is odd.",
            "  info     rate-stale        plan pro prices[monthly].price: It is odd.",
            "  info     usd-variant       plan pro prices[monthly].price: It is odd.",
            "",
        ];
        assert_eq!(page.into_text(), lines.join("\n"));
        assert_eq!(counted(&findings), "1 error, 2 infos");
        assert_eq!(counted(&[]), "");
    }
}
