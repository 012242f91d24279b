//! Statements.

use super::token::{Token, tokens};
use super::tree::{Binary, Block, Constant, Expression, ExpressionKind, Statement, StatementKind};
use super::{Position, SyntaxError};

/// How deep brackets and signs may be nested. It limits the parser's recursion.
pub(crate) const MAX_NESTING: u32 = 90;
/// How deep the tree of an expression may be; a long sum is deep, too. It limits the compiler's recursion.
pub(crate) const MAX_DEPTH: u32 = 500;
/// How deep blocks may be nested.
const MAX_BLOCKS: u32 = 50;

/// A whole program.
pub(crate) fn parse(text: &str) -> Result<Block, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let mut block = Vec::new();
    while parser.token() != &Token::End {
        if parser.token() == &Token::Indent {
            return Err(parser.error("this line is indented, and no block begins here"));
        }
        parser.statement(&mut block)?;
    }
    Ok(block)
}

/// A single expression.
pub(crate) fn parse_expression(text: &str) -> Result<Expression, SyntaxError> {
    parse_nested(text, 0)
}

/// A single expression. `depth` is the nesting in brackets and signs so far.
pub(crate) fn parse_nested(text: &str, depth: u32) -> Result<Expression, SyntaxError> {
    let mut parser = Parser { depth, ..Parser::new(text)? };
    let expression = parser.expressions()?;
    parser.end_of_line()?;
    match parser.token() {
        Token::End => Ok(expression),
        _ => Err(parser.error("an expression ends with its line")),
    }
}

pub(crate) struct Parser {
    tokens: Vec<(Token, Position)>,
    next: usize,
    pub(crate) depth: u32,
    blocks: u32,
    loops: u32,
    in_function: bool,
}

impl Parser {
    fn new(text: &str) -> Result<Self, SyntaxError> {
        let tokens = tokens(text)?;
        Ok(Parser { tokens, next: 0, depth: 0, blocks: 0, loops: 0, in_function: false })
    }

    pub(crate) fn token(&self) -> &Token {
        &self.tokens[self.next].0
    }

    pub(crate) fn at(&self) -> Position {
        self.tokens[self.next].1
    }

