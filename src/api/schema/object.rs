//! Declaring objects of the wire.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};

/// Declares a struct of the wire and its schema.
///
/// The struct's doc comment describes the schema and each field's doc comment the property. Names
/// of properties are the fields' in camel case, or what follows `as`. Values for the schema of one property, such as
/// its `default` or an `example`, follow the field in braces.
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

        impl $crate::api::schema::Schema for $name {
            fn schema(
                registry: &mut poem_openapi::registry::Registry,
            ) -> poem_openapi::registry::MetaSchemaRef {
                use $crate::api::schema::{Schema, described, property_name};
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

/// The text of a doc comment, line by line, as a description.
pub fn described(lines: &[&str]) -> Option<&'static str> {
    let text = lines
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join("\n");
    (!text.is_empty()).then(|| kept(paragraphs(&text)))
}

/// The text with each paragraph on one line.
pub fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|lines| lines.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// The name of a property: the field's in camel case.
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

/// The registry wants texts that live as long as the program. Schemas are made a fixed number of
/// times, so what is kept here does not grow.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// A property's schema with what was said about the property. Beside a reference nothing may be
/// said in OpenAPI 3.0, so the reference moves into an `allOf`.
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
