//! The keys that calls are made with.

use std::path::Path;

use http_client::header::HeaderValue;

use crate::cli::settings::ClientSettings;

/// The key in the settings.
///
/// # Errors
/// A message for the operator, without the key.
pub fn of(settings: &ClientSettings) -> Result<HeaderValue, String> {
    if let Some(file) = &settings.key_file {
        let key = read(file)?;
        return parse(&key).ok_or_else(|| "--key-file holds no API key".to_owned());
    }
    let key = settings.key.as_deref();
    let key = key.ok_or("an API key is needed: set PRICEBOOK_API_KEY, or use --key")?;
    parse(key).ok_or_else(|| "--key has characters that no API key has".to_owned())
}

fn read(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file);
    text.map_err(|error| format!("--key-file {} cannot be read: {error}", file.display()))
}

/// A key as the value of a header.
pub fn parse(text: &str) -> Option<HeaderValue> {
    // Some editors begin a file with this mark.
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut key = HeaderValue::from_str(text)
        .ok()
        .filter(|_| !text.is_empty())?;
    // So that it is not logged.
    key.set_sensitive(true);
    Some(key)
}