    pub(crate) fn advance(&mut self) -> Token {
        let token = self.token().clone();
        // `End` is never passed.
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    pub(crate) fn error(&self, message: impl AsRef<str>) -> SyntaxError {
        SyntaxError::new(self.at(), message)
    }

    /// The next token, for a message.
    pub(crate) fn found(&self) -> String {
        match self.token() {
            Token::Name(word) => format!("`{word}`"),
            Token::Keyword(word) | Token::Symbol(word) => format!("`{word}`"),
            Token::Int(number) => format!("`{number}`"),
            Token::Float(number) => format!("`{number}`"),
            Token::Text(_) | Token::Format(_) => "a text".to_owned(),
            Token::Newline | Token::Indent | Token::Dedent => "the end of the line".to_owned(),
            Token::End => "the end of the program".to_owned(),
        }
    }

    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.token(), Token::Symbol(w) | Token::Keyword(w) if *w == word)
    }

    /// Takes the next token if it is this symbol or keyword. Returns whether it was.
    pub(crate) fn take(&mut self, word: &str) -> bool {
        let is = self.is(word);
        if is {
            self.advance();
        }
        is
    }

    pub(crate) fn expect(&mut self, word: &str, what: &str) -> Result<(), SyntaxError> {
        if self.take(word) {
            return Ok(());
        }
        Err(self.error(format!("{what} needs `{word}` here, not {}", self.found())))
    }

    pub(crate) fn name(&mut self, what: &str) -> Result<String, SyntaxError> {
        match self.token() {
            Token::Name(_) => match self.advance() {
                Token::Name(name) => Ok(name),
                _ => unreachable!("it was a name"),
            },
            _ => Err(self.error(format!("{what} needs a name here, not {}", self.found()))),
        }
    }

    fn end_of_line(&mut self) -> Result<(), SyntaxError> {
        match self.token() {
            Token::Newline => {
                self.advance();
                Ok(())
            }
            Token::End | Token::Dedent => Ok(()),
            Token::Symbol("=") => Err(self.error("a value is given only to names, items and tuples of them")),
            _ => Err(self.error(format!("the statement ends before {}", self.found()))),
        }
    }

    /// A line of simple statements, or a statement with blocks.
    fn statement(&mut self, block: &mut Block) -> Result<(), SyntaxError> {
        let at = self.at();
        let keyword = match self.token() {
            Token::Keyword(word) => *word,
            _ => "",
        };
        let kind = match keyword {
            "if" => self.if_statement()?,
            "while" => {
                self.advance();
                let condition = self.expression()?;
                StatementKind::While(condition, self.loop_body("while")?)
            }
            "for" => {
                self.advance();
                let target = self.target_list("for")?;
                self.expect("in", "`for`")?;
                let iterable = self.expressions()?;
                StatementKind::For(target, iterable, self.loop_body("for")?)
            }
            "def" => self.define()?,
            "with" => {
                self.advance();
                let manager = self.expression()?;
                let target = if self.take("as") { Some(self.target_list("with")?) } else { None };
                if self.is(",") {
                    return Err(self.error("`with` takes one lock here: nest a second `with`"));
                }
                StatementKind::With(manager, target, self.block("with")?)
            }
            _ => return self.simple_statements(block),
        };
        block.push(Statement { at, kind });
        Ok(())
    }

    fn simple_statements(&mut self, block: &mut Block) -> Result<(), SyntaxError> {
        loop {
            let at = self.at();
            let kind = self.simple_statement()?;
            block.push(Statement { at, kind });
            if !self.take(";") || matches!(self.token(), Token::Newline | Token::End) {
                return self.end_of_line();
            }
        }
    }

    fn block(&mut self, what: &str) -> Result<Block, SyntaxError> {
        self.expect(":", &format!("`{what}`"))?;
        if self.blocks == MAX_BLOCKS {
            return Err(self.error("blocks are nested too deeply"));
        }
        let mut block = Vec::new();
        if self.token() != &Token::Newline {
            self.simple_statements(&mut block)?;
            return Ok(block);
        }
        self.advance();
        if self.token() != &Token::Indent {
            return Err(self.error(format!("the block of `{what}` is missing: indent it")));
        }
        self.advance();
        self.blocks += 1;
        while !matches!(self.token(), Token::Dedent | Token::End) {
            if self.token() == &Token::Indent {
                return Err(self.error("this line is indented, and no block begins here"));
            }
            self.statement(&mut block)?;
        }
        self.blocks -= 1;
        if self.token() == &Token::Dedent {
            self.advance();
        }
        Ok(block)
    }

    fn loop_body(&mut self, what: &str) -> Result<Block, SyntaxError> {
        self.loops += 1;
        let body = self.block(what)?;
        self.loops -= 1;
        if self.is("else") {
            return Err(self.error(format!("`else` of `{what}` is Python, but not offered here")));
        }
        Ok(body)
    }

    fn if_statement(&mut self) -> Result<StatementKind, SyntaxError> {
        let mut arms = Vec::new();
        let mut word = "if";
        loop {
            self.advance();
            let condition = self.expression()?;
            arms.push((condition, self.block(word)?));
            if self.is("elif") {
                word = "elif";
                continue;
            }
            let otherwise = if self.take("else") { Some(self.block("else")?) } else { None };
            return Ok(StatementKind::If(arms, otherwise));
        }
    }

    fn define(&mut self) -> Result<StatementKind, SyntaxError> {
        if self.in_function {
            return Err(self.error("a function inside a function is Python, but not offered here"));
        }
        self.advance();
        let name = self.name("`def`")?;
        self.expect("(", "`def`")?;
        let mut parameters = Vec::new();
        while !self.is(")") {
            if self.is("*") || self.is("**") || self.is("/") {
                return Err(self.error("parameters are plain names here"));
            }
            let at = self.at();
            let parameter = self.name("a parameter")?;
            if parameters.contains(&parameter) {
                return Err(SyntaxError::new(at, format!("two parameters have the name `{parameter}`")));
            }
            parameters.push(parameter);
            if self.is("=") || self.is(":") {
                return Err(self.error("parameters have no defaults and no types here"));
            }
            if !self.take(",") {
                break;
            }
        }
        self.expect(")", "`def`")?;
        let loops = std::mem::take(&mut self.loops);
        self.in_function = true;
        let body = self.block("def")?;
        self.in_function = false;
        self.loops = loops;
        Ok(StatementKind::Define(name, parameters, body))
    }

    fn simple_statement(&mut self) -> Result<StatementKind, SyntaxError> {
        let keyword = match self.token() {
            Token::Keyword(word) => *word,
            _ => "",
        };
        match keyword {
            "return" => {
                if !self.in_function {
                    return Err(self.error("`return` is outside of a function"));
                }
                self.advance();
                let ends = matches!(self.token(), Token::Newline | Token::Symbol(";") | Token::End);
                Ok(StatementKind::Return(if ends { None } else { Some(self.expressions()?) }))
            }
            "break" | "continue" => {
                if self.loops == 0 {
                    return Err(self.error(format!("`{keyword}` is outside of a loop")));
                }
                self.advance();
                Ok(if keyword == "break" { StatementKind::Break } else { StatementKind::Continue })
            }
            "pass" => {
                self.advance();
                Ok(StatementKind::Pass)
            }
            "global" => {
                self.advance();
                let mut names = vec![self.name("`global`")?];
                while self.take(",") {
                    names.push(self.name("`global`")?);
                }
                Ok(StatementKind::Global(names))
            }
            "import" => self.import(),
            "from" => self.import_from(),
            "del" => {
                self.advance();
                let at = self.at();
                match self.expression()?.kind {
                    ExpressionKind::Index(object, index) => Ok(StatementKind::Delete(*object, *index)),
                    _ => Err(SyntaxError::new(at, "`del` takes an item here: `del d[k]`")),
                }
            }
            _ => self.assignment(),
        }
    }

    fn import(&mut self) -> Result<StatementKind, SyntaxError> {
        self.advance();
        let module = self.name("`import`")?;
        if self.is(".") {
            return Err(self.error("modules inside of modules are not offered here"));
        }
        let name = if self.take("as") { self.name("`as`")? } else { module.clone() };
        if self.is(",") {
            return Err(self.error("write one `import` a line"));
        }
        Ok(StatementKind::Import(module, name))
    }

    fn import_from(&mut self) -> Result<StatementKind, SyntaxError> {
        self.advance();
        let module = self.name("`from`")?;
        self.expect("import", "`from`")?;
        if self.is("*") {
            return Err(self.error("import by name here: `*` is not offered"));
        }
        let mut names = Vec::new();
        loop {
            let attribute = self.name("`import`")?;
            let name = if self.take("as") { self.name("`as`")? } else { attribute.clone() };
            names.push((attribute, name));
            if !self.take(",") {
                return Ok(StatementKind::ImportFrom(module, names));
            }
        }
    }

    fn assignment(&mut self) -> Result<StatementKind, SyntaxError> {
        let first = self.expressions()?;
        if let Token::Symbol(symbol) = self.token()
            && let Some(operator) = augmented(symbol)
        {
            match first.kind {
                ExpressionKind::Name(_) | ExpressionKind::Index(..) => {}
                _ => {
                    return Err(SyntaxError::new(first.at, "only a name or an item can be changed in place"));
                }
            }
            self.advance();
            return Ok(StatementKind::Augment(first, operator, self.expressions()?));
        }
        if self.is(":") {
            return Err(self.error("types of variables are Python, but not offered here"));
        }
        if !self.is("=") {
            return Ok(StatementKind::Expression(first));
        }
        let mut targets = Vec::new();
        let mut last = first;
        while self.take("=") {
            target(&last)?;
            targets.push(std::mem::replace(&mut last, self.expressions()?));
        }
        Ok(StatementKind::Assign(targets, last))
    }

    /// `a` or `a, b`: what a loop assigns to.
    pub(crate) fn target_list(&mut self, what: &str) -> Result<Expression, SyntaxError> {
        let at = self.at();
        let first = self.postfix()?;
        target(&first)?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut names = vec![first];
        while self.take(",") {
            if self.is("in") || self.is(":") {
                break;
            }
            let next = self.postfix()?;
            target(&next)?;
            names.push(next);
        }
        if names.is_empty() {
            return Err(self.error(format!("`{what}` needs a name here")));
        }
        Ok(Expression { at, kind: ExpressionKind::Tuple(names), depth: 2 })
    }
}

