//! The syntax tree.

use super::Position;

/// Statements one after the other.
pub(crate) type Block = Vec<Statement>;

#[derive(Debug)]
pub(crate) struct Statement {
    pub at: Position,
    pub kind: StatementKind,
}

#[derive(Debug)]
pub(crate) enum StatementKind {
    Expression(Expression),
    /// `a = b, c = …`: targets from left to right.
    Assign(Vec<Expression>, Expression),
    /// `a += …`.
    Augment(Expression, Binary, Expression),
    /// The conditions with their blocks, and `else`.
    If(Vec<(Expression, Block)>, Option<Block>),
    While(Expression, Block),
    For(Expression, Expression, Block),
    Define(String, Vec<String>, Block),
    Return(Option<Expression>),
    Global(Vec<String>),
    /// `import module as name`.
    Import(String, String),
    /// `from module import attribute as name, …`.
    ImportFrom(String, Vec<(String, String)>),
    With(Expression, Option<Expression>, Block),
    /// `del container[index]`.
    Delete(Expression, Expression),
    Break,
    Continue,
    Pass,
}

#[derive(Debug)]
pub(crate) struct Expression {
    pub at: Position,
    pub kind: ExpressionKind,
    /// The depth of the expression's tree.
    pub depth: u32,
}

#[derive(Debug)]
pub(crate) enum ExpressionKind {
    Constant(Constant),
    Name(String),
    Tuple(Vec<Expression>),
    List(Vec<Expression>),
    Dict(Vec<(Expression, Expression)>),
    /// `[element for target in iterable if condition]`.
    Comprehension(Box<Comprehension>),
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// `a < b <= c`: the first value, then each operator with the value after it.
    Compare(Box<Expression>, Vec<(Comparison, Expression)>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    /// `then if condition else otherwise`.
    Conditional(Box<[Expression; 3]>),
    Call(Box<Expression>, Vec<Expression>, Vec<(String, Expression)>),
    Attribute(Box<Expression>, String),
    Index(Box<Expression>, Box<Expression>),
    /// `a[low:high]`.
    Slice(Box<Expression>, Option<Box<Expression>>, Option<Box<Expression>>),
    /// The parts of `f"…"`.
    Format(Vec<Part>),
}

#[derive(Debug)]
pub(crate) struct Comprehension {
    pub element: Expression,
    pub target: Expression,
    pub iterable: Expression,
    pub condition: Option<Expression>,
}

/// A part of an f-string.
#[derive(Debug)]
pub(crate) enum Part {
    Text(String),
    /// An expression and its format.
    Value(Expression, FormatSpec),
}

/// The format after an expression in an f-string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FormatSpec {
    /// `!r`.
    pub repr: bool,
    /// `:10`: the least number of characters.
    pub width: u32,
    /// `:.3f`: the number of digits behind the point.
    pub precision: Option<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Negative,
    Positive,
    Invert,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
    And,
    Or,
    Xor,
    LeftShift,
    RightShift,
}

impl Binary {
    pub fn symbol(self) -> &'static str {
        match self {
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::FloorDivide => "//",
            Binary::Remainder => "%",
            Binary::Power => "**",
            Binary::And => "&",
            Binary::Or => "|",
            Binary::Xor => "^",
            Binary::LeftShift => "<<",
            Binary::RightShift => ">>",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Is,
    IsNot,
}

impl Comparison {
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
            Comparison::In => "in",
            Comparison::NotIn => "not in",
            Comparison::Is => "is",
            Comparison::IsNot => "is not",
        }
    }
}
