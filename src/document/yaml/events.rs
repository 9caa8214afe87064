//! The events of a YAML text.

use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScanError, Span};

use super::guard::{Guard, Window};

/// The events of a text, until its end or a problem.
pub struct Events<'a> {
    parser: Parser<'a, Guard<'a>>,
    window: Rc<Window>,
}

/// Why a text has no further events.
#[derive(Debug)]
pub enum Problem {
    /// It is not YAML.
    Syntax(ScanError),
    /// The library would have to keep too much.
    TooLarge(Marker),
}

impl<'a> Events<'a> {
    /// Begins to read a text.
    pub fn of(text: &'a str) -> Self {
        let window = Rc::new(Window::default());
        Self {
            parser: Parser::new(Guard::new(text, Rc::clone(&window))),
            window,
        }
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<(Event<'a>, Span), Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let event = self.parser.next_event()?;
        let is_exceeded = self.window.is_exceeded();
        self.window.reset();
        Some(match event {
            Ok((_, span)) if is_exceeded => Err(Problem::TooLarge(span.start)),
            Err(error) if is_exceeded => Err(Problem::TooLarge(*error.marker())),
            Err(error) => Err(Problem::Syntax(error)),
            Ok(event) => Ok(event),
        })
    }
}
