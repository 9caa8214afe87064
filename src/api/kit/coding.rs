//! `Accept-Encoding`: how a client takes an answer.

use poem::http::{HeaderMap, HeaderValue, header};

use crate::cache::ready::Coding;

/// The coding that the client likes best, if it likes one at least as much as none at all: RFC 9110
/// (12.5.3). Of those that it likes as well the server takes the first of [`Coding::ALL`].
pub fn preferred(headers: &HeaderMap) -> Option<Coding> {
    let mut values = headers.get_all(header::ACCEPT_ENCODING).iter().peekable();
    values.peek()?;
    let wishes = Wishes::read(values);
    let plain = wishes.identity.or(wishes.others).unwrap_or(0);
    Coding::ALL
        .into_iter()
        .filter(|coding| wishes.weight(*coding) > 0 && wishes.weight(*coding) >= plain)
        // The first of the heaviest; `max_by_key` would take the last.
        .min_by_key(|coding| std::cmp::Reverse(wishes.weight(*coding)))
}

/// Whether the client takes a coding at all: by its name, else by `*`.
pub fn takes(headers: &HeaderMap, coding: Coding) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    Wishes::read(values).weight(coding) > 0
}

/// How much a client likes what, in thousandths.
#[derive(Default)]
struct Wishes {
    codings: [Option<u16>; Coding::ALL.len()],
    identity: Option<u16>,
    others: Option<u16>,
}

impl Wishes {
    fn weight(&self, coding: Coding) -> u16 {
        self.codings[coding as usize].or(self.others).unwrap_or(0)
    }

    fn read<'a>(values: impl Iterator<Item = &'a HeaderValue>) -> Self {
        let mut wishes = Self::default();
        let wished = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        for wish in wished {
            let (name, parameters) = wish.split_once(';').unwrap_or((wish, ""));
            let weight = Some(weight_of(parameters));
            match name.trim() {
                "*" => wishes.others = weight,
                name if name.eq_ignore_ascii_case("identity") => wishes.identity = weight,
                name => {
                    if let Some(coding) = named(name) {
                        wishes.codings[coding as usize] = weight;
                    }
                }
            }
        }
        wishes
    }
}

fn named(name: &str) -> Option<Coding> {
    let name = if name.eq_ignore_ascii_case("x-gzip") {
        "gzip"
    } else {
        name
    };
    Coding::ALL
        .into_iter()
        .find(|coding| name.eq_ignore_ascii_case(coding.name()))
}

/// A weight in thousandths; what cannot be read counts as a refusal.
fn weight_of(parameters: &str) -> u16 {
    let weight = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("q"))
        .map_or(Ok(1.0), |(_, weight)| weight.trim().parse::<f32>());
    // The range is checked first, so nothing is lost.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    weight
        .ok()
        .filter(|weight| (0.0..=1.0).contains(weight))
        .map_or(0, |weight| (weight * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_client_gets_what_it_likes_best() {
        let (zstd, gzip) = (Some(Coding::Zstd), Some(Coding::Gzip));
        let cases: [(&[&'static str], Option<Coding>); 18] = [
            (&[], None),
            (&[""], None),
            (&["identity"], None),
            (&["deflate"], None),
            (&["gzip"], gzip),
            (&["x-gzip"], gzip),
            (&["deflate, GZip;q=0.5"], gzip),
            (&["br", "gzip"], gzip),
            (&["gzip, deflate, br, zstd"], zstd),
            (&["gzip;q=1.0, zstd;q=0.9, br; q=0.95"], gzip),
            (&["*"], zstd),
            (&["zstd;q=0, *"], gzip),
            (&["gzip; q=0.0"], None),
            (&["*;q=0"], None),
            (&["*;q=0, gzip"], gzip),
            (&["gzip;q=much"], None),
            (&["identity, gzip;q=0.5"], None),
            (&["identity;q=0.5, gzip;q=0.5"], gzip),
        ];
        for (values, expected) in cases {
            assert_eq!(preferred(&headers(values)), expected, "{values:?}");
        }
    }

    #[test]
    fn gzip_is_sent_to_whoever_takes_it() {
        let cases: [(&[&'static str], bool); 11] = [
            (&[], false),
            (&[""], false),
            (&["identity"], false),
            (&["gzip"], true),
            (&["deflate, GZip;q=0.5, br"], true),
            (&["br", "gzip"], true),
            (&["*"], true),
            (&["gzip;q=0, *"], false),
            (&["gzip; q=0.0"], false),
            (&["*;q=0"], false),
            (&["gzip;q=much"], false),
        ];
        for (values, expected) in cases {
            let headers = headers(values);
            assert_eq!(takes(&headers, Coding::Gzip), expected, "{values:?}");
        }
    }
}
