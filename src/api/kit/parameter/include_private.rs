//! `includePrivate`.

use poem::Request;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Parameter, query_value};

/// Whether to list private plans: `true` or `false`, which is the default.
#[derive(Debug, Clone, Copy)]
pub struct IncludePrivate(pub bool);

impl Parameter for IncludePrivate {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        MetaSchema {
            enum_items: vec!["true".into(), "false".into()],
            example: Some("true".into()),
            ..MetaSchema::new("string")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        match query_value(request.uri(), name)?.as_deref() {
            Some("true") => Ok(Self(true)),
            Some("false") | None => Ok(Self(false)),
            Some(_) => Err("Must be `true` or `false`.".to_owned()),
        }
    }
}
