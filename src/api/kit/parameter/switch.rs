//! Parameters that are `true` or `false`.

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
            example: Some("true".into()),
            ..switch_schema()
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        read_switch(request, name).map(Self)
    }
}

/// Whether a write is only tried: `true` or `false`, which is the default.
#[derive(Debug, Clone, Copy)]
pub struct DryRunSwitch(pub bool);

/// The parameter that has a write tried and not made.
pub const DRY_RUN: &str = "dryRun";

impl Parameter for DryRunSwitch {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        // It has no default, since the documentation page would send it.
        switch_schema()
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        read_switch(request, name).map(Self)
    }
}

fn switch_schema() -> MetaSchema {
    MetaSchema {
        enum_items: vec!["true".into(), "false".into()],
        ..MetaSchema::new("string")
    }
}

fn read_switch(request: &Request, name: &str) -> Result<bool, String> {
    match query_value(request.uri(), name)?.as_deref() {
        Some("true") => Ok(true),
        Some("false") | None => Ok(false),
        Some(_) => Err("Must be `true` or `false`.".to_owned()),
    }
}
