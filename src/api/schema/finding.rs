//! Findings on the wire.

use serde::Serialize;

use super::object::object;
use super::scalar::{AnyValue, Nullable};
use crate::domain::change::ObjectType;
use crate::domain::lint;
use crate::domain::lint::{LintRule, Severity};

object! {
    /// Something that looks wrong.
    #[derive(Debug, Serialize)]
    pub struct Finding {
        /// The rule.
        rule: LintRule,
        /// How bad it is.
        severity: Severity,
        /// The kind of the object that it is about.
        object_type: ObjectType,
        /// The object's id; null if it has none yet.
        id: Nullable<String> { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The object's code, if it has one.
        code: Nullable<String> { example: "pro" },
        /// The field that it is about, by codes and intervals.
        path: String { example: "prices[monthly].regionalPrices[jpy].price" },
        /// A sentence for people.
        message: String { example: "The price in jpy is about a hundredth of the derived one, 7350." },
        /// The value of the field, in the units of the API.
        value: AnyValue { example: 74 },
        /// What it was compared with, in the units of the API; null where there is nothing.
        expected: AnyValue { example: 7350 },
    }
}

impl From<lint::Finding> for Finding {
    fn from(finding: lint::Finding) -> Self {
        let lint::Finding {
            rule,
            severity,
            object_type,
            id,
            code,
            path,
            message,
            value,
            expected,
        } = finding;
        Self {
            rule,
            severity,
            object_type,
            id: id.into(),
            code: code.into(),
            path,
            message,
            value: AnyValue(value),
            expected: AnyValue(expected),
        }
    }
}
