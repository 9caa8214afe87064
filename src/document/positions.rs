//! From offsets in bytes to lines and columns.

use super::node::Position;

/// Characters are counted up to each multiple of this offset, so that a position in a long line
/// costs no more than in a short one.
const STEP: usize = 256;

/// The positions of a text.
#[derive(Debug)]
pub struct Positions<'a> {
    text: &'a [u8],
    /// The offsets at which lines begin.
    lines: Vec<usize>,
    /// The number of characters before each multiple of [`STEP`].
    counts: Vec<usize>,
}

impl<'a> Positions<'a> {
    /// Indexes a text.
    pub fn of(text: &'a str) -> Self {
        let text = text.as_bytes();
        let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(offset, _)| offset + 1));
        let counts = text.chunks(STEP).scan(0, |count, chunk| {
            let before = *count;
            *count += characters(chunk);
            Some(before)
        });
        Self {
            text,
            lines: lines.collect(),
            counts: counts.collect(),
        }
    }

    /// The position of an offset.
    pub fn at(&self, offset: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        Position {
            line,
            column: self.characters_before(offset) - self.characters_before(start) + 1,
        }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let step = (offset / STEP).min(self.counts.len().saturating_sub(1));
        let counted = self.counts.get(step).copied().unwrap_or(0);
        counted + characters(&self.text[step * STEP..offset])
    }
}

/// The number of characters that begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    let is_first = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
    bytes.iter().filter(is_first).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_has_the_position_that_counting_gives() {
        let long = "äx\u{1f600}".repeat(200);
        let text = format!("a\n\nß: 1\n{long}\n{long}{long}");
        let positions = Positions::of(&text);
        let (mut line, mut column) = (1, 1);
        for (offset, character) in text.char_indices() {
            assert_eq!(positions.at(offset), Position { line, column });
            (line, column) = match character {
                '\n' => (line + 1, 1),
                _ => (line, column + 1),
            };
        }
        assert_eq!(positions.at(text.len()), Position { line, column });
        let empty = Positions::of("");
        assert_eq!(empty.at(0), Position { line: 1, column: 1 });
    }
}
