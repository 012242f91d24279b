//! The operators.

use super::exception::{Exception, ExceptionKind, Result};
use super::object::{Payload, Value};
use crate::Gil;
use crate::syntax::tree::Binary;

/// How deep containers may be nested where code follows them recursively.
pub(crate) const MAX_NESTING: u32 = 200;

/// How long a text or list may become in one operation.
pub(crate) const MAX_LENGTH: usize = 1 << 27;

impl<G: Gil> Payload<G> {
    /// The name of its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Payload::None => "NoneType",
            Payload::Bool(_) => "bool",
            Payload::Int(_) => "int",
            Payload::Float(_) => "float",
            Payload::Text(_) => "str",
            Payload::Tuple(_) => "tuple",
            Payload::List(_) => "list",
            Payload::Dict(_) => "dict",
            Payload::Range(_) => "range",
            Payload::Iterator(_) => "iterator",
            Payload::Function(_) => "function",
            Payload::Native(_) => "builtin_function_or_method",
            Payload::Module(_) => "module",
            Payload::Thread(_) => "Thread",
            Payload::Lock(_) | Payload::Exit(_) => "_thread.lock",
        }
    }

    /// Python's `bool(…)`.
    #[inline]
    pub fn is_true(&self) -> bool {
        match self {
            Payload::None => false,
            Payload::Bool(value) => *value,
            Payload::Int(number) => *number != 0,
            Payload::Float(number) => *number != 0.0,
            Payload::Text(text) => !text.is_empty(),
            Payload::Tuple(items) => !items.is_empty(),
            Payload::List(list) => list.with(|items| !items.is_empty()),
            Payload::Dict(dict) => dict.with(|dict| !dict.is_empty()),
            Payload::Range(range) => range_length(**range) > 0,
            _ => true,
        }
    }

    /// The value as an integer, if it is an int or a bool.
    pub fn int(&self) -> Option<i64> {
        match self {
            Payload::Int(number) => Some(*number),
            Payload::Bool(value) => Some(i64::from(*value)),
            _ => None,
        }
    }

    /// The value as a float, if it is a number.
    pub fn float(&self) -> Option<f64> {
        match self {
            Payload::Float(number) => Some(*number),
            other => other.int().map(|number| number as f64),
        }
    }
}

/// How many numbers a range has.
pub(crate) fn range_length([begin, end, step]: [i64; 3]) -> u64 {
    let (low, high) = if step > 0 { (begin, end) } else { (end, begin) };
    if low >= high { 0 } else { (high.abs_diff(low) - 1) / step.unsigned_abs() + 1 }
}

/// The float as an integer, if it is whole and fits 64 bits.
pub(crate) fn whole(number: f64) -> Option<i64> {
    // As a float, i64's largest number is rounded up to 2^63, which does not fit.
    let fits = number.trunc() == number && (i64::MIN as f64..i64::MAX as f64).contains(&number);
    fits.then_some(number as i64)
}

fn overflow<T>() -> Result<T> {
    Err(Exception::new(
        ExceptionKind::OverflowError,
        "integers have 64 bits here, and this result does not fit",
    ))
}

fn zero<T>(message: &str) -> Result<T> {
    Err(Exception::new(ExceptionKind::ZeroDivisionError, message))
}

/// `left operator right`, or `left operator= right`, which changes a list in place.
pub(crate) fn binary<G: Gil>(
    operator: Binary,
    in_place: bool,
    left: &Value<G>,
    right: &Value<G>,
) -> Result<Payload<G>> {
    if let (Payload::Bool(a), Payload::Bool(b)) = (&**left, &**right) {
        match operator {
            Binary::And => return Ok(Payload::Bool(a & b)),
            Binary::Or => return Ok(Payload::Bool(a | b)),
            Binary::Xor => return Ok(Payload::Bool(a ^ b)),
            _ => {}
        }
    }
    if let (Some(a), Some(b)) = (left.int(), right.int()) {
        return ints(operator, a, b);
    }
    if let (Some(a), Some(b)) = (left.float(), right.float())
        && let Some(result) = floats(operator, a, b)?
    {
        return Ok(Payload::Float(result));
    }
    match (operator, &**left, &**right) {
        (Binary::Add, Payload::Text(a), Payload::Text(b)) => {
            fits(a.len() + b.len())?;
            Ok(Payload::Text([&**a, &**b].concat().into()))
        }
        (Binary::Add, Payload::Tuple(a), Payload::Tuple(b)) => {
            fits(a.len() + b.len())?;
            Ok(Payload::Tuple(a.iter().chain(b).cloned().collect()))
        }
        (Binary::Add, Payload::List(a), Payload::List(b)) => {
            let mut items = a.with(|items| items.clone());
            let others = b.with(|items| items.clone());
            fits(items.len() + others.len())?;
            items.extend(others);
            Ok(list(items))
        }
        (Binary::Multiply, ..) if is_sequence(left) => repeated(left, right),
        (Binary::Multiply, ..) if is_sequence(right) => repeated(right, left),
        _ => Err(unsupported(operator, in_place, left, right)),
    }
}

