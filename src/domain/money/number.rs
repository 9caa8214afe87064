//! JSON numbers as exact integers and decimals.

/// The value of a JSON number that is an integer: 5, 5.0 and 50e-1 are the same. `None` for other
/// numbers, and for those beyond 10^30.
pub fn integer_value(literal: &str) -> Option<i128> {
    if let Ok(value) = literal.parse::<i64>() {
        return Some(value.into());
    }
    let (sign, unsigned) = literal
        .strip_prefix('-')
        .map_or((1, literal), |rest| (-1, rest));
    let (digits, exponent) = split_number(unsigned)?;
    let significant = digits.trim_start_matches('0');
    let plain = significant.trim_end_matches('0');
    if plain.is_empty() {
        return Some(0);
    }
    let trailing_zeros = i32::try_from(significant.len() - plain.len()).ok()?;
    let zeros = u32::try_from(exponent.checked_add(trailing_zeros)?).ok()?;
    if plain.len() + usize::try_from(zeros).ok()? > 30 {
        return None;
    }
    Some(sign * plain.parse::<i128>().ok()? * 10_i128.pow(zeros))
}

/// Splits an unsigned JSON number into its digits without the decimal point, and the exponent of
/// the last digit.
pub(super) fn split_number(literal: &str) -> Option<(String, i32)> {
    let (mantissa, exponent) = match literal.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (literal, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    Some((digits, exponent))
}

/// The decimal number `digits × 10^-places`, with exactly that many digits after the point.
pub(in crate::domain) fn with_point(digits: u128, places: u32) -> String {
    let places = usize::try_from(places).unwrap_or(usize::MAX);
    if places == 0 {
        return digits.to_string();
    }
    let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
    let (whole, fraction) = padded.split_at(padded.len() - places);
    format!("{whole}.{fraction}")
}

/// A decimal number without its point, of which this many digits come after it: the reverse of
/// [`with_point`], for which fewer digits after the point are enough. `None` for anything else.
pub(super) fn without_point(text: &str, places: u32) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let places = usize::try_from(places).ok()?;
    let is_number = !whole.is_empty()
        && fraction.len() <= places
        && text.len() <= MAX_DECIMAL
        && [whole, fraction]
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    is_number.then(|| format!("{whole}{fraction:0<places$}").parse().ok())?
}

/// Maximum length of a decimal number: no amount needs more.
const MAX_DECIMAL: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_set_from_the_right() {
        for (digits, places, text) in [
            (4900, 2, "49.00"),
            (4900, 0, "4900"),
            (5, 2, "0.05"),
            (0, 3, "0.000"),
            (123, 3, "0.123"),
        ] {
            assert_eq!(with_point(digits, places), text);
        }
    }

    #[test]
    fn a_point_is_taken_away() {
        for (text, places, value) in [
            ("49.00", 2, Some(4900)),
            ("49", 2, Some(4900)),
            ("49.5", 2, Some(4950)),
            ("0.0020", 4, Some(20)),
            ("7350", 0, Some(7350)),
            ("007.10", 2, Some(710)),
            ("49.001", 2, None),
            ("7350.0", 0, None),
            ("49.", 2, None),
            (".5", 2, None),
            ("", 2, None),
            ("-1", 2, None),
            ("+1", 2, None),
            ("1e3", 2, None),
            ("1,000", 2, None),
            ("4 9", 2, None),
            ("\u{664}", 2, None),
            ("99999999999999999999", 2, None),
        ] {
            assert_eq!(without_point(text, places), value, "{text}");
        }
    }

    #[test]
    fn integers_are_recognized_in_any_notation() {
        for (text, value) in [
            ("5", Some(5)),
            ("-0", Some(0)),
            ("5.0", Some(5)),
            ("50e-1", Some(5)),
            ("-1.2E+3", Some(-1200)),
            ("0.0e99999", Some(0)),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("5.5", None),
            ("1e-1", None),
            ("1e31", None),
            ("1e2147483648", None),
        ] {
            assert_eq!(integer_value(text), value, "{text}");
        }
    }
}
