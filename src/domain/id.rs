//! Identifiers: a prefix that names the kind, and an opaque part that sorts by time of creation.

use std::fmt;

use uuid::Uuid;

/// Declares an id type: the prefix, then the 32 lowercase hexadecimal digits of a version 7 UUID.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// The id made from a unique value; a version 7 UUID makes ids sort by time.
            pub fn from_uuid(unique: Uuid) -> Self {
                Self(format!("{}{}", $prefix, unique.simple()))
            }

            /// Reads an id from outside; `None` for what can not be an id of this kind.
            pub fn parse(text: &str) -> Option<Self> {
                is_id(text, $prefix).then(|| Self(text.to_owned()))
            }

            /// Takes an id from the database, where only ids were written.
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
    /// Names a plan.
    PlanId, "pln_"
);
id!(
    /// Names a price of a plan.
    PriceId, "prc_"
);
id!(
    /// Names a feature.
    FeatureId, "feat_"
);
id!(
    /// Names a plan group.
    PlanGroupId, "grp_"
);
id!(
    /// Names an API key; it is not the secret.
    ApiKeyId, "key_"
);
id!(
    /// Names an organization, the tenant.
    OrganizationId, "org_"
);
id!(
    /// Names one organization in one mode; it never goes over the wire.
    ScopeId, "scp_"
);
id!(
    /// Names one request, for the log and for support.
    RequestId, "req_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_nothing_else_does() {
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
