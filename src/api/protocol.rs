//! The names of the protocol: its base path, its version, and its headers.

/// The base path of all operations.
pub const BASE_PATH: &str = "/api/v1";

/// Whether a path belongs to the API.
pub fn is_api(path: &str) -> bool {
    path.starts_with(BASE_PATH)
}

/// The version of the API contract that this server implements.
pub const API_VERSION: &str = "2026-07-11";
/// The first version of the API contract that this server does not support.
pub const FIRST_UNSUPPORTED_VERSION: &str = "2026-07-24";

/// The header with the API key of the caller.
pub const API_KEY_HEADER: &str = "x-api-key";
/// The header with the key of the catalog that a changeset is made from.
pub const SOURCE_API_KEY: &str = "Source-Api-Key";
/// The header that says why a change is made.
pub const CHANGE_NOTE: &str = "Change-Note";
/// The header with the id of a request.
pub const REQUEST_ID_HEADER: &str = "x-request-id";
/// The header with the version of the API contract.
pub const VERSION_HEADER: &str = "commet-version";
/// The header of a response that repeats that of an earlier call.
pub const REPLAYED_HEADER: &str = "Idempotency-Replayed";
/// The header with the remaining quota of a limit: draft-ietf-httpapi-ratelimit-headers-10.
pub const LIMIT_HEADER: &str = "RateLimit";
/// The header with the policy of a limit: draft-ietf-httpapi-ratelimit-headers-10.
pub const POLICY_HEADER: &str = "RateLimit-Policy";
/// The header of a response to a dry run.
pub const DRY_RUN_HEADER: &str = "pricebook-dry-run";
/// The header of a response that shows the catalog as it was: the revision that it shows.
pub const CATALOG_REVISION_HEADER: &str = "catalog-revision";
