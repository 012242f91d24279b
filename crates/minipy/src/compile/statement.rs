//! The tree becomes instructions: statements.

use super::instruction::{Code, Instruction};
use super::program::Program;
use crate::syntax::tree::{Block, Constant, Expression, ExpressionKind, Statement, StatementKind};
use crate::syntax::{Position, SyntaxError};

/// Where the names of a code live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The program itself: its variables are the globals.
    Module,
    /// A function: variables that it assigns to are local.
    Function,
    /// Statements of which all variables are global, as in a function that declares every name `global`.
    Globals,
}

/// A block that `return`, `break` and `continue` have to leave.
pub(crate) enum OpenBlock {
    /// A loop. `continue` jumps back to where a `for` asks for the next element, or forward to the condition of a
    /// `while`; a `for` has its iterator on the stack.
    Loop {
        next: Option<u32>,
        continues: Vec<usize>,
        breaks: Vec<usize>,
    },
    With,
}

pub(crate) struct Compiler<'a> {
    pub(crate) program: &'a mut Program,
    pub(crate) code: usize,
    scope: Scope,
    /// The names that the function declares `global`.
    declared: Vec<String>,
    /// The variables of the open comprehensions, and their places.
    pub(crate) hidden: Vec<(String, u32)>,
    open: Vec<OpenBlock>,
    pub(crate) at: Position,
}

pub(crate) type Result<T = (), E = SyntaxError> = std::result::Result<T, E>;

impl<'a> Compiler<'a> {
    pub(crate) fn new(program: &'a mut Program, name: &str, scope: Scope) -> Self {
        let code = program.codes.len();
        program.codes.push(Code {
            name: name.to_owned(),
            parameters: 0,
            locals: Vec::new(),
            constants: Vec::new(),
            instructions: Vec::new(),
            positions: Vec::new(),
            stack_size: 0,
        });
        let at = Position { line: 1, column: 1 };
        Compiler { program, code, scope, declared: Vec::new(), hidden: Vec::new(), open: Vec::new(), at }
    }

    pub(crate) fn body(&mut self, block: &Block) -> Result {
        self.emit(Instruction::Resume);
        self.block(block)?;
        self.constant(Constant::None);
        self.emit(Instruction::ReturnValue);
        Ok(())
    }

    pub(crate) fn code(&mut self) -> &mut Code {
        &mut self.program.codes[self.code]
    }

    /// Adds an instruction, and returns its index.
    pub(crate) fn emit(&mut self, instruction: Instruction) -> usize {
        let at = self.at;
        let code = self.code();
        code.instructions.push(instruction);
        code.positions.push(at);
        code.stack_size += instruction.pushes();
        code.instructions.len() - 1
    }

    pub(crate) fn here(&mut self) -> u32 {
        self.code().instructions.len() as u32
    }

    /// Sets the target of a jump to the next instruction.
    pub(crate) fn land(&mut self, jump: usize) {
        let here = self.here();
        let instructions = &mut self.code().instructions;
        instructions[jump] = instructions[jump].to(here);
    }

    pub(crate) fn land_all(&mut self, jumps: impl IntoIterator<Item = usize>) {
        jumps.into_iter().for_each(|jump| self.land(jump));
    }

