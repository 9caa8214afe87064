//! Declares JSON objects.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};

/// Declares a struct and its schema.
///
/// The doc comment of the struct describes the schema, and those of the fields the properties. A
/// property is named like its field in camel case, or as the literal after `as` says. Braces after
/// a field add to the schema of its property, such as a `default` or an `example`.
macro_rules! object {
    (
        $(#[doc = $doc:literal])*
        $(#[derive($($derive:path),+)])?
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[serde($($serde:tt)+)])?
                $field:ident $(as $wire:literal)?: $type:ty $({ $($key:ident: $value:expr),+ })?,
            )+
        }
    ) => {
        $(#[doc = $doc])*
        $(#[derive($($derive),+)])?
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                $(#[serde($($serde)+)])?
                $(#[serde(rename = $wire)])?
                pub $field: $type,
            )+
        }

        impl $crate::api::schema::describe::Schema for $name {
            fn schema(
                registry: &mut poem_openapi::registry::Registry,
            ) -> poem_openapi::registry::MetaSchemaRef {
                use $crate::api::schema::describe::Schema;
                use $crate::api::schema::object::{described, property_name};
                use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
                const NAME: &str = stringify!($name);
                registry.create_schema::<Self, _>(NAME.to_owned(), |registry| {
                    let mut object = MetaSchema::new("object");
                    object.description = described(&[$($doc),*]);
                    $(
                        #[allow(unused_variables)]
                        let name = property_name(stringify!($field));
                        $(let name = $wire;)?
                        if <$type as Schema>::IS_REQUIRED {
                            object.required.push(name);
                        }
                        #[allow(unused_mut)]
                        let mut said = MetaSchema {
                            description: described(&[$($field_doc),*]),
                            ..MetaSchema::ANY
                        };
                        $($(said.$key = Some($value.into());)+)?
                        let schema = <$type as Schema>::schema(registry);
                        object.properties.push((name, $crate::api::schema::object::saying(schema, said)));
                    )+
                    object
                });
                MetaSchemaRef::Reference(NAME.to_owned())
            }
        }
    };
}

pub(crate) use object;

/// The lines of a doc comment as a description.
pub fn described(lines: &[&str]) -> Option<&'static str> {
    let text = lines
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join("\n");
    (!text.is_empty()).then(|| kept(paragraphs(&text)))
}

/// Joins the lines of each paragraph.
pub fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|lines| lines.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// The name of a property: its field in camel case.
pub fn property_name(field: &str) -> &'static str {
    let mut name = String::with_capacity(field.len());
    let mut raise = false;
    for letter in field.trim_start_matches("r#").chars() {
        match letter {
            '_' => raise = true,
            letter if raise => {
                name.extend(letter.to_uppercase());
                raise = false;
            }
            letter => name.push(letter),
        }
    }
    kept(name)
}

/// The registry needs `&'static str`. Schemas are made a fixed number of times, so the leak is
/// bounded.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// Adds the attributes of a property to its schema. OpenAPI 3.0 allows nothing beside a reference,
/// so a reference moves into an `allOf`.
pub(in crate::api) fn saying(schema: MetaSchemaRef, said: MetaSchema) -> MetaSchemaRef {
    match schema {
        MetaSchemaRef::Inline(inline) => MetaSchemaRef::Inline(Box::new(inline.merge(said))),
        reference @ MetaSchemaRef::Reference(_) if said == MetaSchema::ANY => reference,
        reference @ MetaSchemaRef::Reference(_) => MetaSchemaRef::Inline(Box::new(MetaSchema {
            all_of: vec![reference],
            ..said
        })),
    }
}
