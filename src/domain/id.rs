//! Identifiers: a prefix for the kind, and an opaque part that sorts by time of creation.

use std::fmt;

use uuid::Uuid;

/// Declares an id type: the prefix, then the 32 lowercase hexadecimal digits of a version 7 UUID.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The prefix of ids of this kind.
            pub const PREFIX: &'static str = $prefix;

            /// Creates an id from a UUID; version 7 makes ids sort by time.
            pub fn from_uuid(unique: Uuid) -> Self {
                Self(format!("{}{}", $prefix, unique.simple()))
            }

            /// Parses an id.
            pub fn parse(text: &str) -> Option<Self> {
                is_id(text, $prefix).then(|| Self(text.to_owned()))
            }

            /// Wraps an id read from the database, which holds only valid ones.
            pub fn from_row(text: String) -> Self {
                Self(text)
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        rest.len() == 32 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

id!(
    /// The id of a plan.
    PlanId, "pln_"
);
id!(
    /// The id of a price of a plan.
    PriceId, "prc_"
);
id!(
    /// The id of a feature.
    FeatureId, "feat_"
);
id!(
    /// The id of a plan group.
    PlanGroupId, "grp_"
);
id!(
    /// The id of an API key; not its secret.
    ApiKeyId, "key_"
);
id!(
    /// The id of an organization, the tenant.
    OrganizationId, "org_"
);
id!(
    /// The id of a scope, one organization in one mode; it never appears in a response.
    ScopeId, "scp_"
);
id!(
    /// The id of a request, for the log and for support.
    RequestId, "req_"
);
id!(
    /// The id of a changeset.
    ChangesetId, "chs_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_the_kind_are_parsed() {
        let id = PlanId::from_uuid(Uuid::from_u128(7));
        assert_eq!(PlanId::parse(id.as_str()), Some(id.clone()));
        for text in [
            "",
            "pln_",
            "pln_7",
            "prc_00000000000000000000000000000007",
            "pln_0000000000000000000000000000000G",
        ] {
            assert_eq!(PlanId::parse(text), None, "{text}");
        }
    }
}