    pub(crate) fn constant(&mut self, constant: Constant) {
        // The types must be equal, too: in Python 1, 1.0 and True are equal, and so are 0.0 and -0.0.
        let same = |other: &Constant| match (other, &constant) {
            (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
            (other, constant) => other == constant,
        };
        let constants = &mut self.code().constants;
        let index = constants.iter().position(same).unwrap_or_else(|| {
            constants.push(constant.clone());
            constants.len() - 1
        });
        self.emit(Instruction::LoadConst(index as u32));
    }

    pub(crate) fn attribute(&mut self, name: &str) -> u32 {
        intern(&mut self.program.names.attributes, name)
    }

    fn local(&mut self, name: &str) -> Option<u32> {
        if let Some((_, place)) = self.hidden.iter().rev().find(|(hidden, _)| hidden == name) {
            return Some(*place);
        }
        if self.scope != Scope::Function {
            return None;
        }
        self.code().locals.iter().position(|local| local == name).map(|place| place as u32)
    }

    /// A place for a variable of a comprehension.
    pub(crate) fn hide(&mut self, name: &str) {
        let locals = &mut self.code().locals;
        let place = locals.len() as u32;
        // Not a valid name, so the program cannot use it.
        locals.push(format!(".{name}"));
        self.hidden.push((name.to_owned(), place));
    }

    pub(crate) fn load(&mut self, name: &str) {
        if let Some(place) = self.local(name) {
            self.emit(Instruction::LoadFast(place));
            return;
        }
        let place = intern(&mut self.program.names.globals, name);
        self.emit(match self.scope {
            Scope::Module => Instruction::LoadName(place),
            _ => Instruction::LoadGlobal(place),
        });
    }

    fn store(&mut self, name: &str) {
        if let Some(place) = self.local(name) {
            self.emit(Instruction::StoreFast(place));
            return;
        }
        let place = intern(&mut self.program.names.globals, name);
        self.emit(match self.scope {
            Scope::Module => Instruction::StoreName(place),
            _ => Instruction::StoreGlobal(place),
        });
    }

    /// Assigns the value on top of the stack.
    pub(crate) fn assign(&mut self, target: &Expression) -> Result {
        self.at = target.at;
        match &target.kind {
            ExpressionKind::Name(name) => self.store(name),
            ExpressionKind::Index(object, index) => {
                self.expression(object)?;
                self.expression(index)?;
                self.at = target.at;
                self.emit(Instruction::StoreSubscr);
            }
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) => {
                self.emit(Instruction::UnpackSequence(items.len() as u32));
                for item in items {
                    self.assign(item)?;
                }
            }
            _ => return Err(SyntaxError::new(target.at, "nothing can be assigned to this")),
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result {
        block.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Statement) -> Result {
        self.at = statement.at;
        match &statement.kind {
            StatementKind::Expression(expression) => {
                self.expression(expression)?;
                self.emit(Instruction::PopTop);
            }
            StatementKind::Assign(targets, value) => self.assignment(targets, value)?,
            StatementKind::Augment(target, operator, value) => {
                if let ExpressionKind::Index(object, index) = &target.kind {
                    self.expression(object)?;
                    self.expression(index)?;
                    self.at = target.at;
                    self.emit(Instruction::Copy(2));
                    self.emit(Instruction::Copy(2));
                    self.emit(Instruction::BinarySubscr);
                    self.expression(value)?;
                    self.at = statement.at;
                    self.emit(Instruction::BinaryOp(*operator, true));
                    self.emit(Instruction::Swap(3));
                    self.emit(Instruction::Swap(2));
                    self.emit(Instruction::StoreSubscr);
                } else {
                    self.expression(target)?;
                    self.expression(value)?;
                    self.at = statement.at;
                    self.emit(Instruction::BinaryOp(*operator, true));
                    self.assign(target)?;
                }
            }
            StatementKind::If(arms, otherwise) => self.if_statement(arms, otherwise.as_ref())?,
            StatementKind::While(condition, body) => self.while_loop(condition, body)?,
            StatementKind::For(target, iterable, body) => self.for_loop(target, iterable, body)?,
            StatementKind::Define(name, parameters, body) => {
                let code = self.define(name, parameters, body)?;
                self.emit(Instruction::MakeFunction(code as u32));
                self.store(name);
            }
            StatementKind::Return(value) => {
                match value {
                    Some(value) => self.expression(value)?,
                    None => self.constant(Constant::None),
                }
                for i in (0..self.open.len()).rev() {
                    let leave = match self.open[i] {
                        OpenBlock::Loop { next: Some(_), .. } => Instruction::PopTop,
                        OpenBlock::Loop { .. } => continue,
                        OpenBlock::With => Instruction::WithExit,
                    };
                    self.emit(Instruction::Swap(2));
                    self.emit(leave);
                }
                self.emit(Instruction::ReturnValue);
            }
            StatementKind::Global(names) => self.global(statement.at, names)?,
            StatementKind::Import(module, name) => {
                let module = self.attribute(module);
                self.emit(Instruction::ImportName(module));
                self.store(name);
            }
            StatementKind::ImportFrom(module, names) => {
                let module = self.attribute(module);
                self.emit(Instruction::ImportName(module));
                for (attribute, name) in names {
                    let attribute = self.attribute(attribute);
                    self.emit(Instruction::ImportFrom(attribute));
                    self.store(name);
                }
                self.emit(Instruction::PopTop);
            }
            StatementKind::With(manager, target, body) => {
                self.expression(manager)?;
                self.at = statement.at;
                self.emit(Instruction::BeforeWith);
                match target {
                    Some(target) => self.assign(target)?,
                    None => {
                        self.emit(Instruction::PopTop);
                    }
                }
                self.open.push(OpenBlock::With);
                self.block(body)?;
                self.open.pop();
                self.at = statement.at;
                self.emit(Instruction::WithExit);
            }
            StatementKind::Delete(object, index) => {
                self.expression(object)?;
                self.expression(index)?;
                self.at = statement.at;
                self.emit(Instruction::DeleteSubscr);
            }
            StatementKind::Break | StatementKind::Continue => {
                self.leave_loop(matches!(statement.kind, StatementKind::Break));
            }
            // CPython emits a NOP, so that the line can be traced.
            StatementKind::Pass => {}
        }
        Ok(())
    }

    fn assignment(&mut self, targets: &[Expression], value: &Expression) -> Result {
        // `a, b = b, a` makes no tuple.
        if let ([Expression { kind: ExpressionKind::Tuple(to), .. }], ExpressionKind::Tuple(from)) =
            (targets, &value.kind)
            && to.len() == from.len()
            && (2..=3).contains(&to.len())
        {
            from.iter().try_for_each(|value| self.expression(value))?;
            self.at = targets[0].at;
            self.emit(Instruction::Swap(to.len() as u32));
            return to.iter().try_for_each(|target| self.assign(target));
        }
        self.expression(value)?;
        for (i, target) in targets.iter().enumerate() {
            if i + 1 < targets.len() {
                self.emit(Instruction::Copy(1));
            }
            self.assign(target)?;
        }
        Ok(())
    }

    fn if_statement(&mut self, arms: &[(Expression, Block)], otherwise: Option<&Block>) -> Result {
        let mut ends = Vec::new();
        for (i, (condition, body)) in arms.iter().enumerate() {
            let next = self.jump_if_false(condition)?;
            self.block(body)?;
            if i + 1 < arms.len() || otherwise.is_some() {
                ends.push(self.emit(Instruction::JumpForward(0)));
            }
            self.land(next);
        }
        if let Some(block) = otherwise {
            self.block(block)?;
        }
        self.land_all(ends);
        Ok(())
    }

    /// As in CPython 3.11, the condition is evaluated before the loop, and again at its end, where it jumps back.
    fn while_loop(&mut self, condition: &Expression, body: &Block) -> Result {
        let endless = matches!(condition.kind, ExpressionKind::Constant(Constant::Bool(true)));
        let exit = if endless { None } else { Some(self.jump_if_false(condition)?) };
        let begin = self.here();
        let (continues, breaks) = self.loop_body(None, body)?;
        self.land_all(continues);
        if endless {
            self.emit(Instruction::JumpBackward(begin));
        } else {
            self.expression(condition)?;
            self.emit(Instruction::PopJumpBackwardIfTrue(begin));
        }
        self.land_all(exit.into_iter().chain(breaks));
        Ok(())
    }

    fn for_loop(&mut self, target: &Expression, iterable: &Expression, body: &Block) -> Result {
        self.expression(iterable)?;
        self.emit(Instruction::GetIter);
        let begin = self.here();
        let end = self.emit(Instruction::ForIter(0));
        self.assign(target)?;
        let (_, breaks) = self.loop_body(Some(begin), body)?;
        self.at = target.at;
        self.emit(Instruction::JumpBackward(begin));
        self.land_all(breaks.into_iter().chain([end]));
        Ok(())
    }

    /// The body of a loop. Returns the jumps of its `continue` and `break`, whose targets the caller sets.
    fn loop_body(&mut self, next: Option<u32>, body: &Block) -> Result<(Vec<usize>, Vec<usize>)> {
        self.open.push(OpenBlock::Loop { next, continues: Vec::new(), breaks: Vec::new() });
        self.block(body)?;
        match self.open.pop() {
            Some(OpenBlock::Loop { continues, breaks, .. }) => Ok((continues, breaks)),
            _ => unreachable!("each block closes what it has opened"),
        }
    }

    fn leave_loop(&mut self, is_break: bool) {
        let innermost = self.open.iter().rposition(|open| matches!(open, OpenBlock::Loop { .. }));
        let innermost = innermost.expect("the parser has seen a loop around it");
        for _ in innermost + 1..self.open.len() {
            self.emit(Instruction::WithExit);
        }
        let next = match self.open[innermost] {
            OpenBlock::Loop { next, .. } => next,
            OpenBlock::With => None,
        };
        let jump = match next {
            Some(next) if !is_break => {
                self.emit(Instruction::JumpBackward(next));
                return;
            }
            Some(_) => {
                self.emit(Instruction::PopTop);
                self.emit(Instruction::JumpForward(0))
            }
            None => self.emit(Instruction::JumpForward(0)),
        };
        if let OpenBlock::Loop { continues, breaks, .. } = &mut self.open[innermost] {
            if is_break { breaks.push(jump) } else { continues.push(jump) }
        }
    }

    fn define(&mut self, name: &str, parameters: &[String], body: &Block) -> Result<usize> {
        let mut declared = Vec::new();
        declarations(body, &mut declared);
        if let Some(name) = parameters.iter().find(|p| declared.contains(p)) {
            return Err(SyntaxError::new(self.at, format!("`{name}` is a parameter and global")));
        }
        let mut locals = parameters.to_vec();
        assigned(body, &mut |name| {
            if !declared.iter().chain(&locals).any(|other| other == name) {
                locals.push(name.to_owned());
            }
        });
        let at = self.at;
        let mut compiler = Compiler::new(self.program, name, Scope::Function);
        compiler.at = at;
        compiler.declared = declared;
        let index = compiler.code;
        compiler.code().parameters = parameters.len() as u32;
        compiler.code().locals = locals;
        compiler.body(body)?;
        Ok(index)
    }

    /// A `global` statement counts for the whole function, so here it is only refused where Python refuses it.
    fn global(&mut self, at: Position, names: &[String]) -> Result {
        if self.scope == Scope::Function
            && let Some(name) = names.iter().find(|name| !self.declared.contains(name))
        {
            return Err(SyntaxError::new(at, format!("`{name}` cannot be global here")));
        }
        Ok(())
    }
}

fn intern(names: &mut Vec<String>, name: &str) -> u32 {
    let place = names.iter().position(|other| other == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    place as u32
}

/// The blocks inside of a statement.
fn blocks(statement: &Statement) -> Vec<&Block> {
    match &statement.kind {
        StatementKind::If(arms, otherwise) => arms.iter().map(|(_, body)| body).chain(otherwise).collect(),
        StatementKind::While(_, body) | StatementKind::For(_, _, body) | StatementKind::With(_, _, body) => {
            vec![body]
        }
        _ => Vec::new(),
    }
}

fn declarations(block: &Block, declared: &mut Vec<String>) {
    for statement in block {
        if let StatementKind::Global(names) = &statement.kind {
            declared.extend_from_slice(names);
        }
        blocks(statement).into_iter().for_each(|block| declarations(block, declared));
    }
}

/// The names that a function assigns to.
fn assigned(block: &Block, found: &mut impl FnMut(&str)) {
    fn target(expression: &Expression, found: &mut impl FnMut(&str)) {
        match &expression.kind {
            ExpressionKind::Name(name) => found(name),
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) => {
                items.iter().for_each(|item| target(item, found));
            }
            _ => {}
        }
    }
    for statement in block {
        match &statement.kind {
            StatementKind::Assign(targets, _) => targets.iter().for_each(|t| target(t, found)),
            StatementKind::Augment(to, ..) | StatementKind::For(to, ..) => target(to, found),
            StatementKind::With(_, Some(to), _) => target(to, found),
            StatementKind::Define(name, ..) | StatementKind::Import(_, name) => found(name),
            StatementKind::ImportFrom(_, names) => names.iter().for_each(|(_, name)| found(name)),
            _ => {}
        }
        blocks(statement).into_iter().for_each(|block| assigned(block, found));
    }
}
