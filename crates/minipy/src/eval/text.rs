//! Values as text, digit by digit as Python writes them.

use std::fmt::Write;

use super::exception::{Exception, ExceptionKind, Result};
use super::native::Module;
use super::object::{Payload, Value};
use super::operators::MAX_NESTING;
use super::threading::ThreadHandleState;
use crate::Gil;
use crate::compile::instruction::Code;
use crate::syntax::tree::FormatSpec;

/// The shortest text that parses to this number, with an exponent where Python writes one.
pub(crate) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let shortest = format!("{number:e}");
    let (digits, _) = shortest.split_once('e').expect("the format has an exponent");
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    // If two texts are equally short and near, Rust takes the greater number, and Python the even one.
    let even = format!("{number:.*e}", count - 1);
    let scientific = if even.parse() == Ok(number) { even } else { shortest };
    let (digits, exponent) = scientific.split_once('e').expect("the format has an exponent");
    let exponent: i32 = exponent.parse().expect("an exponent is a number");
    if (-4..16).contains(&exponent) {
        let decimals = (count as i32 - 1 - exponent).max(1) as usize;
        return format!("{number:.decimals$}");
    }
    format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// A text with quotes around it.
pub(crate) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// Python's `str`.
pub(crate) fn text<G: Gil>(value: &Value<G>, functions: &[Code]) -> Result<String> {
    match &**value {
        Payload::Text(text) => Ok(text.to_string()),
        _ => repr(value, functions),
    }
}

/// Python's `repr`.
pub(crate) fn repr<G: Gil>(value: &Value<G>, functions: &[Code]) -> Result<String> {
    let mut writer = Writer { out: String::new(), inside: Vec::new(), functions };
    writer.write(value)?;
    Ok(writer.out)
}

/// A part of an f-string.
pub(crate) fn formatted<G: Gil>(value: &Value<G>, spec: FormatSpec, functions: &[Code]) -> Result<String> {
    let number = match (&**value, spec.precision) {
        (_, None) => None,
        (Payload::Float(number), _) => Some(*number),
        (Payload::Int(number), _) => Some(*number as f64),
        (Payload::Bool(value), _) => Some(f64::from(u8::from(*value))),
        (other, _) => {
            let message = format!("Unknown format code 'f' for object of type '{}'", other.type_name());
            return Err(Exception::new(ExceptionKind::ValueError, message));
        }
    };
    let shown = match number {
        Some(number) => format!("{number:.*}", spec.precision.unwrap_or(0) as usize),
        None if spec.repr => repr(value, functions)?,
        None => text(value, functions)?,
    };
    let width = spec.width as usize;
    let is_number = matches!(&**value, Payload::Int(_) | Payload::Float(_) | Payload::Bool(_)) && !spec.repr;
    Ok(if is_number { format!("{shown:>width$}") } else { format!("{shown:<width$}") })
}

struct Writer<'a> {
    out: String,
    /// The containers that are being written, by address.
    inside: Vec<usize>,
    functions: &'a [Code],
}

impl Writer<'_> {
    fn write<G: Gil>(&mut self, value: &Value<G>) -> Result<()> {
        match &**value {
            Payload::None => self.out.push_str("None"),
            Payload::Bool(value) => self.out.push_str(if *value { "True" } else { "False" }),
            Payload::Int(number) => {
                let _ = write!(self.out, "{number}");
            }
            Payload::Float(number) => self.out.push_str(&float(*number)),
            Payload::Text(text) => self.out.push_str(&quoted(text)),
            Payload::Range(range) => {
                let [begin, end, step] = **range;
                let _ = match step {
                    1 => write!(self.out, "range({begin}, {end})"),
                    _ => write!(self.out, "range({begin}, {end}, {step})"),
                };
            }
            Payload::Tuple(items) => {
                let comma = if items.len() == 1 { ",)" } else { ")" };
                self.items(value, "(", items, comma)?;
            }
            Payload::List(list) => {
                let items = list.with(|items| items.clone());
                self.items(value, "[", &items, "]")?;
            }
            Payload::Dict(dict) => self.dict(value, dict.with(|d| pairs(d)))?,
            Payload::Iterator(_) => self.object("iterator", value),
            Payload::Lock(lock) => {
                let word = if lock.is_locked() { "locked" } else { "unlocked" };
                self.object(&format!("{word} _thread.lock object"), value);
            }
            Payload::Exit(_) => self.object("exit of a lock", value),
            Payload::Function(code) => {
                let name = &self.functions[*code as usize].name;
                self.object(&format!("function {name}"), value);
            }
            Payload::Native(native) => {
                let _ = write!(self.out, "<built-in function {}>", native.name);
            }
            Payload::Module(module) => {
                let _ = write!(self.out, "<module '{}'>", Module::name(*module));
            }
            Payload::Thread(thread) => {
                let state = match thread.handle.state() {
                    ThreadHandleState::New => "initial",
                    ThreadHandleState::Running => "started",
                    ThreadHandleState::Finished => "stopped",
                };
                let _ = write!(self.out, "<Thread({}, {state})>", thread.handle.name);
            }
        }
        Ok(())
    }

    fn object<G: Gil>(&mut self, what: &str, value: &Value<G>) {
        let _ = write!(self.out, "<{what} at {:#x}>", value.address());
    }

    /// Begins to write a container. False if it is being written already: the container contains itself.
    fn enter<G: Gil>(&mut self, value: &Value<G>) -> Result<bool> {
        if self.inside.contains(&value.address()) {
            return Ok(false);
        }
        if self.inside.len() == MAX_NESTING as usize {
            return Err(Exception::new(
                ExceptionKind::RecursionError,
                "maximum recursion depth exceeded while getting the repr of an object",
            ));
        }
        self.inside.push(value.address());
        Ok(true)
    }

    fn items<G: Gil>(&mut self, value: &Value<G>, open: &str, items: &[Value<G>], close: &str) -> Result<()> {
        self.out.push_str(open);
        if !self.enter(value)? {
            self.out.push_str("...");
            self.out.push_str(close.trim_start_matches(','));
            return Ok(());
        }
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.write(item)?;
        }
        self.out.push_str(close);
        self.inside.pop();
        Ok(())
    }

    fn dict<G: Gil>(&mut self, value: &Value<G>, pairs: Vec<(Value<G>, Value<G>)>) -> Result<()> {
        if !self.enter(value)? {
            self.out.push_str("{...}");
            return Ok(());
        }
        self.out.push('{');
        for (i, (key, item)) in pairs.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.write(key)?;
            self.out.push_str(": ");
            self.write(item)?;
        }
        self.out.push('}');
        self.inside.pop();
        Ok(())
    }
}

fn pairs<G: Gil>(dict: &super::container::Dict<G>) -> Vec<(Value<G>, Value<G>)> {
    dict.iter().map(|(key, value)| (key.value().clone(), value.clone())).collect()
}
