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

#[cfg(test)]
mod tests {
    use super::*;

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
