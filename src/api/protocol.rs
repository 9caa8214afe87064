//! What the wire is called: its base path, its version, and its headers.

/// The path that all operations are under.
pub const BASE_PATH: &str = "/api/v1";

/// Whether a path is one of the API.
pub fn is_api(path: &str) -> bool {
    path.starts_with(BASE_PATH)
}

/// The version of the wire contract that this server speaks.
pub const API_VERSION: &str = "2026-07-11";
/// The first version of the wire contract that this server does not support.
pub const FIRST_UNSUPPORTED_VERSION: &str = "2026-07-24";

/// The header with the key of the caller.
pub const API_KEY_HEADER: &str = "x-api-key";
/// The header with the id of a request.
pub const REQUEST_ID_HEADER: &str = "x-request-id";
/// The header with the version of the wire contract.
pub const VERSION_HEADER: &str = "commet-version";
/// The header of an answer that was given before, to the same call.
pub const REPLAYED_HEADER: &str = "Idempotency-Replayed";
/// The header with what is left of a limit: draft-ietf-httpapi-ratelimit-headers-10.
pub const LIMIT_HEADER: &str = "RateLimit";
/// The header with the policy of a limit: draft-ietf-httpapi-ratelimit-headers-10.
pub const POLICY_HEADER: &str = "RateLimit-Policy";
