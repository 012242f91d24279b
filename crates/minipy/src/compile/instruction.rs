//! The instructions, CPython 3.11's in name and meaning, and their listing.

use std::fmt::{self, Write};

use crate::syntax::Position;
use crate::syntax::tree::{Binary, Comparison, Constant, FormatSpec};

/// An instruction. A jump holds the index of its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Instruction {
    Resume,
    PopTop,
    PushNull,
    Copy(u32),
    Swap(u32),
    LoadConst(u32),
    LoadFast(u32),
    StoreFast(u32),
    LoadName(u32),
    StoreName(u32),
    LoadGlobal(u32),
    StoreGlobal(u32),
    UnaryNegative,
    UnaryPositive,
    UnaryInvert,
    UnaryNot,
    /// The operator, and whether it is in place, like `+=`.
    BinaryOp(Binary, bool),
    CompareOp(Comparison),
    BinarySubscr,
    BinarySlice,
    StoreSubscr,
    DeleteSubscr,
    BuildTuple(u32),
    BuildList(u32),
    BuildMap(u32),
    BuildString(u32),
    FormatValue(u32),
    ListAppend(u32),
    UnpackSequence(u32),
    JumpForward(u32),
    JumpBackward(u32),
    PopJumpForwardIfFalse(u32),
    PopJumpForwardIfTrue(u32),
    PopJumpBackwardIfTrue(u32),
    PopJumpBackwardIfFalse(u32),
    JumpIfFalseOrPop(u32),
    JumpIfTrueOrPop(u32),
    GetIter,
    ForIter(u32),
    LoadAttr(u32),
    LoadMethod(u32),
    KwNames(u32),
    Call(u32),
    ReturnValue,
    MakeFunction(u32),
    ImportName(u32),
    ImportFrom(u32),
    BeforeWith,
    WithExit,
}

impl Instruction {
    /// How many values the instruction pushes at most.
    pub fn pushes(self) -> usize {
        match self {
            Instruction::UnpackSequence(count) => count as usize,
            _ => 1,
        }
    }

    /// The same jump forward, to `target`.
    pub fn to(self, target: u32) -> Instruction {
        use Instruction::*;
        match self {
            JumpForward(_) => JumpForward(target),
            PopJumpForwardIfFalse(_) => PopJumpForwardIfFalse(target),
            PopJumpForwardIfTrue(_) => PopJumpForwardIfTrue(target),
            JumpIfFalseOrPop(_) => JumpIfFalseOrPop(target),
            JumpIfTrueOrPop(_) => JumpIfTrueOrPop(target),
            ForIter(_) => ForIter(target),
            other => other,
        }
    }

    fn target(self) -> Option<u32> {
        use Instruction::*;
        match self {
            JumpForward(to)
            | JumpBackward(to)
            | PopJumpForwardIfFalse(to)
            | PopJumpForwardIfTrue(to)
            | PopJumpBackwardIfTrue(to)
            | PopJumpBackwardIfFalse(to)
            | JumpIfFalseOrPop(to)
            | JumpIfTrueOrPop(to)
            | ForIter(to) => Some(to),
            _ => None,
        }
    }
}

/// A function's instructions, or those of the program itself.
#[derive(Debug)]
pub(crate) struct Code {
    /// Its name, `<module>` for the program itself.
    pub name: String,
    pub parameters: u32,
    /// The names of parameters and local variables.
    pub locals: Vec<String>,
    pub constants: Vec<Constant>,
    pub instructions: Vec<Instruction>,
    /// Where each instruction comes from.
    pub positions: Vec<Position>,
    /// How many slots of the stack the code needs besides its variables, at most. Each instruction counts once: a loop
    /// jumps back with as many values on the stack as before. CPython: `co_stacksize`.
    pub stack_size: usize,
}

/// The names that the codes of a program share.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The global variables, and the built-in functions that the program mentions.
    pub globals: Vec<String>,
    /// Modules and attributes.
    pub attributes: Vec<String>,
    /// The names of the arguments of calls.
    pub keywords: Vec<Vec<String>>,
    pub formats: Vec<FormatSpec>,
}

/// Python's spelling of a constant.
pub(crate) fn spell(constant: &Constant) -> String {
    match constant {
        Constant::None => "None".to_owned(),
        Constant::Bool(true) => "True".to_owned(),
        Constant::Bool(false) => "False".to_owned(),
        Constant::Int(number) => number.to_string(),
        Constant::Float(number) => crate::eval::text::float(*number),
        Constant::Text(text) => crate::eval::text::quoted(text),
    }
}

impl Code {
    /// An instruction as `dis` writes it, without its index.
    pub fn instruction(&self, index: usize, names: &Names, functions: &[Code]) -> String {
        use Instruction::*;
        let instruction = self.instructions[index];
        let debug = format!("{instruction:?}");
        let word = debug.split('(').next().unwrap_or_default();
        let mut name = String::new();
        for (i, c) in word.chars().enumerate() {
            if c.is_uppercase() && i > 0 {
                name.push('_');
            }
            name.push(c.to_ascii_uppercase());
        }
        let global = |i: u32| names.globals[i as usize].clone();
        let attribute = |i: u32| names.attributes[i as usize].clone();
        let argument = match instruction {
            LoadConst(i) => spell(&self.constants[i as usize]),
            LoadFast(i) | StoreFast(i) => self.locals[i as usize].clone(),
            LoadName(i) | StoreName(i) | LoadGlobal(i) | StoreGlobal(i) => global(i),
            LoadAttr(i) | LoadMethod(i) | ImportName(i) | ImportFrom(i) => attribute(i),
            BinaryOp(operator, in_place) => {
                format!("{}{}", operator.symbol(), if in_place { "=" } else { "" })
            }
            CompareOp(operator) => operator.symbol().to_owned(),
            MakeFunction(i) => functions[i as usize].name.clone(),
            KwNames(i) => names.keywords[i as usize].join(", "),
            Copy(n) | Swap(n) | BuildTuple(n) | BuildList(n) | BuildMap(n) | BuildString(n)
            | ListAppend(n) | UnpackSequence(n) | Call(n) => n.to_string(),
            other => other.target().map_or(String::new(), |to| format!("to {to}")),
        };
        format!("{name:<26}{argument}").trim_end().to_owned()
    }

    /// The listing of `dis`: the line, `>>` at the target of a jump, the index, the instruction.
    pub fn list(&self, names: &Names, functions: &[Code], out: &mut String) -> fmt::Result {
        let targets: Vec<u32> = self.instructions.iter().filter_map(|i| i.target()).collect();
        let mut line = 0;
        for (index, at) in self.positions.iter().enumerate() {
            let shown = if at.line == line { String::new() } else { at.line.to_string() };
            if at.line != line && line != 0 {
                out.push('\n');
            }
            line = at.line;
            let mark = if targets.contains(&(index as u32)) { ">>" } else { "" };
            writeln!(out, "{shown:>4} {mark:>3} {index:>4} {}", self.instruction(index, names, functions))?;
        }
        Ok(())
    }
}
