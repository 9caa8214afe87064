//! `Idempotency-Key`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::Request;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Parameter, header_value};
use crate::domain::idempotency::{IdempotencyKey, IdempotentCall};

/// The header with the key of an idempotent call.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The `Idempotency-Key` of a call, with the method and path of the call.
#[derive(Debug, Clone)]
pub struct Idempotency(Option<(IdempotencyKey, String)>);

impl Parameter for Idempotency {
    const IN: MetaParamIn = MetaParamIn::Header;

    fn schema() -> MetaSchema {
        let max_length = Some(IdempotencyKey::MAX_LENGTH);
        MetaSchema {
            min_length: Some(1),
            max_length,
            ..MetaSchema::new("string")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        let Some(value) = header_value(request, name)? else {
            return Ok(Self(None));
        };
        let key = IdempotencyKey::parse(value)
            .ok_or_else(|| format!("Must have 1 to {} characters.", IdempotencyKey::MAX_LENGTH))?;
        let call = format!("{} {}", request.method(), request.original_uri().path());
        Ok(Self(Some((key, call))))
    }
}

impl Idempotency {
    /// For calls that do not take the header.
    pub const NONE: Self = Self(None);

    /// The idempotent call with the digest of its body, if there is a key.
    pub fn call(self, digest: &[u8]) -> Option<IdempotentCall> {
        let (key, call) = self.0?;
        let digest = URL_SAFE_NO_PAD.encode(digest);
        Some(IdempotentCall {
            key,
            fingerprint: format!("{call} {digest}"),
        })
    }
}
