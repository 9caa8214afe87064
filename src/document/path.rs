//! Paths of the parts of a document, such as `groups.standard.plans[0]`.

use std::fmt::Write;

/// A step of a path.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// To the value of a key.
    Key(&'a str),
    /// To an item of a list.
    Item(usize),
}

/// Maximum number of characters of a key in a path. A key may be as long as the text, and stands in
/// the path of each mistake inside it.
const MAX_KEY: usize = 100;

/// The path of these steps.
pub fn join<'a>(steps: impl Iterator<Item = Step<'a>>) -> String {
    let mut path = String::new();
    for step in steps {
        add(&mut path, step);
    }
    path
}

fn add(path: &mut String, step: Step) {
    match step {
        Step::Key(key) => {
            if !path.is_empty() {
                path.push('.');
            }
            match key.char_indices().nth(MAX_KEY) {
                Some((end, _)) => path.extend([&key[..end], "…"]),
                None => path.push_str(key),
            }
        }
        // Writing to a string cannot fail.
        Step::Item(index) => drop(write!(path, "[{index}]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_dots_between_them_and_items_brackets() {
        let steps = [Step::Key("groups"), Step::Key("a"), Step::Item(0)];
        assert_eq!(join(steps.into_iter()), "groups.a[0]");
        assert_eq!(join(std::iter::empty()), "");
    }

    #[test]
    fn long_keys_are_cut() {
        let key = "é".repeat(MAX_KEY + 1);
        let path = join([Step::Key(&key), Step::Key("b")].into_iter());
        assert_eq!(path, format!("{}….b", "é".repeat(MAX_KEY)));
    }
}
