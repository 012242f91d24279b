//! Colours for Rust code, by its tokens.

use anstyle::{AnsiColor, Style};
use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

const KEYWORD: Style = AnsiColor::Magenta.on_default();
const STRING: Style = AnsiColor::Green.on_default();
const NUMBER: Style = AnsiColor::Yellow.on_default();
const TYPE: Style = AnsiColor::Cyan.on_default();
const CALL: Style = AnsiColor::Blue.on_default();
const COMMENT: Style = Style::new().dimmed();

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
    "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];

/// The code with colours, line by line: a colour never crosses the end of a line.
pub fn lines(code: &str) -> Vec<String> {
    let mut text = String::new();
    let mut at = 0;
    for token in tokenize(code, FrontmatterAllowed::No) {
        let end = at + token.len as usize;
        let (Some(word), rest) = (code.get(at..end), code.get(end..).unwrap_or_default()) else { break };
        match style(token.kind, word, rest) {
            Some(style) => {
                let mut pieces = word.split('\n');
                text.push_str(&format!("{style}{}{style:#}", pieces.next().unwrap_or_default()));
                pieces.for_each(|piece| text.push_str(&format!("\n{style}{piece}{style:#}")));
            }
            None => text.push_str(word),
        }
        at = end;
    }
    text.lines().map(str::to_owned).collect()
}

fn style(kind: TokenKind, word: &str, rest: &str) -> Option<Style> {
    match kind {
        TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => Some(COMMENT),
        TokenKind::Literal { kind, .. } => {
            use ra_ap_rustc_lexer::LiteralKind::{Float, Int};
            Some(if matches!(kind, Int { .. } | Float { .. }) { NUMBER } else { STRING })
        }
        TokenKind::Lifetime { .. } => Some(TYPE),
        TokenKind::Ident if KEYWORDS.contains(&word) => Some(KEYWORD),
        TokenKind::Ident if word.starts_with(char::is_uppercase) => Some(TYPE),
        TokenKind::Ident if rest.starts_with(['(', '!']) && !rest.starts_with("!=") => Some(CALL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn without_its_colours_the_code_is_the_same() {
        for code in [
            "let t = spawn(|| countdown(3)); // three\nt.join()?;",
            "r#\"two\nlines\"# 'a 1.5 x != y",
            "broken \" string",
            "",
            "\u{1F600} é",
        ] {
            let lines = super::lines(code);
            let plain: Vec<String> =
                lines.iter().map(|l| anstream::adapter::strip_str(l).to_string()).collect();
            assert_eq!(plain, code.lines().collect::<Vec<_>>());
        }
    }
}
