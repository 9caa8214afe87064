//! Origins of web pages, as `Origin` headers name them.

use poem::http::HeaderValue;

/// An origin as browsers write it: scheme, host, and the port if it is not the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl Origin {
    /// Parses an origin; `None` for anything else, such as an address with a path.
    pub fn parse(text: &str) -> Option<Self> {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let fits = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '[' | ']')
        };
        let is_host = !host.is_empty() && !host.starts_with(':') && host.chars().all(fits);
        is_host.then(|| HeaderValue::from_str(text).ok().map(Self))?
    }
}

impl PartialEq<HeaderValue> for Origin {
    fn eq(&self, sent: &HeaderValue) -> bool {
        self.0 == *sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for good in [
            "https://shop.example.com",
            "http://localhost:3000",
            "http://[::1]:3000",
        ] {
            assert!(Origin::parse(good).is_some(), "{good}");
        }
        for wrong in [
            "",
            "*",
            "null",
            "shop.example.com",
            "https://",
            "https://:1",
            "https://shop.example.com/",
            "https://Shop.example.com",
            "ftp://shop.example.com",
            "https://a,https://b",
        ] {
            assert!(Origin::parse(wrong).is_none(), "{wrong}");
        }
    }
}
