//! The part of the contract that the tests reach.

use std::collections::BTreeSet;

use crate::support::contract::{COVERAGE_DIR, OPERATIONS};

/// Statuses that no test can reach, through any operation or through one of them, each with the
/// reason.
const UNREACHABLE: &[(&str, &str)] = &[
    ("list-currencies 403", "it is open to every key"),
    (
        "500",
        "no known input makes the server fail; another test covers panics",
    ),
    ("503", "only without the database, which other tests cover"),
];

/// Runs after all other tests, with the folder of their coverage notes.
#[test]
#[ignore = "needs the notes of a whole run; scripts/test.sh runs it"]
fn every_operation_and_status_is_reached() {
    let folder = std::env::var_os(COVERAGE_DIR).expect("the folder of coverage notes");
    let notes = std::fs::read_dir(folder).expect("the coverage notes");
    let reached: BTreeSet<String> = notes
        .map(|note| note.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut missing = Vec::new();
    for operation in OPERATIONS.iter() {
        for status in operation.object["responses"].as_object().unwrap().keys() {
            let answer = format!("{} {status}", operation.id);
            let is_excused = |(known, _): &(&str, &str)| *known == status || *known == answer;
            if !UNREACHABLE.iter().any(is_excused) && !reached.contains(&answer) {
                missing.push(answer);
            }
        }
    }
    assert!(
        missing.is_empty(),
        "no test reaches these declared answers: {missing:#?}"
    );
}
