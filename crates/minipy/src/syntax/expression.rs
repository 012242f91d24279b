//! Expressions: operators by their binding power, as in Pratt's parser.

use super::format::parts;
use super::parser::{MAX_DEPTH, MAX_NESTING, Parser};
use super::token::Token;
use super::tree::{Binary, Comparison, Comprehension, Constant, Expression, ExpressionKind, Part, Unary};
use super::{Position, SyntaxError};

/// The left binding powers, loosest first. `if … else` is looser than all of them.
mod power {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const COMPARE: u8 = 4;
    pub const SIGN: u8 = 11;
    pub const POWER: u8 = 12;
}

fn binary(symbol: &str) -> Option<(Binary, u8)> {
    Some(match symbol {
        "|" => (Binary::Or, 5),
        "^" => (Binary::Xor, 6),
        "&" => (Binary::And, 7),
        "<<" => (Binary::LeftShift, 8),
        ">>" => (Binary::RightShift, 8),
        "+" => (Binary::Add, 9),
        "-" => (Binary::Subtract, 9),
        "*" => (Binary::Multiply, 10),
        "/" => (Binary::Divide, 10),
        "//" => (Binary::FloorDivide, 10),
        "%" => (Binary::Remainder, 10),
        "**" => (Binary::Power, power::POWER),
        _ => return None,
    })
}

impl Parser {
    /// `a` or `a, b`: a tuple needs no parentheses.
    pub(crate) fn expressions(&mut self) -> Result<Expression, SyntaxError> {
        let at = self.at();
        let first = self.expression()?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take(",") {
            if self.ends_expressions() {
                break;
            }
            items.push(self.expression()?);
        }
        self.node(at, items.iter().map(|item| item.depth).max(), ExpressionKind::Tuple(items))
    }

    fn ends_expressions(&self) -> bool {
        match self.token() {
            Token::Newline | Token::End => true,
            Token::Symbol(symbol) => {
                matches!(*symbol, ")" | "]" | "}" | "=" | ":" | ";") || symbol.ends_with('=')
            }
            _ => false,
        }
    }

    pub(crate) fn expression(&mut self) -> Result<Expression, SyntaxError> {
        let at = self.at();
        let value = self.operators(0)?;
        if !self.take("if") {
            return Ok(value);
        }
        let condition = self.operators(0)?;
        self.expect("else", "`if` in an expression")?;
        self.deeper()?;
        let otherwise = self.expression()?;
        self.depth -= 1;
        let depth = [&value, &condition, &otherwise].map(|e| e.depth).into_iter().max();
        self.node(at, depth, ExpressionKind::Conditional(Box::new([value, condition, otherwise])))
    }