/// The error for a text or list that would be longer than [`MAX_LENGTH`].
pub(crate) fn too_long() -> Box<Exception> {
    Exception::new(ExceptionKind::MemoryError, "this would become too long")
}

fn fits(length: usize) -> Result<()> {
    if length <= MAX_LENGTH { Ok(()) } else { Err(too_long()) }
}

fn list<G: Gil>(items: Vec<Value<G>>) -> Payload<G> {
    Payload::List(Box::new(super::container::Guarded::new(items)))
}

fn is_sequence<G: Gil>(payload: &Payload<G>) -> bool {
    matches!(payload, Payload::Text(_) | Payload::Tuple(_) | Payload::List(_))
}

/// A sequence, repeated.
fn repeated<G: Gil>(value: &Value<G>, times: &Value<G>) -> Result<Payload<G>> {
    let Some(n) = times.int() else {
        let message = format!("can't multiply sequence by non-int of type '{}'", times.type_name());
        return Err(Exception::new(ExceptionKind::TypeError, message));
    };
    let n = usize::try_from(n).unwrap_or(0);
    let fits = |length: usize| fits(length.saturating_mul(n));
    match &**value {
        Payload::Text(text) => {
            fits(text.len())?;
            Ok(Payload::Text(text.repeat(n).into()))
        }
        Payload::List(items) => {
            let items = items.with(|items| items.clone());
            fits(items.len())?;
            Ok(list(items.iter().cycle().take(items.len() * n).cloned().collect()))
        }
        Payload::Tuple(items) => {
            fits(items.len())?;
            Ok(Payload::Tuple(items.iter().cycle().take(items.len() * n).cloned().collect()))
        }
        _ => unreachable!("only sequences are repeated"),
    }
}

fn unsupported<G: Gil>(
    operator: Binary,
    in_place: bool,
    left: &Value<G>,
    right: &Value<G>,
) -> Box<Exception> {
    let symbol = operator.symbol();
    let (a, b) = (left.type_name(), right.type_name());
    let message = match (operator, a) {
        (Binary::Remainder, "str") => "text % values is not offered here: use an f-string".to_owned(),
        (Binary::Add, "str") if !in_place => format!("can only concatenate str (not \"{b}\") to str"),
        (Binary::Add, "tuple") if !in_place => {
            format!("can only concatenate tuple (not \"{b}\") to tuple")
        }
        (Binary::Add, "list") if !in_place => format!("can only concatenate list (not \"{b}\") to list"),
        (Binary::Power, _) if !in_place => {
            format!("unsupported operand type(s) for ** or pow(): '{a}' and '{b}'")
        }
        _ => {
            let equals = if in_place { "=" } else { "" };
            format!("unsupported operand type(s) for {symbol}{equals}: '{a}' and '{b}'")
        }
    };
    Exception::new(ExceptionKind::TypeError, message)
}

