//! Strategies that property tests share.

use proptest::prelude::*;
use proptest::sample::select;

/// Tries this many inputs, unless `PROPTEST_CASES` sets another number.
pub fn cases(usual: u32) -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(usual),
    }
}

/// Texts that parsers often get wrong.
const ODD_TEXTS: &[&str] = &[
    "",
    " ",
    "\0",
    "a\0b",
    "\r\n",
    "\t",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\u{10ffff}",
    "e\u{301}",
    "ﬁ",
    "İ",
    "ß",
    "𝟙",
    "٣",
    "👩‍👩‍👧‍👦",
    "\"",
    "\\",
    "'",
    "<script>",
    "%",
    "%00",
    "%s",
    "{}",
    "${x}",
    "..",
    "../..",
    "null",
    "undefined",
    "NaN",
    "-0",
    "+1",
    "00",
    "1e999",
    "9007199254740992",
    "18446744073709551616",
    "' OR 1=1 --",
];

/// Any text, with odd ones more frequent than by chance.
pub fn texts() -> impl Strategy<Value = String> {
    let odd = || select(ODD_TEXTS).prop_map(str::to_owned);
    prop_oneof![
        2 => odd(),
        1 => any::<String>(),
        1 => "[ -~]{0,40}",
        1 => (odd(), "[a-z0-9_]{0,8}", odd()).prop_map(|(a, b, c)| format!("{a}{b}{c}")),
        1 => (odd(), 1_usize..400).prop_map(|(text, times)| text.repeat(times)),
    ]
}

/// A mutation of valid bytes.
#[derive(Debug, Clone)]
pub struct Damage {
    at: proptest::sample::Index,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Flip(u8),
    Delete(usize),
    Double(usize),
    Insert(Vec<u8>),
    CutOff,
}

/// Mutations of every kind; `pieces` are the bytes to insert.
pub fn damage(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Damage> {
    let kind = prop_oneof![
        any::<u8>().prop_map(Kind::Flip),
        (1_usize..8).prop_map(Kind::Delete),
        (1_usize..40).prop_map(Kind::Double),
        select(pieces).prop_map(|piece| Kind::Insert(piece.to_vec())),
        proptest::collection::vec(any::<u8>(), 1..4).prop_map(Kind::Insert),
        Just(Kind::CutOff),
    ];
    (any::<proptest::sample::Index>(), kind).prop_map(|(at, kind)| Damage { at, kind })
}

impl Damage {
    /// The mutated bytes.
    pub fn done_to(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        let at = self.at.index(bytes.len() + 1);
        let end = |length: usize| (at + length).min(bytes.len());
        match &self.kind {
            Kind::Flip(mask) => bytes.iter_mut().skip(at).take(1).for_each(|b| *b ^= mask),
            Kind::Delete(length) => drop(bytes.drain(at..end(*length))),
            Kind::Double(length) => {
                let piece = bytes[at..end(*length)].to_vec();
                bytes.splice(at..at, piece);
            }
            Kind::Insert(piece) => drop(bytes.splice(at..at, piece.iter().copied())),
            Kind::CutOff => bytes.truncate(at),
        }
        bytes
    }
}
