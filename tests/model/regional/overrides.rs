//! Values set by a request.

use super::*;

/// Rows of a request, each with the index of its object in the plan.
pub(super) type Resolved<'a> = Vec<(usize, Sent<'a>)>;

pub(super) struct Overrides<'a> {
    pub(super) prices: Resolved<'a>,
    pub(super) features: Resolved<'a>,
    pub(super) offers: Resolved<'a>,
}

pub(super) fn resolved<'a>(
    rows: Vec<Sent<'a>>,
    place: impl Fn(&Sent) -> Result<usize, Refusal>,
) -> Result<Resolved<'a>, Refusal> {
    rows.into_iter()
        .map(|row| Ok((place(&row)?, row)))
        .collect()
}

/// The indexes of the objects that a list names.
pub(super) fn named(
    names: &[&str],
    place: impl Fn(&&str) -> Result<usize, Refusal>,
) -> Result<Vec<usize>, Refusal> {
    names.iter().map(place).collect()
}

/// The first row for an index, with its number in the request.
pub(super) fn row_for<'a>(rows: &Resolved<'a>, place: usize) -> Option<(usize, Sent<'a>)> {
    let found = rows
        .iter()
        .enumerate()
        .find(|(_, (named, _))| *named == place)?;
    Some((found.0, found.1.1))
}

pub(super) fn repeats(list: &str, rows: &Resolved) -> Vec<Fault> {
    let is_repeat = |number: &usize| {
        let (place, _) = rows[*number];
        choices::REPEATED_OVERRIDES_ARE_REFUSED
            && rows[..*number].iter().any(|(earlier, _)| *earlier == place)
    };
    (0..rows.len())
        .filter(is_repeat)
        .map(|number| Fault::at(format!("{list}[{number}]*")))
        .collect()
}

pub(super) fn manual_price_faults(plan: &Plan, row: Sent, path: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if choices::FREE_IN_EVERY_CURRENCY && plan.is_free && row.int("price") > Some(0) {
        faults.push(Fault::at(format!("{path}.price")));
    }
    if plan.consumption != "balance" && row.int("includedBalance").is_some() {
        faults.push(Fault::at(format!("{path}.includedBalance")));
    }
    faults
}
