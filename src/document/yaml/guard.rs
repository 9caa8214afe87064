//! The text as the YAML library consumes it, with a limit on what it keeps before it passes it on.
//!
//! The library decides whether a list or mapping in brackets is a key only after its end; until then
//! it keeps every token, each of which takes a hundred times the memory of its sign. That is bounded
//! here, where the library asks for characters: at the limit the text just ends.

use std::cell::Cell;
use std::rc::Rc;

use saphyr_parser::input::SkipTabs;
use saphyr_parser::{Input, StrInput};

/// Maximum number of signs that may begin or end tokens, between two events. It is far above that
/// of any single value of a catalog.
const MAX_SIGNS: usize = 256 * 1024;

/// What the library has consumed since the last event.
#[derive(Debug, Default)]
pub struct Window {
    signs: Cell<usize>,
}

impl Window {
    /// Begins again, after an event.
    pub fn reset(&self) {
        // A text that has ended stays ended.
        if !self.is_exceeded() {
            self.signs.set(0);
        }
    }

    /// Whether the limit was reached.
    pub fn is_exceeded(&self) -> bool {
        self.signs.get() > MAX_SIGNS
    }

    #[inline]
    fn count(&self, character: char) {
        let signs = [',', '[', ']', '{', '}', ':', '?', '"', '\'', '&', '*', '!'];
        if signs.contains(&character) {
            self.signs.set(self.signs.get() + 1);
        }
    }
}

/// A text that ends where the limit is reached.
pub struct Guard<'a> {
    text: StrInput<'a>,
    window: Rc<Window>,
}

impl<'a> Guard<'a> {
    /// Guards a text.
    pub fn new(text: &'a str, window: Rc<Window>) -> Self {
        let text = StrInput::new(text);
        Self { text, window }
    }
}

impl Input for Guard<'_> {
    fn lookahead(&mut self, count: usize) {
        self.text.lookahead(count);
    }

    fn buflen(&self) -> usize {
        self.text.buflen()
    }

    /// The library reserves this for each scalar, and most are short.
    fn bufmaxlen(&self) -> usize {
        16
    }

    fn raw_read_ch(&mut self) -> char {
        self.text.raw_read_ch()
    }

    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        self.text.raw_read_non_breakz_ch()
    }

    #[inline]
    fn skip(&mut self) {
        self.window.count(self.text.peek());
        self.text.skip();
        if self.window.is_exceeded() {
            self.text = StrInput::new("");
        }
    }

    fn skip_n(&mut self, count: usize) {
        for _ in 0..count {
            self.skip();
        }
    }

    #[inline]
    fn peek(&self) -> char {
        self.text.peek()
    }

    #[inline]
    fn peek_nth(&self, n: usize) -> char {
        self.text.peek_nth(n)
    }

    fn peek_opt(&self) -> Option<char> {
        self.text.peek_opt()
    }

    fn next_is_document_indicator(&self) -> bool {
        self.text.next_is_document_indicator()
    }

    fn next_is_document_start(&self) -> bool {
        self.text.next_is_document_start()
    }

    fn next_is_document_end(&self) -> bool {
        self.text.next_is_document_end()
    }

    #[inline]
    fn next_can_be_plain_scalar(&self, in_flow: bool) -> bool {
        self.text.next_can_be_plain_scalar(in_flow)
    }

    // The characters of comments are consumed below, and are not counted.

    fn skip_ws_to_eol(&mut self, skip_tabs: SkipTabs) -> (usize, Result<SkipTabs, &'static str>) {
        self.text.skip_ws_to_eol(skip_tabs)
    }

    fn skip_while_non_breakz(&mut self) -> usize {
        self.text.skip_while_non_breakz()
    }

    fn skip_while_blank(&mut self) -> usize {
        self.text.skip_while_blank()
    }

    fn fetch_while_is_alpha(&mut self, out: &mut String) -> usize {
        self.text.fetch_while_is_alpha(out)
    }

    fn fetch_while_is_yaml_non_space(&mut self, out: &mut String) -> usize {
        self.text.fetch_while_is_yaml_non_space(out)
    }
}
