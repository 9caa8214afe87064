//! Components: parts that several operations share.
//!
//! Most of a document would be the responses that every operation has, and a browser reads all of
//! it before it shows anything.

use serde_json::{Map, Value, json};

/// The shared parts by kind and name.
#[derive(Default)]
pub struct Components(Map<String, Value>);

impl Components {
    /// Stores a part under its name, and returns a reference to it; if another part has the name,
    /// returns the part itself.
    pub fn share(&mut self, kind: &str, name: &str, part: Value) -> Value {
        let of_kind = self.0.entry(kind).or_insert_with(|| json!({}));
        match of_kind.get(name) {
            Some(known) if *known != part => return part,
            Some(_) => {}
            None => of_kind[name] = part,
        }
        json!({"$ref": format!("#/components/{kind}/{name}")})
    }

    /// Adds the shared parts to the components.
    pub fn move_into(self, components: &mut Value) {
        for (kind, parts) in self.0 {
            components[&kind] = parts;
        }
    }
}
