//! `==`, `<`, `in` and `is`.

use std::cmp::Ordering;

use super::exception::{Exception, ExceptionKind, Result};
use super::object::{Payload, Value};
use super::operators::{MAX_NESTING, whole};
use crate::Gil;
use crate::syntax::tree::Comparison;

pub(crate) fn compare<G: Gil>(operator: Comparison, left: &Value<G>, right: &Value<G>) -> Result<bool> {
    match operator {
        Comparison::Equal => equal(left, right, MAX_NESTING),
        Comparison::NotEqual => equal(left, right, MAX_NESTING).map(|equal| !equal),
        Comparison::Is => Ok(left.is(right)),
        Comparison::IsNot => Ok(!left.is(right)),
        Comparison::In => contains(right, left),
        Comparison::NotIn => contains(right, left).map(|found| !found),
        Comparison::Less | Comparison::LessEqual | Comparison::Greater | Comparison::GreaterEqual => {
            let order = order(operator, left, right, MAX_NESTING)?;
            Ok(order.is_some_and(|order| match operator {
                Comparison::Less => order.is_lt(),
                Comparison::LessEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
    }
}

/// The order of an int and a float, without rounding.
fn order_mixed(a: i64, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    match whole(b.trunc()) {
        // If the integers are equal, the fraction decides.
        Some(integer) => Some(a.cmp(&integer).then(0f64.partial_cmp(&b.fract())?)),
        None => Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater }),
    }
}

/// The order of two numbers. The outer `None`: a value is not a number. The inner `None`: a number is NaN.
fn order_numbers<G: Gil>(left: &Payload<G>, right: &Payload<G>) -> Option<Option<Ordering>> {
    match (left.int(), right.int()) {
        (Some(a), Some(b)) => return Some(Some(a.cmp(&b))),
        (Some(a), None) => return right.float().map(|b| order_mixed(a, b)),
        (None, Some(b)) => return left.float().map(|a| order_mixed(b, a).map(Ordering::reverse)),
        (None, None) => {}
    }
    Some(left.float()?.partial_cmp(&right.float()?))
}

/// Whether two keys of a dict are the same key. Keys are not nested more deeply than [`MAX_NESTING`].
pub(crate) fn equal_keys<G: Gil>(left: &Value<G>, right: &Value<G>) -> bool {
    equal(left, right, MAX_NESTING + 1).unwrap_or(false)
}

fn equal<G: Gil>(left: &Value<G>, right: &Value<G>, depth: u32) -> Result<bool> {
    if depth == 0 {
        return Err(Exception::new(
            ExceptionKind::RecursionError,
            "maximum recursion depth exceeded in comparison",
        ));
    }
    let all = |a: &[Value<G>], b: &[Value<G>]| {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.iter().zip(b) {
            // In a container an object equals itself, even NaN.
            if !a.is(b) && !equal(a, b, depth - 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    match (&**left, &**right) {
        (Payload::Text(a), Payload::Text(b)) => Ok(a == b),
        (Payload::Tuple(a), Payload::Tuple(b)) => all(a, b),
        (Payload::List(a), Payload::List(b)) => {
            if left.is(right) {
                return Ok(true);
            }
            let (a, b) = (a.with(|items| items.clone()), b.with(|items| items.clone()));
            all(&a, &b)
        }
        (Payload::Dict(a), Payload::Dict(b)) => {
            if left.is(right) {
                return Ok(true);
            }
            let pairs: Vec<_> = a.with(|a| a.iter().map(|(k, v)| (k.value().clone(), v.clone())).collect());
            if b.with(|b| b.len()) != pairs.len() {
                return Ok(false);
            }
            for (key, value) in pairs {
                let key = super::container::Key::new(key).expect("it was a key");
                let other = b.with(|b| b.get(&key).cloned());
                match other {
                    Some(other) if equal(&value, &other, depth - 1)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        (Payload::Range(a), Payload::Range(b)) => Ok(a == b),
        (a, b) => Ok(match order_numbers(a, b) {
            Some(order) => order == Some(Ordering::Equal),
            None => left.is(right),
        }),
    }
}

fn order<G: Gil>(
    operator: Comparison,
    left: &Value<G>,
    right: &Value<G>,
    depth: u32,
) -> Result<Option<Ordering>> {
    if depth == 0 {
        return Err(Exception::new(
            ExceptionKind::RecursionError,
            "maximum recursion depth exceeded in comparison",
        ));
    }
    if let Some(order) = order_numbers(left, right) {
        return Ok(order);
    }
    let items = |a: &[Value<G>], b: &[Value<G>]| {
        for (a, b) in a.iter().zip(b) {
            if !a.is(b) && !equal(a, b, depth - 1)? {
                return order(operator, a, b, depth - 1);
            }
        }
        Ok(Some(a.len().cmp(&b.len())))
    };
    match (&**left, &**right) {
        (Payload::Text(a), Payload::Text(b)) => Ok(Some(a.cmp(b))),
        (Payload::Tuple(a), Payload::Tuple(b)) => items(a, b),
        (Payload::List(a), Payload::List(b)) => {
            let (a, b) = (a.with(|items| items.clone()), b.with(|items| items.clone()));
            items(&a, &b)
        }
        (a, b) => {
            let (symbol, a, b) = (operator.symbol(), a.type_name(), b.type_name());
            let message = format!("'{symbol}' not supported between instances of '{a}' and '{b}'");
            Err(Exception::new(ExceptionKind::TypeError, message))
        }
    }
}

fn contains<G: Gil>(container: &Value<G>, value: &Value<G>) -> Result<bool> {
    let among = |items: &[Value<G>]| {
        for item in items {
            if item.is(value) || equal(item, value, MAX_NESTING)? {
                return Ok(true);
            }
        }
        Ok(false)
    };
    match &**container {
        Payload::Tuple(items) => among(items),
        Payload::List(list) => among(&list.with(|items| items.clone())),
        Payload::Dict(dict) => {
            let key = super::items::key(value)?;
            Ok(dict.with(|dict| dict.contains_key(&key)))
        }
        Payload::Text(text) => match &**value {
            Payload::Text(part) => Ok(text.contains(&**part)),
            other => {
                let name = other.type_name();
                let message = format!("'in <string>' requires string as left operand, not {name}");
                Err(Exception::new(ExceptionKind::TypeError, message))
            }
        },
        Payload::Range(range) => Ok(value.float().and_then(whole).is_some_and(|number| {
            let [begin, end, step] = **range;
            let inside =
                if step > 0 { begin <= number && number < end } else { end < number && number <= begin };
            inside && number.abs_diff(begin) % step.unsigned_abs() == 0
        })),
        other => {
            let message = format!("argument of type '{}' is not iterable", other.type_name());
            Err(Exception::new(ExceptionKind::TypeError, message))
        }
    }
}
