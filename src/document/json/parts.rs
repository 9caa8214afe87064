//! Taking apart lists and objects of JSON.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::super::limits::MAX_NODES;

/// The parts of a list or an object, each not yet read; `None` if they are too many.
pub struct Parts<T>(pub Option<Vec<T>>);

impl<T> Parts<T> {
    fn collect<E>(mut next: impl FnMut() -> Result<Option<T>, E>) -> Result<Option<Vec<T>>, E> {
        let mut parts = Vec::new();
        while let Some(part) = next()? {
            if parts.len() >= MAX_NODES {
                return Ok(None);
            }
            parts.push(part);
        }
        Ok(Some(parts))
    }
}

impl<'de> Deserialize<'de> for Parts<&'de RawValue> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Items)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Parts<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let parts = Parts::collect(|| items.next_element())?;
        while parts.is_none() && items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Parts(parts))
    }
}

impl<'de> Deserialize<'de> for Parts<(&'de RawValue, &'de RawValue)> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Parts<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let parts = Parts::collect(|| members.next_entry())?;
        while parts.is_none() && members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Parts(parts))
    }
}
