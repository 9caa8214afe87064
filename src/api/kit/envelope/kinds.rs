//! The kinds of envelopes, as the document describes them.

use std::marker::PhantomData;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};

use crate::api::schema::change::DryRun;
use crate::api::schema::object::saying;
use crate::api::schema::{Flag, Schema, described};

/// An envelope: an object with `success` and `data`.
pub trait Envelope {
    /// The name of its schema, which becomes a type in clients.
    fn name() -> String;

    /// Its schema.
    fn object(registry: &mut Registry) -> MetaSchema;
}

fn name_of<T: Schema>() -> String {
    match T::schema(&mut Registry::new()) {
        MetaSchemaRef::Reference(name) => name,
        MetaSchemaRef::Inline(_) => unreachable!("the data of an envelope is a component"),
    }
}

fn envelope<D: Schema>(registry: &mut Registry) -> MetaSchema {
    let mut object = MetaSchema::new("object");
    object.required = vec!["success", "data"];
    object.properties = vec![
        ("success", Flag::schema(registry)),
        ("data", D::schema(registry)),
    ];
    object
}

/// One object: `{"success": true, "data": {…}}`.
#[derive(Debug)]
pub struct One<T>(PhantomData<T>);

impl<T: Schema> Envelope for One<T> {
    fn name() -> String {
        format!("{}Response", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = envelope::<T>(registry);
        object.description = described(&["The answer to a call that succeeded."]);
        let tried = MetaSchema {
            description: described(&["What a dry run found; only in the answer to one."]),
            ..MetaSchema::ANY
        };
        let tried = saying(DryRun::schema(registry), tried);
        object.properties.push(("dryRun", tried));
        object
    }
}

/// A list that is complete unless a page is asked for.
#[derive(Debug)]
pub struct ListOf<T>(PhantomData<T>);

/// A list that always comes in pages.
#[derive(Debug)]
pub struct PagesOf<T>(PhantomData<T>);

/// A list that never comes in pages.
#[derive(Debug)]
pub struct WholeOf<T>(PhantomData<T>);

impl<T: Schema> Envelope for WholeOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = envelope::<Vec<T>>(registry);
        object.description = described(&["A whole list."]);
        object
    }
}

fn list_object<T: Schema>(registry: &mut Registry) -> MetaSchema {
    let mut object = envelope::<Vec<T>>(registry);
    let has_more = MetaSchema {
        description: described(&["Whether there are more items after this page."]),
        ..MetaSchema::new("boolean")
    };
    let next_cursor = MetaSchema {
        description: described(&["The `cursor` of the next page; null on the last."]),
        nullable: true,
        ..MetaSchema::new("string")
    };
    object
        .properties
        .push(("hasMore", MetaSchemaRef::Inline(Box::new(has_more))));
    object
        .properties
        .push(("nextCursor", MetaSchemaRef::Inline(Box::new(next_cursor))));
    object
}

impl<T: Schema> Envelope for ListOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = list_object::<T>(registry);
        object.description = described(&[
            "A list. `hasMore` and `nextCursor` are there when the call had a `limit`.",
        ]);
        object
    }
}

impl<T: Schema> Envelope for PagesOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = list_object::<T>(registry);
        object.required.extend(["hasMore", "nextCursor"]);
        object.description = described(&["A page of a list."]);
        object
    }
}

/// A page of the log of changes.
#[derive(Debug)]
pub struct ChangesOf<T>(PhantomData<T>);

impl<T: Schema> Envelope for ChangesOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = PagesOf::<T>::object(registry);
        let head = MetaSchema {
            description: described(&["The revision of the catalog."]),
            ..MetaSchema::new_with_format("integer", "int64")
        };
        object.required.push("head");
        object
            .properties
            .push(("head", MetaSchemaRef::Inline(Box::new(head))));
        object
    }
}

/// A changeset with a page of its objects.
#[derive(Debug)]
pub struct ObjectsOf<T>(PhantomData<T>);

impl<T: Schema> Envelope for ObjectsOf<T> {
    fn name() -> String {
        One::<T>::name()
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = One::<T>::object(registry);
        let pages = list_object::<T>(registry).properties;
        let pages = pages
            .into_iter()
            .filter(|(name, _)| *name != "success" && *name != "data");
        object.properties.extend(pages);
        object.required.extend(["hasMore", "nextCursor"]);
        object.description = described(&["A changeset with a page of its objects."]);
        object
    }
}

/// Findings, with how many there are.
#[derive(Debug)]
pub struct FindingsOf<T>(PhantomData<T>);

impl<T: Schema> Envelope for FindingsOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = WholeOf::<T>::object(registry);
        let mut counts = MetaSchema::new("object");
        counts.description = described(&["How many findings there are of each severity."]);
        for severity in ["error", "warning", "info"] {
            let count = MetaSchema::new_with_format("integer", "int64");
            counts.required.push(severity);
            let count = MetaSchemaRef::Inline(Box::new(count));
            counts.properties.push((severity, count));
        }
        object.required.push("counts");
        object
            .properties
            .push(("counts", MetaSchemaRef::Inline(Box::new(counts))));
        object
    }
}
