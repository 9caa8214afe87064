//! Texts without the secrets of API keys.
//!
//! Clients put keys where they do not belong: into paths, request ids, names of fields. Whatever is
//! logged or told to somebody goes through [`redacted`], the one place that knows what a secret looks
//! like: plainly written, in capitals, or with any of its characters percent-encoded, once or more.

use std::borrow::Cow;

use super::api_key::PREFIX_DIGITS;

/// What replaces the rest of a secret.
const HIDDEN: char = '…';

/// So many word characters after `ck_`, `pk_` or `rk_` are taken for a key.
const LONG: usize = 16;

/// The words for the mode in a secret.
const MODES: [&str; 2] = ["live_", "sandbox_"];

/// The text with `…` in place of all but the start of every secret in it.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut clean = String::new();
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        let Some(secret) = secret_at(bytes, at) else {
            at += 1;
            continue;
        };
        clean.push_str(&text[copied..at]);
        clean.push_str(&secret.start);
        clean.push(HIDDEN);
        at = secret.end;
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[copied..]);
    Cow::Owned(clean)
}

/// Whether a text has a secret in it.
pub fn has_secret(text: &str) -> bool {
    matches!(redacted(text), Cow::Owned(_))
}

struct Secret {
    /// How it starts, decoded.
    start: String,
    /// Where it ends.
    end: usize,
}

/// The secret that starts at a place.
fn secret_at(bytes: &[u8], at: usize) -> Option<Secret> {
    let (letter, next) = character(bytes, at)?;
    let letter = letter.to_ascii_lowercase();
    if !matches!(letter, b'c' | b'p' | b'r') {
        return None;
    }
    let next = word(bytes, next, "k_")?;
    let mut start = format!("{}k_", char::from(letter));
    let mode = MODES
        .iter()
        .find_map(|mode| Some((*mode, word(bytes, next, mode)?)));
    let begins = !is_within_word(bytes, at);
    let tail = mode.map_or(next, |(_, tail)| tail);
    let is_secret = match mode {
        // Within a word, as in `track_live_events`, only more digits than the API shows in a prefix
        // make it a secret.
        Some(_) if begins => end_of(bytes, tail) > tail,
        Some(_) => run(bytes, tail, |byte| byte.is_ascii_hexdigit()) > PREFIX_DIGITS,
        None => begins && run(bytes, tail, is_of_word) >= LONG,
    };
    start.push_str(mode.map_or("", |(mode, _)| mode));
    is_secret.then(|| Secret {
        start,
        end: end_of(bytes, tail),
    })
}

/// The character at a place, decoded, and where the next one is. A percent sign that is encoded
/// itself, as `%2563` is by whoever encodes twice, counts as one.
fn character(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let byte = *bytes.get(at)?;
    if byte == b'%' {
        let mut digits = at + 1;
        while bytes[digits..].starts_with(b"25") && coded(bytes, digits + 2).is_some() {
            digits += 2;
        }
        if let Some(decoded) = coded(bytes, digits) {
            return Some((decoded, digits + 2));
        }
    }
    Some((byte, at + 1))
}

/// The byte that two hexadecimal digits stand for.
fn coded(bytes: &[u8], at: usize) -> Option<u8> {
    let mut byte = [0];
    hex::decode_to_slice(bytes.get(at..at + 2)?, &mut byte).ok()?;
    Some(byte[0])
}

/// Where a word ends that stands at a place, in small letters or capitals.
fn word(bytes: &[u8], at: usize, word: &str) -> Option<usize> {
    word.bytes().try_fold(at, |at, expected| {
        let (found, next) = character(bytes, at)?;
        found.eq_ignore_ascii_case(&expected).then_some(next)
    })
}

