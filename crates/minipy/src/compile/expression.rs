//! The tree becomes instructions: expressions.

use super::instruction::Instruction;
use super::statement::{Compiler, Result};
use crate::syntax::tree::{Comparison, Comprehension, Constant, Expression, ExpressionKind, Part, Unary};

impl Compiler<'_> {
    /// Pushes the value of an expression.
    pub(crate) fn expression(&mut self, expression: &Expression) -> Result {
        self.at = expression.at;
        match &expression.kind {
            ExpressionKind::Constant(constant) => self.constant(constant.clone()),
            ExpressionKind::Name(name) => self.load(name),
            ExpressionKind::Tuple(items) => {
                items.iter().try_for_each(|item| self.expression(item))?;
                self.at = expression.at;
                self.emit(Instruction::BuildTuple(items.len() as u32));
            }
            ExpressionKind::List(items) => {
                items.iter().try_for_each(|item| self.expression(item))?;
                self.at = expression.at;
                self.emit(Instruction::BuildList(items.len() as u32));
            }
            ExpressionKind::Dict(items) => {
                for (key, value) in items {
                    self.expression(key)?;
                    self.expression(value)?;
                }
                self.at = expression.at;
                self.emit(Instruction::BuildMap(items.len() as u32));
            }
            ExpressionKind::Comprehension(parts) => self.comprehension(parts)?,
            ExpressionKind::Unary(operator, value) => {
                self.expression(value)?;
                self.at = expression.at;
                self.emit(match operator {
                    Unary::Negative => Instruction::UnaryNegative,
                    Unary::Positive => Instruction::UnaryPositive,
                    Unary::Invert => Instruction::UnaryInvert,
                    Unary::Not => Instruction::UnaryNot,
                });
            }
            ExpressionKind::Binary(operator, left, right) => {
                self.expression(left)?;
                self.expression(right)?;
                self.at = expression.at;
                self.emit(Instruction::BinaryOp(*operator, false));
            }
            ExpressionKind::Compare(first, others) => self.comparison(expression, first, others)?,
            ExpressionKind::And(left, right) => {
                self.expression(left)?;
                let end = self.emit(Instruction::JumpIfFalseOrPop(0));
                self.expression(right)?;
                self.land(end);
            }
            ExpressionKind::Or(left, right) => {
                self.expression(left)?;
                let end = self.emit(Instruction::JumpIfTrueOrPop(0));
                self.expression(right)?;
                self.land(end);
            }
            ExpressionKind::Conditional(parts) => {
                let [then, condition, otherwise] = &**parts;
                let next = self.jump_if_false(condition)?;
                self.expression(then)?;
                let end = self.emit(Instruction::JumpForward(0));
                self.land(next);
                self.expression(otherwise)?;
                self.land(end);
            }
            ExpressionKind::Call(function, arguments, named) => {
                self.call(expression, function, arguments, named)?;
            }
            ExpressionKind::Attribute(object, name) => {
                self.expression(object)?;
                self.at = expression.at;
                let name = self.attribute(name);
                self.emit(Instruction::LoadAttr(name));
            }
            ExpressionKind::Index(object, index) => {
                self.expression(object)?;
                self.expression(index)?;
                self.at = expression.at;
                self.emit(Instruction::BinarySubscr);
            }
            ExpressionKind::Slice(object, low, high) => {
                self.expression(object)?;
                for bound in [low, high] {
                    match bound {
                        Some(bound) => self.expression(bound)?,
                        None => self.constant(Constant::None),
                    }
                }
                self.at = expression.at;
                self.emit(Instruction::BinarySlice);
            }
            ExpressionKind::Format(parts) => self.format(expression, parts)?,
        }
        Ok(())
    }

    /// Each value in the middle is computed once; the result is that of the first comparison that fails.
    fn comparison(
        &mut self,
        whole: &Expression,
        first: &Expression,
        others: &[(Comparison, Expression)],
    ) -> Result {
        self.expression(first)?;
        let mut ends = Vec::new();
        for (i, (operator, value)) in others.iter().enumerate() {
            self.expression(value)?;
            self.at = whole.at;
            if i + 1 < others.len() {
                self.emit(Instruction::Swap(2));
                self.emit(Instruction::Copy(2));
                self.emit(Instruction::CompareOp(*operator));
                ends.push(self.emit(Instruction::JumpIfFalseOrPop(0)));
            } else {
                self.emit(Instruction::CompareOp(*operator));
            }
        }
        if ends.is_empty() {
            return Ok(());
        }
        let done = self.emit(Instruction::JumpForward(0));
        self.land_all(ends);
        self.emit(Instruction::Swap(2));
        self.emit(Instruction::PopTop);
        self.land(done);
        Ok(())
    }

    fn call(
        &mut self,
        whole: &Expression,
        function: &Expression,
        arguments: &[Expression],
        named: &[(String, Expression)],
    ) -> Result {
        if let ExpressionKind::Attribute(object, name) = &function.kind {
            self.expression(object)?;
            self.at = function.at;
            let name = self.attribute(name);
            self.emit(Instruction::LoadMethod(name));
        } else {
            self.emit(Instruction::PushNull);
            self.expression(function)?;
        }
        for argument in arguments.iter().chain(named.iter().map(|(_, value)| value)) {
            self.expression(argument)?;
        }
        self.at = whole.at;
        if !named.is_empty() {
            let keywords = &mut self.program.names.keywords;
            keywords.push(named.iter().map(|(name, _)| name.clone()).collect());
            let index = keywords.len() as u32 - 1;
            self.emit(Instruction::KwNames(index));
        }
        self.emit(Instruction::Call((arguments.len() + named.len()) as u32));
        Ok(())
    }

    /// A comprehension is compiled inline, as in CPython since 3.12. Its variable is visible only inside.
    fn comprehension(&mut self, parts: &Comprehension) -> Result {
        self.expression(&parts.iterable)?;
        self.emit(Instruction::GetIter);
        self.emit(Instruction::BuildList(0));
        self.emit(Instruction::Swap(2));
        let hidden = self.hidden.len();
        match &parts.target.kind {
            ExpressionKind::Tuple(items) => {
                for item in items {
                    if let ExpressionKind::Name(name) = &item.kind {
                        self.hide(name);
                    }
                }
            }
            ExpressionKind::Name(name) => self.hide(name),
            _ => {}
        }
        let begin = self.here();
        let next = self.emit(Instruction::ForIter(0));
        self.assign(&parts.target)?;
        if let Some(condition) = &parts.condition {
            self.expression(condition)?;
            self.emit(Instruction::PopJumpBackwardIfFalse(begin));
        }
        self.expression(&parts.element)?;
        self.emit(Instruction::ListAppend(2));
        self.emit(Instruction::JumpBackward(begin));
        self.land(next);
        self.hidden.truncate(hidden);
        Ok(())
    }

    fn format(&mut self, whole: &Expression, parts: &[Part]) -> Result {
        for part in parts {
            match part {
                Part::Text(text) => self.constant(Constant::Text(text.clone())),
                Part::Value(value, spec) => {
                    self.expression(value)?;
                    let formats = &mut self.program.names.formats;
                    formats.push(*spec);
                    let index = formats.len() as u32 - 1;
                    self.emit(Instruction::FormatValue(index));
                }
            }
        }
        self.at = whole.at;
        self.emit(Instruction::BuildString(parts.len() as u32));
        Ok(())
    }

    /// A jump that is taken if a condition is false. `not` inverts the jump, as in CPython.
    pub(crate) fn jump_if_false(&mut self, condition: &Expression) -> Result<usize> {
        if let ExpressionKind::Unary(Unary::Not, value) = &condition.kind {
            self.expression(value)?;
            return Ok(self.emit(Instruction::PopJumpForwardIfTrue(0)));
        }
        self.expression(condition)?;
        Ok(self.emit(Instruction::PopJumpForwardIfFalse(0)))
    }
}
