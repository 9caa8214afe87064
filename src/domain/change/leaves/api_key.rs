//! The leaves of API keys. The secret is not one of them.

use super::{HasLeaves, Object, gathered};
use crate::domain::api_key::ApiKey;
use crate::domain::change::{Leaf, ObjectType, Value};
use crate::domain::permission::{READ_PUBLIC, Resource, Rights};

impl HasLeaves for ApiKey {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::ApiKey,
            id: self.id.to_string(),
            code: None,
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves_unlike(&self, _other: Option<&Self>) -> Vec<Leaf> {
        let Self {
            id: _,
            name,
            prefix,
            rights,
            expires_at,
            last_used_at: _,
            created_at: _,
        } = self;
        let expires_at = expires_at.map(|at| at.to_string());
        gathered(|at| {
            at.add("name", name.as_str())
                .add("prefix", prefix.as_str())
                .add("permissions", permissions(rights))
                .add("expiresAt", expires_at.as_deref());
        })
    }
}

/// What a key may do, as the API shows it; null for everything.
fn permissions(rights: &Rights) -> Value {
    let permissions = match rights {
        Rights::Full => return Value::Null,
        Rights::Publishable => {
            return Value::Json(format!("{{\"{}\":[\"{READ_PUBLIC}\"]}}", Resource::Plan));
        }
        Rights::Restricted(permissions) => permissions,
    };
    let list = |resource: &Resource| {
        let words = permissions.list(*resource);
        let words: Vec<_> = words.iter().map(|access| format!("\"{access}\"")).collect();
        (!words.is_empty()).then(|| format!("\"{resource}\":[{}]", words.join(",")))
    };
    let lists: Vec<_> = Resource::ALL.iter().filter_map(list).collect();
    Value::Json(format!("{{{}}}", lists.join(",")))
}
