//! Text that fits into cells: no control characters, a known width, cut where there is no room.

use unicode_width::UnicodeWidthChar;

/// The number of cells that a text takes in a terminal. The sum over its characters, because [`tidy`] leaves no
/// sequence that joins into fewer cells.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

pub(crate) fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The text in one line, without characters that move the cursor or change the direction of the text. In ASCII
/// unless `unicode`.
pub(crate) fn tidy(text: &str, unicode: bool) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let words = seen.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    if unicode {
        // A combining mark needs a character before it.
        return line.chars().skip_while(|c| char_width(*c) == 0).collect();
    }
    line.chars()
        .filter(|c| char_width(*c) > 0)
        .map(|c| match c {
            'µ' => 'u',
            '…' => '~',
            '→' => '>',
            c if c.is_ascii() => c,
            _ => '?',
        })
        .collect()
}

/// Joiners, direction marks, variation selectors, tags, and characters that XML does not allow.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text, or as much of it as fits into `room` cells together with an ellipsis.
pub(crate) fn cut(text: &str, room: usize, unicode: bool) -> String {
    if width(text) <= room {
        return text.into();
    }
    let ellipsis = if unicode { "…" } else { "~" };
    let mut left = room.saturating_sub(1);
    let mut kept = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(char_width(c)) else { break };
        left = rest;
        kept.push(c);
    }
    if room > 0 {
        kept.push_str(ellipsis);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_one_line() {
        assert_eq!(tidy(" a\n\tb\u{1b}[31m\0c\r", true), "a b [31m c");
        assert_eq!(tidy("\u{202e}evil\u{200d}", true), "evil");
        assert_eq!(tidy("\u{301}e\u{301}", true), "e\u{301}");
        assert_eq!(tidy("日本 é 5 µs", false), "?? ? 5 us");
        assert_eq!(tidy("", true), "");
    }

    #[test]
    fn cut_keeps_within_the_room() {
        assert_eq!(cut("Thread-12", 9, true), "Thread-12");
        assert_eq!(cut("Thread-12", 8, true), "Thread-…");
        assert_eq!(cut("日本語", 4, true), "日…");
        assert_eq!(cut("abc", 0, true), "");
        assert_eq!(cut("abc", 2, false), "a~");
    }
}