/// Python's rounding: towards minus infinity.
fn floor_divide(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

fn ints<G: Gil>(operator: Binary, a: i64, b: i64) -> Result<Payload<G>> {
    let result = match operator {
        Binary::Add => a.checked_add(b),
        Binary::Subtract => a.checked_sub(b),
        Binary::Multiply => a.checked_mul(b),
        Binary::Divide => {
            return if b == 0 { zero("division by zero") } else { Ok(Payload::Float(divide(a, b))) };
        }
        Binary::FloorDivide if b == 0 => return zero("integer division or modulo by zero"),
        Binary::FloorDivide => floor_divide(a, b),
        Binary::Remainder if b == 0 => return zero("integer modulo by zero"),
        // -2^63 % -1 is 0, but the division overflows.
        Binary::Remainder => {
            Some(a.wrapping_rem(b)).map(|r| if r != 0 && (r < 0) != (b < 0) { r + b } else { r })
        }
        Binary::Power if b < 0 => {
            return match floats(operator, a as f64, b as f64)? {
                Some(result) => Ok(Payload::Float(result)),
                None => overflow(),
            };
        }
        Binary::Power => match (a, u32::try_from(b)) {
            (_, Ok(b)) => a.checked_pow(b),
            (0 | 1, Err(_)) => Some(a),
            (-1, Err(_)) => Some(if b % 2 == 0 { 1 } else { -1 }),
            (_, Err(_)) => None,
        },
        Binary::And => Some(a & b),
        Binary::Or => Some(a | b),
        Binary::Xor => Some(a ^ b),
        Binary::LeftShift | Binary::RightShift if b < 0 => {
            return Err(Exception::new(ExceptionKind::ValueError, "negative shift count"));
        }
        Binary::LeftShift if a == 0 => Some(0),
        Binary::LeftShift => u32::try_from(b).ok().filter(|b| *b < 63).and_then(|b| a.checked_mul(1 << b)),
        Binary::RightShift => Some(a >> b.min(63)),
    };
    match result {
        Some(result) => Ok(Payload::Int(result)),
        None => overflow(),
    }
}

/// The quotient of two integers, rounded once: to convert integers above 2^53 to floats first would round twice.
fn divide(a: i64, b: i64) -> f64 {
    const EXACT: u64 = 1 << 53;
    if a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
        return a as f64 / b as f64;
    }
    // So many bits that a sticky last one decides the rounding: 64 more than the divisor has.
    let negative = (a < 0) != (b < 0);
    let (a, b) = (u128::from(a.unsigned_abs()), u128::from(b.unsigned_abs()));
    let shift = a.leading_zeros();
    let (quotient, rest) = ((a << shift) / b, (a << shift) % b);
    let quotient = (quotient | u128::from(rest != 0)) as f64 * 2f64.powi(-(shift as i32));
    if negative { -quotient } else { quotient }
}

/// `None` if floats have no such operator.
fn floats(operator: Binary, a: f64, b: f64) -> Result<Option<f64>> {
    let result = match operator {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide if b == 0.0 => return zero("float division by zero"),
        Binary::Divide => a / b,
        Binary::FloorDivide if b == 0.0 => return zero("float floor division by zero"),
        Binary::FloorDivide => floor_divide_floats(a, b),
        Binary::Remainder if b == 0.0 => return zero("float modulo"),
        Binary::Remainder => remainder(a, b),
        Binary::Power if a == 0.0 && b < 0.0 => {
            return zero("0.0 cannot be raised to a negative power");
        }
        Binary::Power if a < 0.0 && b.is_finite() && b.fract() != 0.0 && a.is_finite() => {
            return Err(Exception::new(ExceptionKind::ValueError, "a complex result is not offered here"));
        }
        Binary::Power => {
            let result = a.powf(b);
            if result.is_infinite() && a.is_finite() && b.is_finite() {
                return Err(Exception::new(
                    ExceptionKind::OverflowError,
                    "(34, 'Numerical result out of range')",
                ));
            }
            result
        }
        _ => return Ok(None),
    };
    Ok(Some(result))
}

/// CPython's `float_rem`: the result has the sign of the divisor.
fn remainder(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        return 0f64.copysign(b);
    }
    if (b < 0.0) != (rest < 0.0) { rest + b } else { rest }
}

/// CPython's `_float_div_mod`.
fn floor_divide_floats(a: f64, b: f64) -> f64 {
    let rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0f64.copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

/// `-value`, `+value` and `~value`. `not` is elsewhere, as it takes every value.
pub(crate) fn unary<G: Gil>(symbol: &str, value: &Value<G>) -> Result<Payload<G>> {
    let result = match (symbol, &**value, value.int()) {
        ("-", Payload::Float(number), _) => return Ok(Payload::Float(-number)),
        ("+", Payload::Float(number), _) => return Ok(Payload::Float(*number)),
        ("-", _, Some(number)) => number.checked_neg(),
        ("+", _, Some(number)) => Some(number),
        ("~", _, Some(number)) => Some(!number),
        _ => {
            let message = format!("bad operand type for unary {symbol}: '{}'", value.type_name());
            return Err(Exception::new(ExceptionKind::TypeError, message));
        }
    };
    match result {
        Some(number) => Ok(Payload::Int(number)),
        None => overflow(),
    }
}
