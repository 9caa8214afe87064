//! Writing a catalog into a file that people edit: what means the same stays as they wrote it.

mod change;
mod edit;
mod extent;
mod lines;
mod offsets;
mod parts;
mod same;
#[cfg(test)]
mod tests;
mod verify;

use self::change::Changes;
use self::parts::Value;
pub use self::same::IsSame;
use super::tree::Tree;
use super::yaml;

/// Changes a text so that it says what is wanted, and returns it.
///
/// Comments, blank lines, spelling and order stay for all that `is_same`. An entry that is no longer
/// wanted goes together with the comments directly above it; a new one comes after the entry that
/// precedes it in the wanted tree, or else last.
///
/// `None` if this is not possible, as in JSON; then the canonical text has to replace it.
pub fn merge(local: &str, wanted: &Tree, is_same: IsSame) -> Option<String> {
    let before = yaml::read(local).ok()?;
    if is_same(&[]) {
        return Some(local.to_owned());
    }
    let (Tree::Map(entries), Value::Map(parts)) = (wanted, parts::of(local)?) else {
        return None;
    };
    let mut changes = Changes::new(local, &parts, is_same);
    changes.change_map(&parts, entries);
    let text = edit::apply(local, changes.edits);
    let after = yaml::read(&text).ok()?;
    verify::is_merged(&after, &before, wanted, is_same).then_some(text)
}
