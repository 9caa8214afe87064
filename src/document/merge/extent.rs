//! The lines that belong to an entry.

use super::lines::Lines;
use super::parts::Part;

/// The first line of an entry, which comes after another one: its own or that of the comments
/// directly above.
pub fn start(lines: Lines, part: &Part, before: Option<&Part>) -> usize {
    let is_own = |line: &usize| {
        let comment = lines.comment(*line);
        comment.is_some_and(|column| column <= part.column)
    };
    let floor = floor(lines, before);
    let above = |line: &usize| lines.above(*line, floor).filter(is_own);
    let own = lines.start(part.start);
    std::iter::successors(Some(own), above)
        .last()
        .unwrap_or(own)
}

/// The line after an entry and the comments that are indented as if they were in it.
pub fn end(lines: Lines, part: &Part) -> usize {
    let is_inside = |line: &usize| {
        let comment = lines.comment(*line);
        comment.is_some_and(|column| column > part.column)
    };
    let next = lines.next(part.end());
    let below = |line: &usize| Some(lines.next(*line));
    let mut below = std::iter::successors(Some(next), below);
    below.find(|line| !is_inside(line)).unwrap_or(next)
}

/// The blank line above the first line of an entry.
pub fn blank_above(lines: Lines, start: usize, before: Option<&Part>) -> Option<usize> {
    let above = lines.above(start, floor(lines, before))?;
    lines.is_blank(above).then_some(above)
}

/// Whether there is a blank line between all entries.
pub fn are_spaced(lines: Lines, parts: &[Part]) -> bool {
    let is_spaced = |(before, part): (&Part, &Part)| {
        let start = start(lines, part, Some(before));
        blank_above(lines, start, Some(before)).is_some()
    };
    parts.len() > 1 && parts.iter().zip(parts.iter().skip(1)).all(is_spaced)
}

/// The line after the entry before. The lines above are no comments, but may look like some, in a
/// text of many lines. Above the first entry of a mapping is its key.
fn floor(lines: Lines, before: Option<&Part>) -> usize {
    before.map_or(0, |before| lines.next(before.end()))
}
