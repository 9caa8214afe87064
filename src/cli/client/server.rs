//! The address of a server.

use http_client::Url;

use crate::api::protocol::BASE_PATH;

/// Parses the base address of a server; one that ends in the path of the API is taken too.
///
/// # Errors
/// What is wrong with it, without passwords.
pub fn parse(text: &str) -> Result<Url, String> {
    let base = text.trim_end_matches('/');
    let base = base.strip_suffix(BASE_PATH).unwrap_or(base);
    let scheme = base
        .split_once("://")
        .map(|(scheme, _)| scheme.to_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https")) {
        return Err("must start with http:// or https://".to_owned());
    }
    let url = Url::parse(base);
    let url = url.map_err(|error| format!("is not the address of a server: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must have no user and no password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have no query and no fragment".to_owned());
    }
    Ok(url)
}

/// The address of a path of the API, given by its segments.
///
/// # Errors
/// A message for the operator.
pub fn url(server: &Url, path: &[&str], query: &[(&str, &str)]) -> Result<Url, String> {
    let mut url = server.clone();
    url.path_segments_mut()
        .map_err(|()| "--server has no path".to_owned())?
        .pop_if_empty()
        .extend(BASE_PATH.split('/').filter(|segment| !segment.is_empty()))
        .extend(path);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_the_address_of_the_server() {
        for (server, expected) in [
            ("http://a:1", "http://a:1/api/v1/plans/pro/explain"),
            ("http://a:1/", "http://a:1/api/v1/plans/pro/explain"),
            ("http://a:1/api/v1/", "http://a:1/api/v1/plans/pro/explain"),
            ("http://a/b", "http://a/b/api/v1/plans/pro/explain"),
        ] {
            let server = parse(server).unwrap();
            let found = url(&server, &["plans", "pro", "explain"], &[]);
            assert_eq!(found.unwrap().as_str(), expected);
        }
        let server = parse("http://a").unwrap();
        let found = url(&server, &["plans", "a/b"], &[("currency", "a&b")]);
        let expected = "http://a/api/v1/plans/a%2Fb?currency=a%26b";
        assert_eq!(found.unwrap().as_str(), expected);
    }
}
