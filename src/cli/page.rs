//! Lines for people, with colours for those whose terminal has them.

use std::fmt::Write;

use super::visible::visible;

/// How a line looks where there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As any text.
    Plain,
    /// A heading.
    Bold,
    /// What matters less.
    Dim,
    /// What is bad, or gone.
    Red,
    /// What is new.
    Green,
    /// What is different, or odd.
    Yellow,
}

impl Look {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "\u{1b}[1m",
            Self::Dim => "\u{1b}[2m",
            Self::Red => "\u{1b}[31m",
            Self::Green => "\u{1b}[32m",
            Self::Yellow => "\u{1b}[33m",
        }
    }
}

const RESET: &str = "\u{1b}[0m";

/// Lines that are written one after another.
#[derive(Debug)]
pub struct Page {
    text: String,
    is_colored: bool,
}

impl Page {
    /// An empty page.
    pub fn new(is_colored: bool) -> Self {
        Self {
            text: String::new(),
            is_colored,
        }
    }

    /// Adds a line.
    pub fn line(&mut self, look: Look, line: &str) {
        let line = visible(line);
        // Writing to a string cannot fail.
        let _ = match self.is_colored && look != Look::Plain {
            true => writeln!(self.text, "{}{line}{RESET}", look.code()),
            false => writeln!(self.text, "{line}"),
        };
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// All lines.
    pub fn into_text(self) -> String {
        self.text
    }
}
