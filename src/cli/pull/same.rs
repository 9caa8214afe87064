//! What means the same in a file and on a server.

use crate::document::tree::Tree;
use crate::document::tree_of;
use crate::domain::document::Document;

/// Two documents, compared by what they mean.
#[derive(Debug)]
pub struct Comparison {
    local: Tree,
    server: Tree,
}

impl Comparison {
    /// Compares the document of a file with that of a server, whose groups have the handles of the
    /// file.
    pub fn of(local: &Document, server: &Document) -> Self {
        let local = local.clone().with_rates_of(server).without_defaults();
        Self {
            local: tree_of(&local),
            server: tree_of(&server.clone().without_defaults()),
        }
    }

    /// Whether the part at a path of keys means the same in both.
    pub fn is_same(&self, path: &[String]) -> bool {
        let is_data = path.get(2).is_some_and(|key| key == "metadata");
        match (part(&self.local, path), part(&self.server, path)) {
            (Some(local), Some(server)) => are_same(local, server, is_data),
            (local, server) => local.is_none() && server.is_none(),
        }
    }
}

fn part<'a>(tree: &'a Tree, path: &[String]) -> Option<&'a Tree> {
    path.iter().try_fold(tree, |tree, key| match tree {
        Tree::Map(entries) => {
            let mut entries = entries.iter();
            entries
                .find(|(found, _)| found == key)
                .map(|(_, tree)| tree)
        }
        _ => None,
    })
}

/// Whether two values mean the same. The order of entries counts in the client's own data alone.
fn are_same(local: &Tree, server: &Tree, is_data: bool) -> bool {
    let (Tree::Map(ours), Tree::Map(theirs)) = (local, server) else {
        return local == server;
    };
    if is_data {
        return local == server;
    }
    let is_in_theirs = |(key, ours): &(String, Tree)| {
        let theirs = theirs.iter().find(|(found, _)| found == key);
        theirs.is_some_and(|(_, theirs)| are_same(ours, theirs, key == "metadata"))
    };
    ours.len() == theirs.len() && ours.iter().all(is_in_theirs)
}
