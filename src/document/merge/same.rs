//! What means the same in a file and on the server.

/// Whether the part at a path of keys means the same in the file and in the wanted tree.
pub type IsSame<'a> = &'a dyn Fn(&[String]) -> bool;
