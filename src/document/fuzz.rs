//! Fuzzing the reader of YAML with random bytes, damaged documents and texts that are made to be
//! expensive.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::node::{Content, Node};
use super::tree::samples::{is_written_in_any_order, trees};
use super::{merge, yaml};
use crate::fuzz::{cases, damage, texts};

const DOCUMENTS: &[&str] = &[
    "# Prices\npricebook: 1\nfeatures:\n  api_calls: {name: API calls, type: usage} # counted\nplans:\n  \
     pro:\n    name: 'Pro'\n    prices:\n      monthly: {price: \"49.00\", trialDays: 14}\n",
    "a: |\n  x\n   y\n\nb: >-\n  x\n  y\n# z\nc: [1, [2, {d: e}], 'f''g', \"h\\u00e9\\n\"]\n",
    "a:\n- b: c\n  d:\n  - e\n- - f\n  - g\n? h\n: i\n\"j\": k l\n  m\n",
    "%YAML 1.2\n---\na: &b !c d\ne: *b\n<<: {f: !!str g}\n...\n---\nh: i\n",
    "{\"a\": {\"b\": [1, 2.50, true, null, \"\\ud83d\\ude00\"]}}",
    "\u{feff}a: b\r\nc:\r\n  d: e\r\n",
    "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\n",
];

const PIECES: &[&[u8]] = &[
    b"\n",
    b"\r",
    b"\r\n",
    b"\t",
    b" ",
    b"  ",
    b": ",
    b":",
    b"- ",
    b"-",
    b"? ",
    b"?",
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b"# ",
    b"#",
    b"&a ",
    b"*a ",
    b"!a ",
    b"!!",
    b"!<",
    b"|",
    b">",
    b"|2-\n",
    b">+\n",
    b"'",
    b"\"",
    b"\\",
    b"\\x",
    b"\\u",
    b"\\U00110000",
    b"%",
    b"%TAG ! a\n",
    b"@",
    b"`",
    b"---\n",
    b"...\n",
    b"<<: ",
    b"~",
    b"\0",
    b"\x7f",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"\xff",
    b"a: b\n",
];

/// Pieces that nest, or that a reader might look at again and again.
const REPEATED: &[&str] = &[
    "[",
    "{",
    "]",
    "}",
    "[[]",
    "{a: ",
    "{\"a\":",
    "[a: ",
    "- ",
    "-\n",
    "? ",
    "?\n",
    ": ",
    ":\n",
    "a:\n ",
    "a: b\n",
    "a",
    "a ",
    "a\n",
    " ",
    "\n",
    "\t",
    "\r",
    "# a\n",
    "#",
    "# ",
    ",",
    "a,",
    "'",
    "''",
    "\"",
    "\\\"",
    "&a ",
    "*a ",
    "!a ",
    "! ",
    "%a\n",
    "---\n",
    "...\n",
    "|\n",
    ">\n ",
    "é",
    "\u{feff}",
    "[? ",
    "{? ",
    "[],",
    "\"a\"\n",
    "a: &a b\n",
    "a: |\n  b\n",
    "- - a\n",
    "[a, b]: ",
];

