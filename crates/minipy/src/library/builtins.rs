//! The built-in functions.

use crate::Gil;
use crate::eval::exception::{Exception, ExceptionKind, Result};
use crate::eval::items;
use crate::eval::native::{Arguments, Context, Entry, Owner, Returned};
use crate::eval::object::{Payload, Value};
use crate::eval::text;
use crate::eval::{comparison, operators};
use crate::syntax::tree::Comparison;

pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let entry = |name, run| Entry::function(Owner::Builtin, name, run);
    vec![
        entry("abs", |context, arguments| {
            let [value] = arguments.exactly()?;
            let negative = match (&*value, value.int()) {
                (Payload::Float(number), _) => number.is_sign_negative(),
                (_, Some(number)) => number < 0,
                (other, None) => {
                    let message = format!("bad operand type for abs(): '{}'", other.type_name());
                    return Err(Exception::new(ExceptionKind::TypeError, message));
                }
            };
            let symbol = if negative { "-" } else { "+" };
            Ok(Returned::Value(context.shared.value(operators::unary(symbol, &value)?)))
        }),
        entry("bool", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.bool(value.is_true())))
        }),
        entry("float", |_, arguments| {
            let [value] = arguments.exactly()?;
            let number = match &*value {
                Payload::Text(text) => parse_float(text).ok_or_else(|| {
                    let message = format!("could not convert string to float: {}", text::quoted(text));
                    Exception::new(ExceptionKind::ValueError, message)
                })?,
                other => other.number()?,
            };
            Ok(Returned::Value(Value::float(number)))
        }),
        entry("id", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.int(value.address() as i64)))
        }),
        entry("int", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.int(int(&value)?)))
        }),
        entry("len", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.int(items::length(&value)? as i64)))
        }),
        entry("list", |_, arguments| {
            arguments.check(0, 1, &[])?;
            let items = match arguments.take(0, "") {
                Some(value) => items::collect(&value)?,
                None => Vec::new(),
            };
            Ok(Returned::Value(Value::list(items)))
        }),
        entry("max", |_, arguments| extreme(arguments, Comparison::Greater)),
        entry("min", |_, arguments| extreme(arguments, Comparison::Less)),
        entry("print", print),
        entry("range", |_, arguments| {
            arguments.check(1, 3, &[])?;
            let numbers = arguments.all()?;
            let numbers: Vec<i64> = numbers.iter().map(|number| number.integer()).collect::<Result<_>>()?;
            let range = match *numbers {
                [end] => [0, end, 1],
                [begin, end] => [begin, end, 1],
                [_, _, 0] => {
                    return Err(Exception::new(ExceptionKind::ValueError, "range() arg 3 must not be zero"));
                }
                _ => [numbers[0], numbers[1], numbers[2]],
            };
            Ok(Returned::Value(Value::new(Payload::Range(Box::new(range)))))
        }),
        entry("repr", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(Value::text(text::repr(&value, &context.shared.program.codes)?)))
        }),
        entry("sorted", |_, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(Value::list(sorted(items::collect(&value)?)?)))
        }),
        entry("str", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(Value::text(text::text(&value, &context.shared.program.codes)?)))
        }),
        entry("sum", |context, arguments| {
            let [values] = arguments.exactly()?;
            let mut sum = context.shared.int(0);
            for value in items::collect(&values)? {
                sum = Value::new(operators::binary(crate::syntax::tree::Binary::Add, false, &sum, &value)?);
            }
            Ok(Returned::Value(sum))
        }),
        entry("tuple", |_, arguments| {
            arguments.check(0, 1, &[])?;
            let items = match arguments.take(0, "") {
                Some(value) => items::collect(&value)?,
                None => Vec::new(),
            };
            Ok(Returned::Value(Value::new(Payload::Tuple(items.into()))))
        }),
    ]
}

/// Writes a whole line at once, so that the lines of threads do not mix. CPython writes the end of the line separately.
fn print<G: Gil>(context: &Context<'_, G>, arguments: &mut Arguments<'_, G>) -> Result<Returned<G>> {
    arguments.check(0, usize::MAX, &["sep", "end", "flush"])?;
    let codes = &context.shared.program.codes;
    let mut word = |name, default: &str| match arguments.take(usize::MAX, name) {
        None => Ok(default.to_owned()),
        Some(value) => match &*value {
            Payload::Text(text) => Ok(text.to_string()),
            Payload::None => Ok(default.to_owned()),
            other => {
                let message = format!("{name} must be None or a string, not {}", other.type_name());
                Err(Exception::new(ExceptionKind::TypeError, message))
            }
        },
    };
    let (separator, end) = (word("sep", " ")?, word("end", "\n")?);
    let mut line = String::new();
    for place in 0..arguments.plain() {
        if place > 0 {
            line += &separator;
        }
        let value = arguments.take(place, "").expect("there are so many");
        line += &text::text(&value, codes)?;
    }
    line += &end;
    context.shared.print(&line)?;
    Ok(Returned::Value(context.shared.none()))
}

fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.trim_start_matches(['+', '-']);
    let known = plain.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || ["inf", "infinity", "nan"].iter().any(|word| plain.eq_ignore_ascii_case(word));
    text.parse().ok().filter(|_| known)
}

fn int<G: Gil>(value: &Value<G>) -> Result<i64> {
    match &**value {
        Payload::Float(number) if number.is_nan() => {
            Err(Exception::new(ExceptionKind::ValueError, "cannot convert float NaN to integer"))
        }
        Payload::Float(number) if number.is_infinite() => {
            Err(Exception::new(ExceptionKind::OverflowError, "cannot convert float infinity to integer"))
        }
        Payload::Float(number) => operators::whole(number.trunc()).ok_or_else(|| {
            Exception::new(
                ExceptionKind::OverflowError,
                "integers have 64 bits here, and this result does not fit",
            )
        }),
        Payload::Text(text) => text.trim().replace('_', "").parse().map_err(|_| {
            let message = format!("invalid literal for int() with base 10: {}", text::quoted(text));
            Exception::new(ExceptionKind::ValueError, message)
        }),
        other => other.int().ok_or_else(|| {
            let name = other.type_name();
            let message = format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
            );
            Exception::new(ExceptionKind::TypeError, message)
        }),
    }
}

fn extreme<G: Gil>(arguments: &mut Arguments<'_, G>, better: Comparison) -> Result<Returned<G>> {
    let function = arguments.function;
    let mut values = arguments.all()?;
    if let [only] = &*values {
        values = items::collect(only)?;
    }
    let mut values = values.into_iter();
    let Some(mut best) = values.next() else {
        return Err(Exception::new(
            ExceptionKind::ValueError,
            format!("{function}() arg is an empty sequence"),
        ));
    };
    for value in values {
        if comparison::compare(better, &value, &best)? {
            best = value;
        }
    }
    Ok(Returned::Value(best))
}

/// A stable sort. Not std's, which may panic if there is no total order: with NaN, or if other threads change the items
/// meanwhile.
pub(crate) fn sorted<G: Gil>(mut items: Vec<Value<G>>) -> Result<Vec<Value<G>>> {
    if items.len() < 2 {
        return Ok(items);
    }
    let mut merged = Vec::with_capacity(items.len());
    let right = items.split_off(items.len() / 2);
    let mut left = sorted(items)?.into_iter().peekable();
    let mut right = sorted(right)?.into_iter().peekable();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if comparison::compare(Comparison::Less, b, a)? { &mut right } else { &mut left };
        merged.extend(next.next());
    }
    merged.extend(left.chain(right));
    Ok(merged)
}
