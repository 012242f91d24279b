//! A program, from its text to its instructions.

use std::sync::Arc;

use super::instruction::{Code, Names};
use super::statement::{Compiler, Scope};
use crate::eval::interpreter::MAIN;
use crate::eval::native::Module;
use crate::syntax::tree::Block;
use crate::syntax::{Position, Source, SyntaxError, parse};

/// A program, compiled: what an [`Interpreter`](crate::Interpreter) runs, as often as one likes.
#[derive(Debug)]
pub struct Program {
    pub(crate) source: Arc<Source>,
    /// The program itself, then its functions.
    pub(crate) codes: Vec<Code>,
    pub(crate) names: Names,
}

impl Program {
    /// Parses and compiles a program. Messages call it by `name`.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`], with the place, if the text is not a program, or uses a part of Python that is not offered
    /// here.
    pub fn compile(name: &str, text: &str) -> Result<Program, SyntaxError> {
        let mut program = Program::empty(name, text);
        program.add("<module>", &parse_in(&program.source)?, Scope::Module)?;
        Ok(program)
    }

    /// Parses and compiles the bytes of a file. Messages call the program by `name`.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`], with the place, if the text is not UTF-8, is not a program, or uses a part of Python that is
    /// not offered here.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Program, SyntaxError> {
        let text = String::from_utf8_lossy(bytes);
        if let Err(error) = std::str::from_utf8(bytes) {
            let source = Program::empty(name, &text).source;
            let wrong = error.valid_up_to();
            let before = text[..wrong].strip_prefix('\u{feff}').unwrap_or(&text[..wrong]);
            let line = before.matches('\n').count() as u32 + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
            let message = format!("the byte {:#04x} is not UTF-8: save the program as UTF-8", bytes[wrong]);
            return Err(SyntaxError::new(Position { line, column }, message).of(&source));
        }
        Program::compile(name, &text)
    }

    pub(crate) fn empty(name: &str, text: &str) -> Program {
        // A byte order mark is not part of the first line.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
        Program { source, codes: Vec::new(), names: Names::default() }
    }

    /// Compiles statements, and returns the index of their code.
    pub(crate) fn add(&mut self, name: &str, block: &Block, scope: Scope) -> Result<usize, SyntaxError> {
        let source = Arc::clone(&self.source);
        let index = self.codes.len();
        let mut compiler = Compiler::new(self, name, scope);
        compiler.body(block).map_err(|error| error.of(&source))?;
        Ok(index)
    }

    /// Whether it has a function `main` without parameters, and starts no threads itself.
    pub fn has_main(&self) -> bool {
        let main = self.codes.iter().any(|code| code.name == MAIN && code.parameters == 0);
        main && !self.names.attributes.iter().any(|name| name == Module::Threading.name())
    }

    /// The instructions of the program and its functions, as `dis` lists them.
    pub fn disassembly(&self) -> String {
        let mut out = String::new();
        for code in &self.codes {
            if !out.is_empty() {
                out.push('\n');
            }
            if code.name != "<module>" {
                out += &format!("Disassembly of {}:\n", code.name);
            }
            code.list(&self.names, &self.codes, &mut out).expect("a string can be written to");
        }
        out
    }
}

/// Parses a program's own text.
pub(crate) fn parse_in(source: &Arc<Source>) -> Result<Block, SyntaxError> {
    parse(&source.text).map_err(|error| error.of(source))
}
