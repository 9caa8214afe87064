//! From the positions of the library to those of the text.

use saphyr_parser::Marker;

/// From the library's indices, in characters, to offsets in bytes.
pub struct Offsets<'a> {
    text: &'a str,
    /// The offset of each character whose index is a multiple of [`STEP`].
    steps: Vec<usize>,
    /// The number of bytes before the text.
    skipped: usize,
}

/// The number of characters from one known offset to the next.
const STEP: usize = 128;

impl<'a> Offsets<'a> {
    /// Indexes a text that comes after this number of bytes.
    pub fn of(text: &'a str, skipped: usize) -> Self {
        let offsets = text.char_indices().map(|(offset, _)| offset);
        let steps = offsets.step_by(STEP).collect();
        Self {
            text,
            steps,
            skipped,
        }
    }

    /// The offset of a marker.
    pub fn at(&self, marker: Marker) -> usize {
        let step = self.steps.get(marker.index() / STEP).copied();
        let step = step.unwrap_or(self.text.len());
        let rest = self.text.get(step..).unwrap_or_default();
        let inside = rest.char_indices().nth(marker.index() % STEP);
        self.skipped + inside.map_or(self.text.len(), |(offset, _)| step + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_characters_and_offsets_bytes() {
        let text = "aé\u{1f600}\n".repeat(100);
        let offsets = Offsets::of(&text, 3);
        for (index, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.at(Marker::new(index, 1, 0)), 3 + offset);
        }
        let end = Marker::new(text.chars().count(), 1, 0);
        assert_eq!(offsets.at(end), 3 + text.len());
        assert_eq!(Offsets::of("", 0).at(Marker::new(0, 1, 0)), 0);
    }
}
