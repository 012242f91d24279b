//! Text becomes tokens. `Indent` and `Dedent` are Python's indentation.

use std::iter::Peekable;
use std::str::Chars;

use super::{Position, SyntaxError};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Name(String),
    Keyword(&'static str),
    Symbol(&'static str),
    Int(i64),
    Float(f64),
    Text(String),
    /// The inside of `f"…"`, not parsed yet.
    Format(String),
    /// The end of a statement's line.
    Newline,
    Indent,
    Dedent,
    End,
}

/// The keywords that are offered.
const KEYWORDS: [&str; 24] = [
    "and", "as", "break", "continue", "def", "del", "elif", "else", "False", "for", "from", "global", "if",
    "import", "in", "is", "None", "not", "or", "pass", "return", "True", "while", "with",
];

/// Python's keywords that are not offered.
const NOT_OFFERED: [&str; 11] =
    ["assert", "async", "await", "class", "except", "finally", "lambda", "nonlocal", "raise", "try", "yield"];

/// The symbols, the longest first.
const SYMBOLS: [&str; 45] = [
    "**=", "//=", "<<=", ">>=", "...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "->", ":=", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "+", "-", "*", "/", "%", "<", ">", "=", "&", "|", "^",
    "~", "@", "(", ")", "[", "]", "{", "}", ",", ":",
];

/// CPython's limit for nested blocks.
const MAX_INDENTS: usize = 100;

pub(crate) fn tokens(text: &str) -> Result<Vec<(Token, Position)>, SyntaxError> {
    Lexer::new(text).run()
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    at: Position,
    /// How far the open blocks are indented, counted in two ways: with tabs to the next multiple of eight columns, and
    /// with tabs of one column.
    indents: Vec<[u32; 2]>,
    /// The open brackets. Inside of brackets the end of a line is a blank.
    brackets: Vec<(char, Position)>,
    tokens: Vec<(Token, Position)>,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Self {
        Lexer {
            rest: text.chars().peekable(),
            at: Position { line: 1, column: 1 },
            indents: vec![[0, 0]],
            brackets: Vec::new(),
            tokens: Vec::new(),
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.at = Position { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
        Some(c)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        let mut rest = self.rest.clone();
        text.chars().all(|c| rest.next() == Some(c))
    }

    fn push(&mut self, token: Token, at: Position) {
        self.tokens.push((token, at));
    }

    fn run(mut self) -> Result<Vec<(Token, Position)>, SyntaxError> {
        self.indentation()?;
        while let Some(c) = self.peek() {
            let at = self.at;
            match c {
                '\n' => {
                    self.next();
                    if self.brackets.is_empty() {
                        self.end_line(at);
                        self.indentation()?;
                    }
                }
                ' ' | '\t' | '\r' | '\x0c' => {
                    self.next();
                }
                '#' => while self.peek().is_some_and(|c| c != '\n') && self.next().is_some() {},
                '\\' => {
                    self.next();
                    while self.peek() == Some('\r') {
                        self.next();
                    }
                    if self.next() != Some('\n') {
                        return Err(SyntaxError::new(
                            at,
                            "after a line continuation `\\` the line has to end",
                        ));
                    }
                }
                '"' | '\'' => self.text(at, false, false)?,
                '0'..='9' => self.number()?,
                '.' => self.dot()?,
                c if c.is_alphabetic() || c == '_' => self.word()?,
                ';' => {
                    self.next();
                    self.push(Token::Symbol(";"), at);
                }
                _ => self.symbol(c)?,
            }
        }
        if let Some(&(open, at)) = self.brackets.last() {
            return Err(SyntaxError::new(at, format!("`{open}` is never closed")));
        }
        let at = self.at;
        self.end_line(at);
        for _ in 1..self.indents.len() {
            self.push(Token::Dedent, at);
        }
        self.push(Token::End, at);
        Ok(self.tokens)
    }

    fn end_line(&mut self, at: Position) {
        if !matches!(self.tokens.last(), None | Some((Token::Newline | Token::Indent | Token::Dedent, _))) {
            self.push(Token::Newline, at);
        }
    }

    /// Reads the indentation at the beginning of a line. Lines without code do not count.
    fn indentation(&mut self) -> Result<(), SyntaxError> {
        let mut width = [0, 0];
        loop {
            match self.peek() {
                Some(' ') => width = width.map(|width| width + 1),
                Some('\t') => width = [(width[0] / 8 + 1) * 8, width[1] + 1],
                Some('\r' | '\x0c') => {}
                Some('\n') => width = [0, 0],
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.next();
                    }
                    continue;
                }
                None => return Ok(()),
                Some(_) => break,
            }
            self.next();
        }
        let at = self.at;
        // As in CPython, the width of a tab must not decide which of two lines is deeper.
        let order = |other: [u32; 2]| {
            let [order, with_narrow_tabs] = [0, 1].map(|i| width[i].cmp(&other[i]));
            let message = "tabs and spaces are mixed: indent this line as those around it, with spaces only";
            if order == with_narrow_tabs { Ok(order) } else { Err(SyntaxError::new(at, message)) }
        };
        let current = *self.indents.last().expect("the program itself is not indented");
        if order(current)?.is_gt() {
            if self.indents.len() >= MAX_INDENTS {
                return Err(SyntaxError::new(at, "blocks are nested too deeply"));
            }
            self.indents.push(width);
            self.push(Token::Indent, at);
        }
        while order(*self.indents.last().expect("nothing is less than 0"))?.is_lt() {
            self.indents.pop();
            self.push(Token::Dedent, at);
        }
        if width != *self.indents.last().expect("nothing is less than 0") {
            return Err(SyntaxError::new(at, "this line is indented like none of the blocks around it"));
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), SyntaxError> {
        let at = self.at;
        let mut word = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_alphanumeric() || *c == '_') {
            word.push(c);
            self.next();
        }
        if matches!(self.peek(), Some('"' | '\'')) {
            return match word.as_str() {
                "f" | "F" => self.text(at, false, true),
                "r" | "R" => self.text(at, true, false),
                "u" | "U" => self.text(at, false, false),
                _ => Err(SyntaxError::new(at, format!("text with `{word}` before it is not offered here"))),
            };
        }
        if let Some(word) = NOT_OFFERED.iter().find(|k| **k == word) {
            return Err(SyntaxError::new(at, format!("`{word}` is Python, but not offered here")));
        }
        let token = match KEYWORDS.iter().find(|k| **k == word) {
            Some(keyword) => Token::Keyword(keyword),
            None => Token::Name(word),
        };
        self.push(token, at);
        Ok(())
    }

    fn dot(&mut self) -> Result<(), SyntaxError> {
        let mut rest = self.rest.clone();
        rest.next();
        if rest.peek().is_some_and(char::is_ascii_digit) {
            return self.number();
        }
        if self.starts_with("...") {
            return Err(SyntaxError::new(self.at, "`...` is Python, but not offered here: write `pass`"));
        }
        let at = self.at;
        self.next();
        self.push(Token::Symbol("."), at);
        Ok(())
    }

    fn number(&mut self) -> Result<(), SyntaxError> {
        let at = self.at;
        let radix = [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)]
            .into_iter()
            .find(|(prefix, _)| self.starts_with(prefix))
            .map_or(10, |(_, radix)| radix);
        let mut digits = String::new();
        if radix != 10 {
            self.next();
            self.next();
        }
        while let Some(c) = self.peek() {
            let sign_of_exponent = radix == 10 && matches!(c, '+' | '-') && digits.ends_with(['e', 'E']);
            if !(c.is_ascii_alphanumeric() || c == '_' || (c == '.' && radix == 10) || sign_of_exponent) {
                break;
            }
            digits.push(c);
            self.next();
        }
        let wrong = || SyntaxError::new(at, format!("`{digits}` is not a number"));
        if digits.ends_with('_') || digits.contains("__") || digits.starts_with('_') && radix == 10 {
            return Err(wrong());
        }
        let plain = digits.replace('_', "");
        if radix == 10 && plain.contains(['.', 'e', 'E']) {
            let number = plain.parse::<f64>().map_err(|_| wrong())?;
            self.push(Token::Float(number), at);
            return Ok(());
        }
        if radix == 10 && plain.len() > 1 && plain.starts_with('0') && plain.bytes().any(|b| b != b'0') {
            return Err(SyntaxError::new(at, "a number does not begin with 0 (octal ones begin with 0o)"));
        }
        if plain.is_empty() || !plain.chars().all(|c| c.is_digit(radix)) {
            return Err(wrong());
        }
        let number = i64::from_str_radix(&plain, radix)
            .map_err(|_| SyntaxError::new(at, "integers have 64 bits here, and this one is too large"))?;
        self.push(Token::Int(number), at);
        Ok(())
    }

    fn text(&mut self, at: Position, raw: bool, format: bool) -> Result<(), SyntaxError> {
        let quote = self.next().expect("a quote begins a text");
        let long = self.starts_with(&format!("{quote}{quote}"));
        if long {
            self.next();
            self.next();
        }
        let end = if long { quote.to_string().repeat(3) } else { quote.to_string() };
        let mut text = String::new();
        while !self.starts_with(&end) {
            let here = self.at;
            match self.next() {
                None => return Err(SyntaxError::new(at, "this text is never closed")),
                Some('\n') if !long => {
                    return Err(SyntaxError::new(at, "this text is not closed in its line"));
                }
                Some('\\') if raw => {
                    text.push('\\');
                    text.extend(self.next());
                }
                Some('\\') => self.escape(here, &mut text)?,
                Some('\r') if self.peek() == Some('\n') => {}
                Some(c) => text.push(c),
            }
        }
        for _ in end.chars() {
            self.next();
        }
        // Adjacent texts are one text.
        match self.tokens.last_mut() {
            Some((Token::Text(before), _)) if !format => before.push_str(&text),
            Some((Token::Text(_) | Token::Format(_), _)) => {
                return Err(SyntaxError::new(at, "write `+` between a text and an f-string here"));
            }
            _ => self.push(if format { Token::Format(text) } else { Token::Text(text) }, at),
        }
        Ok(())
    }

    fn escape(&mut self, at: Position, text: &mut String) -> Result<(), SyntaxError> {
        let wrong = || SyntaxError::new(at, "this escape is not complete");
        let code = |lexer: &mut Self, digits: usize| {
            let mut code = 0;
            for _ in 0..digits {
                let digit = lexer.next().and_then(|c| c.to_digit(16)).ok_or_else(wrong)?;
                code = code * 16 + digit;
            }
            char::from_u32(code).ok_or_else(wrong)
        };
        match self.next().ok_or_else(wrong)? {
            '\n' => {}
            '\r' if self.peek() == Some('\n') => {
                self.next();
            }
            '0' if self.peek().is_some_and(|c| c.is_ascii_digit()) => {
                return Err(SyntaxError::new(
                    at,
                    "octal escapes are not offered here: write `\\x` and two digits",
                ));
            }
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '0' => text.push('\0'),
            'x' => text.push(code(self, 2)?),
            'u' => text.push(code(self, 4)?),
            'U' => text.push(code(self, 8)?),
            c @ ('\\' | '\'' | '"') => text.push(c),
            'a' => text.push('\x07'),
            'b' => text.push('\x08'),
            'f' => text.push('\x0c'),
            'v' => text.push('\x0b'),
            c => {
                let message = format!("`\\{c}` is not offered here: a backslash itself is written `\\\\`");
                return Err(SyntaxError::new(at, message));
            }
        }
        Ok(())
    }

    fn symbol(&mut self, c: char) -> Result<(), SyntaxError> {
        let at = self.at;
        let Some(symbol) = SYMBOLS.into_iter().find(|symbol| self.starts_with(symbol)) else {
            return Err(SyntaxError::new(at, format!("a program has no `{c}` here")));
        };
        match symbol {
            "(" | "[" | "{" => self.brackets.push((c, at)),
            ")" | "]" | "}" => {
                let (open, opened) = self
                    .brackets
                    .pop()
                    .ok_or_else(|| SyntaxError::new(at, format!("`{c}` closes nothing")))?;
                if !matches!((open, c), ('(', ')') | ('[', ']') | ('{', '}')) {
                    let message = format!("`{c}` cannot close `{open}` of line {}", opened.line);
                    return Err(SyntaxError::new(at, message));
                }
            }
            ":=" | "@=" | "@" | "->" => {
                return Err(SyntaxError::new(at, format!("`{symbol}` is Python, but not offered here")));
            }
            _ => {}
        }
        for _ in symbol.chars() {
            self.next();
        }
        self.push(Token::Symbol(symbol), at);
        Ok(())
    }
}
