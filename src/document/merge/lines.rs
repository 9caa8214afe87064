//! The lines of a text.

/// A text by its lines. An offset inside a line stands for the line.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a>(pub &'a str);

impl<'a> Lines<'a> {
    /// The offset at which a line begins.
    pub fn start(self, offset: usize) -> usize {
        let before = self.0.get(..offset).unwrap_or_default();
        before.rfind('\n').map_or(0, |index| index + 1)
    }

    /// The offset at which the next line begins, or the end of the text.
    pub fn next(self, offset: usize) -> usize {
        let after = self.0.get(offset..).unwrap_or_default();
        after
            .find('\n')
            .map_or(self.0.len(), |index| offset + index + 1)
    }

    /// The offset at which a line ends, before its line break.
    pub fn end(self, offset: usize) -> usize {
        let until = self.0.get(offset..self.next(offset)).unwrap_or_default();
        let without = until.trim_end_matches(['\n', '\r']);
        offset + without.len()
    }

    /// The line from an offset on.
    pub fn rest(self, offset: usize) -> &'a str {
        self.0.get(offset..self.end(offset)).unwrap_or_default()
    }

    /// The line above the one that begins at an offset, if it does not begin before `floor`.
    pub fn above(self, start: usize, floor: usize) -> Option<usize> {
        let above = self.start(start.checked_sub(1)?);
        (above >= floor).then_some(above)
    }

    /// Whether the line that begins at an offset is blank.
    pub fn is_blank(self, start: usize) -> bool {
        start < self.0.len() && self.rest(start).trim().is_empty()
    }

    /// The number of spaces before the comment on the line that begins at an offset, if it has
    /// nothing else.
    pub fn comment(self, start: usize) -> Option<usize> {
        let line = self.rest(start);
        let text = line.trim_start();
        text.starts_with('#').then_some(line.len() - text.len())
    }
}
