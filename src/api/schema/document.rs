//! The catalog as a document.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};

use super::describe::Schema;
use super::object::described;

/// A document of the catalog. Its grammar is the product's own, and richer than a schema can say.
#[derive(Debug)]
pub struct CatalogDocument;

impl Schema for CatalogDocument {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        const NAME: &str = "CatalogDocument";
        registry.create_schema::<Self, _>(NAME.to_owned(), |_| {
            let section = |text: &str| {
                let anything = MetaSchemaRef::Inline(Box::new(MetaSchema::ANY));
                MetaSchemaRef::Inline(Box::new(MetaSchema {
                    description: described(&[text]),
                    additional_properties: Some(Box::new(anything)),
                    ..MetaSchema::new("object")
                }))
            };
            let version = MetaSchema {
                description: described(&["The version of the grammar: 1."]),
                ..MetaSchema::new_with_format("integer", "int32")
            };
            MetaSchema {
                description: described(&[
                    "A catalog by codes and names, with money in major units. Sections that are empty are left out.",
                ]),
                required: vec!["pricebook"],
                properties: vec![
                    ("pricebook", MetaSchemaRef::Inline(Box::new(version))),
                    ("features", section("The features by code.")),
                    ("groups", section("The plan groups by a handle.")),
                    ("plans", section("The plans by code, with everything in them.")),
                ],
                ..MetaSchema::new("object")
            }
        });
        MetaSchemaRef::Reference(NAME.to_owned())
    }
}
