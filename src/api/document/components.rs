//! Parts that many operations have, each said once.
//!
//! What every operation may answer is most of a document that repeats it, and whoever reads the
//! document, a browser above all, has to take it in before anything is shown.

use serde_json::{Map, Value, json};

/// The shared parts by kind and name.
#[derive(Default)]
pub struct Components(Map<String, Value>);

impl Components {
    /// Keeps a part under its name, and gives what stands in its place: the reference, or the part
    /// itself where another one has the name, so that no operation says what is not so.
    pub fn share(&mut self, kind: &str, name: &str, part: Value) -> Value {
        let of_kind = self.0.entry(kind).or_insert_with(|| json!({}));
        match of_kind.get(name) {
            Some(known) if *known != part => return part,
            Some(_) => {}
            None => of_kind[name] = part,
        }
        json!({"$ref": format!("#/components/{kind}/{name}")})
    }

    /// Puts the shared parts beside the components that are there.
    pub fn move_into(self, components: &mut Value) {
        for (kind, parts) in self.0 {
            components[&kind] = parts;
        }
    }
}