/// Whether a letter or a digit stands before a place.
fn is_within_word(bytes: &[u8], at: usize) -> bool {
    let encoded = at.checked_sub(3).filter(|start| bytes[*start] == b'%');
    let decoded = encoded.and_then(|start| coded(bytes, start + 1));
    let before = decoded.or_else(|| bytes.get(at.checked_sub(1)?).copied());
    before.is_some_and(|before| before.is_ascii_alphanumeric())
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How many characters at a place are of a kind; more than [`LONG`] are not counted.
fn run(bytes: &[u8], mut at: usize, is_one: impl Fn(u8) -> bool) -> usize {
    let mut count = 0;
    while count < LONG
        && let Some((found, next)) = character(bytes, at)
        && is_one(found)
    {
        (at, count) = (next, count + 1);
    }
    count
}

/// Where a secret ends whose digits start at a place: before the next delimiter.
fn end_of(bytes: &[u8], mut at: usize) -> usize {
    while let Some((found, next)) = character(bytes, at)
        && !(found.is_ascii_control() || b" /?#&=,;:\"'`()[]{}<>|\\".contains(&found))
    {
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::api_key::Secret;
    use crate::fuzz::{cases, texts};

    #[test]
    fn the_start_of_a_secret_is_kept() {
        for (text, expected) in [
            ("ck_live_wrong", "ck_live_…"),
            ("/plans/rk_sandbox_1/x?a=1", "/plans/rk_sandbox_…/x?a=1"),
            ("/plans/%63k_live_0123456", "/plans/ck_live_…"),
            ("/plans/%2563k%5Flive_01%32", "/plans/ck_live_…"),
            ("id-CK_LIVE_ABCDEF", "id-ck_live_…"),
            ("path=\"/ck_live_a\" next", "path=\"/ck_live_…\" next"),
            ("key%3Dpk_live_abc%26b", "key%3Dpk_live_…%26b"),
            ("xck_live_0123456789", "xck_live_…"),
            ("ck_0123456789abcdef", "ck_…"),
            ("ck_live_aéb c", "ck_live_… c"),
            ("%6ck_live_0123456789", "%6ck_live_…"),
        ] {
            assert_eq!(redacted(text), expected);
            assert!(has_secret(text), "{text}");
        }
        for start in Secret::STARTS {
            assert_eq!(redacted(&format!("{start}0")), format!("{start}…"));
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "",
            "%",
            "%2",
            "%25",
            "pro",
            "/api/v1/plans/track_live_events",
            "stack_sandbox_0123",
            "pk_pro",
            "ck_live_",
            "starts with ck_live_, or not",
            "req_01960b2e8f3a7c41a5d2e9b07c6f1d34",
            "key_01960b2e8f3a7c41a5d2e9b07c6f1d34",
        ] {
            assert_eq!(redacted(text), text);
            assert!(!has_secret(text), "{text}");
        }
    }

    /// A text with some of its characters percent-encoded, some of them more than once.
    fn encoded(text: &str, ways: &[u8]) -> String {
        let encode = |(byte, way): (u8, &u8)| match way {
            0..4 => char::from(byte).to_string(),
            4 => format!("%{byte:02x}"),
            5 => format!("%{byte:02X}"),
            6 => format!("%25{byte:02x}"),
            _ => format!("%2525{byte:02X}"),
        };
        text.bytes().zip(ways).map(encode).collect()
    }

    /// The text, percent-decoded until nothing is left to decode.
    fn decoded(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        while let Some(at) =
            (0..bytes.len()).find(|at| bytes[*at] == b'%' && coded(&bytes, at + 1).is_some())
        {
            let byte = coded(&bytes, at + 1).unwrap();
            bytes.splice(at..at + 3, [byte]);
        }
        String::from_utf8_lossy(&bytes).to_lowercase()
    }

    proptest! {
        #![proptest_config(cases(500))]

        #[test]
        fn no_secret_comes_through(
            start in proptest::sample::select(Secret::STARTS.as_slice()),
            digits in "[0-9a-f]{64}",
            ways in proptest::collection::vec(0_u8..9, 80),
            is_uppercase: bool,
            before in texts(),
            after in texts(),
        ) {
            let secret = format!("{start}{digits}");
            let sent = if is_uppercase { secret.to_uppercase() } else { secret };
            let text = format!("{before}{}{after}", encoded(&sent, &ways));
            let clean = redacted(&text);
            prop_assert!(has_secret(&text));
            let read = decoded(&clean);
            for window in digits.as_bytes().windows(8) {
                let window = std::str::from_utf8(window).unwrap();
                prop_assert!(!read.contains(window), "{text:?} becomes {clean:?}");
            }
            prop_assert_eq!(redacted(&clean), &*clean);
        }

        #[test]
        fn what_is_no_secret_is_kept(text in texts()) {
            prop_assume!(!has_secret(&text));
            prop_assert_eq!(redacted(&text), &*text);
        }
    }
}