fn augmented(symbol: &str) -> Option<Binary> {
    Some(match symbol {
        "+=" => Binary::Add,
        "-=" => Binary::Subtract,
        "*=" => Binary::Multiply,
        "/=" => Binary::Divide,
        "//=" => Binary::FloorDivide,
        "%=" => Binary::Remainder,
        "**=" => Binary::Power,
        "&=" => Binary::And,
        "|=" => Binary::Or,
        "^=" => Binary::Xor,
        "<<=" => Binary::LeftShift,
        ">>=" => Binary::RightShift,
        _ => return None,
    })
}

/// Checks that an expression can be assigned to.
fn target(expression: &Expression) -> Result<(), SyntaxError> {
    let what = match &expression.kind {
        ExpressionKind::Name(_) | ExpressionKind::Index(..) => return Ok(()),
        ExpressionKind::Tuple(items) | ExpressionKind::List(items) if !items.is_empty() => {
            return items.iter().try_for_each(target);
        }
        ExpressionKind::Constant(Constant::None) => "`None`",
        ExpressionKind::Constant(Constant::Bool(_)) => "`True` or `False`",
        ExpressionKind::Constant(_) | ExpressionKind::Format(_) => "a literal",
        ExpressionKind::Call(..) => "a call",
        ExpressionKind::Attribute(..) => "an attribute (objects are fixed here)",
        ExpressionKind::Slice(..) => "a slice (not offered here)",
        _ => "an expression",
    };
    Err(SyntaxError::new(expression.at, format!("nothing can be assigned to {what}")))
}