    /// An expression whose operators all bind tighter than `loosest`.
    fn operators(&mut self, loosest: u8) -> Result<Expression, SyntaxError> {
        self.deeper()?;
        let at = self.at();
        let mut left = self.prefix()?;
        while let Token::Symbol(word) | Token::Keyword(word) = self.token() {
            let word = *word;
            if let Some((operator, power)) = binary(word) {
                if power <= loosest {
                    break;
                }
                let operator_at = self.at();
                self.advance();
                // `**` is right-associative, and its right side may have a sign.
                let right = self.operators(if operator == Binary::Power { power - 2 } else { power })?;
                let depth = left.depth.max(right.depth);
                let kind = ExpressionKind::Binary(operator, Box::new(left), Box::new(right));
                left =
                    self.node(if operator == Binary::Power { at } else { operator_at }, Some(depth), kind)?;
            } else if let Some(power) = [("and", power::AND), ("or", power::OR)]
                .into_iter()
                .find_map(|(name, power)| (name == word).then_some(power))
            {
                if power <= loosest {
                    break;
                }
                self.advance();
                let right = self.operators(power)?;
                let depth = left.depth.max(right.depth);
                let (left_side, right) = (Box::new(left), Box::new(right));
                let kind = match word {
                    "and" => ExpressionKind::And(left_side, right),
                    _ => ExpressionKind::Or(left_side, right),
                };
                left = self.node(at, Some(depth), kind)?;
            } else if self.is_comparison() {
                if power::COMPARE <= loosest {
                    break;
                }
                left = self.comparisons(left)?;
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn is_comparison(&self) -> bool {
        ["<", "<=", "==", "!=", ">", ">=", "in", "is", "not"].iter().any(|word| self.is(word))
    }

    fn comparisons(&mut self, first: Expression) -> Result<Expression, SyntaxError> {
        let at = self.at();
        let mut depth = first.depth;
        let mut others = Vec::new();
        while self.is_comparison() {
            let operator = match self.advance() {
                Token::Symbol("<") => Comparison::Less,
                Token::Symbol("<=") => Comparison::LessEqual,
                Token::Symbol("==") => Comparison::Equal,
                Token::Symbol("!=") => Comparison::NotEqual,
                Token::Symbol(">") => Comparison::Greater,
                Token::Symbol(">=") => Comparison::GreaterEqual,
                Token::Keyword("in") => Comparison::In,
                Token::Keyword("is") if self.take("not") => Comparison::IsNot,
                Token::Keyword("is") => Comparison::Is,
                _ => {
                    self.expect("in", "`not` after a value")?;
                    Comparison::NotIn
                }
            };
            let other = self.operators(power::COMPARE)?;
            depth = depth.max(other.depth);
            others.push((operator, other));
        }
        self.node(at, Some(depth), ExpressionKind::Compare(Box::new(first), others))
    }

    fn prefix(&mut self) -> Result<Expression, SyntaxError> {
        let at = self.at();
        let operator = match self.token() {
            Token::Keyword("not") => Unary::Not,
            Token::Symbol("-") => Unary::Negative,
            Token::Symbol("+") => Unary::Positive,
            Token::Symbol("~") => Unary::Invert,
            _ => return self.postfix(),
        };
        self.advance();
        let value = self.operators(if operator == Unary::Not { power::NOT } else { power::SIGN })?;
        // A negative number is a constant, as CPython's compiler folds it.
        let kind = match (operator, value.kind) {
            (Unary::Negative, ExpressionKind::Constant(Constant::Int(n))) => {
                ExpressionKind::Constant(Constant::Int(-n))
            }
            (Unary::Negative, ExpressionKind::Constant(Constant::Float(n))) => {
                ExpressionKind::Constant(Constant::Float(-n))
            }
            (_, kind) => {
                let value = Expression { kind, ..value };
                return self.node(at, Some(value.depth), ExpressionKind::Unary(operator, Box::new(value)));
            }
        };
        self.node(at, None, kind)
    }

    /// A value with its calls, indices and attributes.
    pub(crate) fn postfix(&mut self) -> Result<Expression, SyntaxError> {
        let mut value = self.atom()?;
        loop {
            let at = self.at();
            if self.take("(") {
                value = self.call(at, value)?;
            } else if self.take("[") {
                value = self.index(at, value)?;
            } else if self.take(".") {
                let name = self.name("`.`")?;
                let depth = value.depth;
                value = self.node(value.at, Some(depth), ExpressionKind::Attribute(Box::new(value), name))?;
            } else {
                return Ok(value);
            }
        }
    }

    fn call(&mut self, at: Position, function: Expression) -> Result<Expression, SyntaxError> {
        let mut depth = function.depth;
        let mut arguments = Vec::new();
        let mut named: Vec<(String, Expression)> = Vec::new();
        while !self.is(")") {
            if self.is("*") || self.is("**") {
                return Err(self.error("arguments from a list or dict are Python, but not offered here"));
            }
            let here = self.at();
            let argument = self.expression()?;
            if self.is("for") {
                return Err(self.error("generators are Python, but not offered here: put brackets around"));
            }
            if self.take("=") {
                let ExpressionKind::Name(name) = argument.kind else {
                    return Err(SyntaxError::new(here, "an argument's name is a plain name"));
                };
                if named.iter().any(|(other, _)| *other == name) {
                    return Err(SyntaxError::new(here, format!("the argument `{name}` is there twice")));
                }
                let value = self.expression()?;
                depth = depth.max(value.depth);
                named.push((name, value));
            } else if named.is_empty() {
                depth = depth.max(argument.depth);
                arguments.push(argument);
            } else {
                return Err(SyntaxError::new(here, "arguments without a name come first"));
            }
            if !self.take(",") {
                break;
            }
        }
        self.expect(")", "a call")?;
        if arguments.len() + named.len() > 255 {
            return Err(SyntaxError::new(at, "a call takes at most 255 arguments here"));
        }
        self.node(function.at, Some(depth), ExpressionKind::Call(Box::new(function), arguments, named))
    }

    fn index(&mut self, at: Position, object: Expression) -> Result<Expression, SyntaxError> {
        let mut depth = object.depth;
        let low = if self.is(":") { None } else { Some(self.expressions()?) };
        if !self.take(":") {
            let Some(index) = low else { return Err(self.error("an index is missing")) };
            self.expect("]", "an index")?;
            depth = depth.max(index.depth);
            let kind = ExpressionKind::Index(Box::new(object), Box::new(index));
            return self.node(at, Some(depth), kind);
        }
        let high = if self.is("]") || self.is(":") { None } else { Some(self.expression()?) };
        if self.is(":") {
            return Err(self.error("steps of slices are Python, but not offered here"));
        }
        self.expect("]", "a slice")?;
        for bound in [&low, &high].into_iter().flatten() {
            depth = depth.max(bound.depth);
        }
        let kind = ExpressionKind::Slice(Box::new(object), low.map(Box::new), high.map(Box::new));
        self.node(at, Some(depth), kind)
    }

    fn atom(&mut self) -> Result<Expression, SyntaxError> {
        let at = self.at();
        let constant = match self.token() {
            Token::Int(number) => Constant::Int(*number),
            Token::Float(number) => Constant::Float(*number),
            Token::Text(text) => Constant::Text(text.clone()),
            Token::Keyword("None") => Constant::None,
            Token::Keyword("True") => Constant::Bool(true),
            Token::Keyword("False") => Constant::Bool(false),
            Token::Name(name) => {
                let kind = ExpressionKind::Name(name.clone());
                self.advance();
                return self.node(at, None, kind);
            }
            Token::Format(text) => {
                let parts = parts(text, at, self.depth)?;
                self.advance();
                let depth = parts.iter().map(|part| match part {
                    Part::Text(_) => 0,
                    Part::Value(value, _) => value.depth,
                });
                return self.node(at, depth.max(), ExpressionKind::Format(parts));
            }
            Token::Symbol("(") => return self.parenthesis(at),
            Token::Symbol("[") => return self.list(at),
            Token::Symbol("{") => return self.dict(at),
            _ => return Err(self.error(format!("a value is missing before {}", self.found()))),
        };
        self.advance();
        self.node(at, None, ExpressionKind::Constant(constant))
    }

    fn parenthesis(&mut self, at: Position) -> Result<Expression, SyntaxError> {
        self.advance();
        if self.take(")") {
            return self.node(at, None, ExpressionKind::Tuple(Vec::new()));
        }
        let inner = self.expressions()?;
        if self.is("for") {
            return Err(self.error("generators are Python, but not offered here: use a list, [… for …]"));
        }
        self.expect(")", "a parenthesis")?;
        // A comparison in parentheses is not part of a longer comparison. The tree has that already.
        Ok(inner)
    }

    fn list(&mut self, at: Position) -> Result<Expression, SyntaxError> {
        self.advance();
        let mut items = Vec::new();
        while !self.is("]") {
            let item = self.expression()?;
            if self.is("for") && items.is_empty() {
                return self.comprehension(at, item);
            }
            items.push(item);
            if !self.take(",") {
                break;
            }
        }
        self.expect("]", "a list")?;
        self.node(at, items.iter().map(|item| item.depth).max(), ExpressionKind::List(items))
    }

    fn comprehension(&mut self, at: Position, element: Expression) -> Result<Expression, SyntaxError> {
        self.advance();
        let target = self.target_list("for")?;
        self.expect("in", "`for`")?;
        let iterable = self.operators(0)?;
        let condition = if self.take("if") { Some(self.operators(0)?) } else { None };
        if self.is("for") || self.is("if") {
            return Err(self.error("a list has one `for` and one `if` in its brackets here"));
        }
        self.expect("]", "a list")?;
        let parts = [Some(&element), Some(&iterable), condition.as_ref()];
        let depth = parts.into_iter().flatten().map(|part| part.depth).max();
        let parts = Comprehension { element, target, iterable, condition };
        self.node(at, depth, ExpressionKind::Comprehension(Box::new(parts)))
    }

    fn dict(&mut self, at: Position) -> Result<Expression, SyntaxError> {
        self.advance();
        let mut items = Vec::new();
        while !self.is("}") {
            let key = self.expression()?;
            if self.is(",") || self.is("}") {
                return Err(self.error("sets are Python, but not offered here: a dict has `key: value`"));
            }
            self.expect(":", "a dict")?;
            items.push((key, self.expression()?));
            if self.is("for") {
                return Err(self.error("dicts by `for` are Python, but not offered here"));
            }
            if !self.take(",") {
                break;
            }
        }
        self.expect("}", "a dict")?;
        let depth = items.iter().map(|(key, value)| key.depth.max(value.depth)).max();
        self.node(at, depth, ExpressionKind::Dict(items))
    }

    fn deeper(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            Err(self.error("this expression is nested too deeply"))
        } else {
            Ok(())
        }
    }

    /// An expression whose deepest part has the depth `below`.
    fn node(
        &self,
        at: Position,
        below: Option<u32>,
        kind: ExpressionKind,
    ) -> Result<Expression, SyntaxError> {
        let depth = below.unwrap_or(0) + 1;
        if depth > MAX_DEPTH {
            return Err(SyntaxError::new(at, "this expression is too long: give its parts names"));
        }
        Ok(Expression { at, kind, depth })
    }
}