fn any_text() -> impl Strategy<Value = String> {
    let document = prop_oneof![
        4 => select(DOCUMENTS).prop_map(str::to_owned),
        1 => trees().prop_map(|tree| yaml::write(&tree)),
    ];
    let damaged = (document, vec(damage(PIECES), 0..5)).prop_map(|(text, damages)| {
        let bytes = damages
            .iter()
            .fold(text.into_bytes(), |bytes, damage| damage.done_to(bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let pieces = vec(select(PIECES), 0..30);
    let pieces = pieces.prop_map(|pieces| String::from_utf8_lossy(&pieces.concat()).into_owned());
    let bytes = vec(any::<u8>(), 0..200);
    let bytes = bytes.prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let start = || select(&["", "a: ", "a:\n  ", "a: [", "- ", "a:\n  - "][..]);
    let bomb = (start(), vec((select(REPEATED), 1_usize..200), 1..4)).prop_map(|(start, parts)| {
        let parts = parts.iter().map(|(piece, times)| piece.repeat(*times));
        start.to_owned() + &parts.collect::<String>()
    });
    prop_oneof![5 => damaged, 2 => pieces, 1 => bytes, 2 => bomb, 1 => texts()]
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn a_yaml_text_is_read_or_refused(text in any_text()) {
        match yaml::read(&text) {
            Ok(node) => {
                prop_assert!(matches!(node.content, Content::Map(_)));
                prop_assert!(depth(&node) <= 32);
                let _ = merge::merge(&text, &super::tree::Tree::Map(Vec::new()), &|path| path.len() == 1);
            }
            Err(mistakes) => prop_assert!((1..=100).contains(&mistakes.len())),
        }
    }

    #[test]
    fn a_damaged_file_is_merged_or_left(text in any_text(), wanted in trees()) {
        if let Some(merged) = merge::merge(&text, &wanted, &|_| false) {
            let node = yaml::read(&merged).expect("YAML");
            prop_assert!(is_written_in_any_order(node, wanted), "{merged}");
        }
    }
}

fn depth(node: &Node) -> usize {
    let inner: Vec<_> = match &node.content {
        Content::List(items) => items.iter().map(depth).collect(),
        Content::Map(entries) => entries.iter().map(|entry| depth(&entry.value)).collect(),
        _ => return 0,
    };
    1 + inner.into_iter().max().unwrap_or(0)
}

/// A text in which a piece is repeated up to this length.
fn repeated(start: &str, piece: &str, length: usize) -> String {
    let times = length.saturating_sub(start.len()) / piece.len();
    start.to_owned() + &piece.repeat(times)
}

fn time(text: &str) -> Duration {
    let start = Instant::now();
    drop(yaml::read(text));
    start.elapsed()
}

#[test]
fn the_time_is_bounded_by_the_length_of_the_text() {
    let length = 64 * 1024;
    // Time for a text that is read to its end, and some for what is done once.
    let plain =
        time(&repeated("a: {b: [", "c: d, ", length)).max(time(&repeated("", "- ", length)));
    let usual = time(&repeated("a:\n", "  - {b: c, d: [e]}\n", length));
    let most = 20 * plain.max(usual) + Duration::from_secs(2);
    for start in ["", "a: ", "a:\n  - ", "a: [", "- "] {
        for piece in REPEATED {
            let text = repeated(start, piece, length);
            // Another process may take the time of the first attempt.
            let took = time(&text).min(time(&text));
            assert!(took < most, "{start:?} {piece:?}: {took:?} of {most:?}");
        }
    }
}

/// Prints the time for each kind of large text: `cargo test --release -- --ignored --nocapture`.
#[test]
#[ignore = "for people to look at"]
fn times_of_large_texts() {
    for start in ["", "a: ", "a:\n  - ", "a: [", "- "] {
        for piece in REPEATED {
            let text = repeated(start, piece, super::limits::MAX_BYTES);
            println!("{:>8.3} s {start:?} {piece:?}", time(&text).as_secs_f64());
        }
    }
}

/// Prints the time for a catalog of 10000 plans: see above.
#[test]
#[ignore = "for people to look at"]
fn times_of_a_large_catalog() {
    let tree = super::tree::samples::catalog(10_000);
    let clock = Instant::now();
    let text = yaml::write(&tree);
    println!("write YAML {:?}, {} bytes", clock.elapsed(), text.len());
    println!("read YAML {:?}", time(&text));
    let clock = Instant::now();
    let json = super::json::write(&tree);
    println!("write JSON {:?}, {} bytes", clock.elapsed(), json.len());
    println!("read JSON {:?}", time(&json));
    let flow = json.replacen('{', "{ ? \"x\" : y, ", 1);
    println!(
        "read JSON that is only YAML {:?}: {:?}",
        time(&flow),
        yaml::read(&flow).err()
    );
    let clock = Instant::now();
    let is_same = |path: &[String]| !(path.is_empty() || path.len() < 3 && path[0] == "plans");
    let merged = merge::merge(&text, &tree, &is_same);
    println!("merge {:?} {}", clock.elapsed(), merged == Some(text));
}
