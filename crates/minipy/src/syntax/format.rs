//! The inside of an f-string.

use super::parser::parse_nested;
use super::tree::{FormatSpec, Part};
use super::{Position, SyntaxError};

/// The parts of `f"text"`, whose token is at `at`. `depth` is the nesting in brackets and signs so far.
pub(crate) fn parts(text: &str, at: Position, depth: u32) -> Result<Vec<Part>, SyntaxError> {
    let wrong = |message: &str| SyntaxError::new(at, message);
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if matches!(c, '{' | '}') && rest.starts_with(c) {
            rest = &rest[1..];
            plain.push(c);
        } else if c == '{' {
            let end = outside(rest, '}').ok_or_else(|| wrong("a `{` of this f-string is never closed"))?;
            let (value, spec) = value(&rest[..end], at, depth)?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Value(value, spec));
            rest = &rest[end + 1..];
        } else if c == '}' {
            return Err(wrong("a single `}` in an f-string is written `}}`"));
        } else {
            plain.push(c);
        }
    }
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}

/// `x`, `x!r`, `x:10`, `x:.3f`.
fn value(text: &str, at: Position, depth: u32) -> Result<(super::tree::Expression, FormatSpec), SyntaxError> {
    let mut spec = FormatSpec::default();
    let mut expression = text;
    if let Some(colon) = outside(text, ':') {
        let form = &text[colon + 1..];
        expression = &text[..colon];
        (spec.width, spec.precision) = layout(form).ok_or_else(|| {
            SyntaxError::new(at, format!("`:{form}` is not offered: `:10`, `:.3f` and `:10.3f` are"))
        })?;
    }
    if let Some(before) = expression.strip_suffix("!r") {
        spec.repr = true;
        expression = before;
    }
    let value = parse_nested(expression.trim(), depth)
        .map_err(|error| SyntaxError::new(at, format!("in this f-string: {}", error.message())))?;
    Ok((value, spec))
}

/// The width, and the digits behind the point, of `10`, `.3f` or `10.3f`.
fn layout(form: &str) -> Option<(u32, Option<u32>)> {
    // `parse` alone would take a sign as well.
    let number = |digits: &str| match digits.bytes().all(|b| b.is_ascii_digit()) {
        true => digits.parse().ok().filter(|n| *n <= 100),
        false => None,
    };
    let (width, precision) = match form.split_once('.') {
        Some((width, precision)) => (width, Some(number(precision.strip_suffix('f')?)?)),
        None => (form, None),
    };
    match width {
        "" => Some((0, precision)),
        // A width that starts with 0 asks for leading zeros, which are not offered.
        _ if width.starts_with('0') => None,
        _ => Some((number(width)?, precision)),
    }
}

/// The first `c` that is outside of brackets and texts.
fn outside(text: &str, c: char) -> Option<usize> {
    let (mut open, mut quote) = (0, None);
    text.char_indices().find_map(|(i, here)| {
        match (quote, here) {
            (Some(q), _) if q == here => quote = None,
            (Some(_), _) => {}
            (None, _) if here == c && open == 0 => return Some(i),
            (None, '\'' | '"') => quote = Some(here),
            (None, '(' | '[' | '{') => open += 1,
            (None, ')' | ']' | '}') => open -= 1,
            _ => {}
        }
        None
    })
}
