//! Objects with items: indices, slices, and loops over the items.

use super::container::{Guarded, Iteration, Key};
use super::exception::{Exception, ExceptionKind, Result};
use super::object::{Payload, Value};
use super::operators::{MAX_LENGTH, range_length, too_long};
use super::text;
use crate::Gil;
use crate::compile::instruction::Code;

/// A value as the key of a dict.
pub(crate) fn key<G: Gil>(value: &Value<G>) -> Result<Key<G>> {
    Key::new(value.clone()).ok_or_else(|| {
        Exception::new(ExceptionKind::TypeError, format!("unhashable type: '{}'", value.type_name()))
    })
}

fn type_error<T>(message: String) -> Result<T> {
    Err(Exception::new(ExceptionKind::TypeError, message))
}

/// The place of an index in a sequence of this length. A negative index counts from the end.
fn place<G: Gil>(index: &Value<G>, length: usize, what: &str) -> Result<usize> {
    let Some(index) = index.int() else {
        let name = index.type_name();
        return type_error(match what {
            "string" => format!("string indices must be integers, not '{name}'"),
            "range object" => format!("range indices must be integers or slices, not {name}"),
            _ => {
                let what = what.trim_end_matches(" assignment");
                format!("{what} indices must be integers or slices, not {name}")
            }
        });
    };
    let place = if index < 0 { index.saturating_add(length as i64) } else { index };
    usize::try_from(place)
        .ok()
        .filter(|place| *place < length)
        .ok_or_else(|| Exception::new(ExceptionKind::IndexError, format!("{what} index out of range")))
}

/// `object[index]`.
pub(crate) fn get<G: Gil>(object: &Value<G>, index: &Value<G>, functions: &[Code]) -> Result<Value<G>> {
    match &**object {
        Payload::List(list) => {
            list.with(|items| place(index, items.len(), "list").map(|place| items[place].clone()))
        }
        Payload::Tuple(items) => place(index, items.len(), "tuple").map(|place| items[place].clone()),
        Payload::Dict(dict) => {
            let key = key(index)?;
            match dict.with(|dict| dict.get(&key).cloned()) {
                Some(value) => Ok(value),
                None => Err(Exception::new(ExceptionKind::KeyError, text::repr(index, functions)?)),
            }
        }
        Payload::Text(text) => {
            let place = place(index, text.chars().count(), "string")?;
            Ok(Value::text(text.chars().nth(place).expect("it is inside").to_string()))
        }
        Payload::Range(range) => {
            let length = usize::try_from(range_length(**range)).unwrap_or(usize::MAX);
            let place = place(index, length, "range object")?;
            // The result is a number of the range, but its distance from the first number may overflow; wrapping is
            // exact here.
            Ok(Value::int(range[0].wrapping_add((place as i64).wrapping_mul(range[2]))))
        }
        other => type_error(format!("'{}' object is not subscriptable", other.type_name())),
    }
}

/// `object[index] = value`.
pub(crate) fn set<G: Gil>(object: &Value<G>, index: &Value<G>, mut value: Value<G>) -> Result<()> {
    match &**object {
        Payload::List(list) => {
            // The old value, or the new one if the index is out of range, is dropped when the list is no longer locked.
            list.with(|items| {
                let place = place(index, items.len(), "list assignment")?;
                std::mem::swap(&mut items[place], &mut value);
                Ok(())
            })
        }
        Payload::Dict(dict) => {
            let key = key(index)?;
            drop(dict.with(|dict| dict.insert(key, value)));
            Ok(())
        }
        other => type_error(format!("'{}' object does not support item assignment", other.type_name())),
    }
}

/// `del object[index]`.
pub(crate) fn delete<G: Gil>(object: &Value<G>, index: &Value<G>, functions: &[Code]) -> Result<()> {
    match &**object {
        Payload::List(list) => list
            .with(|items| place(index, items.len(), "list assignment").map(|place| items.remove(place)))
            .map(drop),
        Payload::Dict(dict) => {
            let key = key(index)?;
            match dict.with(|dict| dict.shift_remove_entry(&key)) {
                Some(_) => Ok(()),
                None => Err(Exception::new(ExceptionKind::KeyError, text::repr(index, functions)?)),
            }
        }
        other => type_error(format!("'{}' object doesn't support item deletion", other.type_name())),
    }
}

/// `object[low:high]`.
pub(crate) fn slice<G: Gil>(object: &Value<G>, low: &Value<G>, high: &Value<G>) -> Result<Value<G>> {
    let bounds = |length: usize| -> Result<std::ops::Range<usize>> {
        let bound = |value: &Value<G>, default: usize| match (&**value, value.int()) {
            (Payload::None, _) => Ok(default),
            (_, Some(index)) if index < 0 => Ok(index.saturating_add(length as i64).max(0) as usize),
            (_, Some(index)) => Ok(usize::try_from(index).unwrap_or(length).min(length)),
            _ => type_error("slice indices must be integers or None or have an __index__ method".to_owned()),
        };
        let (low, high) = (bound(low, 0)?, bound(high, length)?);
        Ok(low..high.max(low))
    };
    match &**object {
        Payload::List(list) => {
            let items = list.with(|items| bounds(items.len()).map(|bounds| items[bounds].to_vec()))?;
            Ok(Value::list(items))
        }
        Payload::Tuple(items) => Ok(Value::new(Payload::Tuple(items[bounds(items.len())?].into()))),
        Payload::Text(text) => {
            let bounds = bounds(text.chars().count())?;
            let part: String = text.chars().skip(bounds.start).take(bounds.len()).collect();
            Ok(Value::text(part))
        }
        Payload::Dict(_) => type_error("unhashable type: 'slice'".to_owned()),
        Payload::Range(_) => type_error("slices of a range are not offered here".to_owned()),
        other => type_error(format!("'{}' object is not subscriptable", other.type_name())),
    }
}

/// Python's `len`.
pub(crate) fn length<G: Gil>(object: &Value<G>) -> Result<usize> {
    match &**object {
        Payload::Text(text) => Ok(text.chars().count()),
        Payload::Tuple(items) => Ok(items.len()),
        Payload::List(list) => Ok(list.with(|items| items.len())),
        Payload::Dict(dict) => Ok(dict.with(|dict| dict.len())),
        Payload::Range(range) => {
            isize::try_from(range_length(**range)).map(isize::cast_unsigned).map_err(|_| {
                Exception::new(ExceptionKind::OverflowError, "Python int too large to convert to C ssize_t")
            })
        }
        other => type_error(format!("object of type '{}' has no len()", other.type_name())),
    }
}

/// Python's `iter`.
pub(crate) fn iterate<G: Gil>(object: &Value<G>) -> Result<Value<G>> {
    let iteration = match &**object {
        Payload::Range(range) => Iteration::Range(range[0], range[1], range[2]),
        Payload::List(_) | Payload::Tuple(_) | Payload::Text(_) => Iteration::Items(object.clone(), 0),
        Payload::Dict(dict) => Iteration::Keys(object.clone(), 0, dict.with(|dict| dict.len())),
        Payload::Iterator(_) => return Ok(object.clone()),
        other => return type_error(format!("'{}' object is not iterable", other.type_name())),
    };
    Ok(Value::new(Payload::Iterator(Box::new(Guarded::new(iteration)))))
}

/// What `next` returns.
pub(crate) enum Next<G: Gil> {
    Value(Value<G>),
    /// A number of a range: the caller may have a shared object for it.
    Int(i64),
    End,
}

/// Python's `next`.
#[inline]
pub(crate) fn next<G: Gil>(iterator: &Value<G>) -> Result<Next<G>> {
    let Payload::Iterator(iteration) = &**iterator else {
        return type_error(format!("'{}' object is not an iterator", iterator.type_name()));
    };
    iteration.with(|iteration| match iteration {
        Iteration::Range(next, end, step) => {
            let number = *next;
            if (*step > 0 && number >= *end) || (*step < 0 && number <= *end) {
                return Ok(Next::End);
            }
            // If the next number overflows, the range ends.
            *next = number.checked_add(*step).unwrap_or(*end);
            Ok(Next::Int(number))
        }
        Iteration::Items(object, index) => Ok(next_item(object, index)),
        Iteration::Keys(object, index, length) => {
            let Payload::Dict(dict) = &**object else { unreachable!("keys are a dict's") };
            dict.with(|dict| {
                if dict.len() != *length {
                    let message = "dictionary changed size during iteration";
                    return Err(Exception::new(ExceptionKind::RuntimeError, message));
                }
                Ok(dict.get_index(*index).map_or(Next::End, |(key, _)| {
                    *index += 1;
                    Next::Value(key.value().clone())
                }))
            })
        }
    })
}

fn next_item<G: Gil>(object: &Value<G>, index: &mut usize) -> Next<G> {
    let (item, step) = match &**object {
        Payload::List(list) => (list.with(|items| items.get(*index).cloned()), 1),
        Payload::Tuple(items) => (items.get(*index).cloned(), 1),
        Payload::Text(text) => {
            let c = text[*index..].chars().next();
            (c.map(|c| Value::text(c.to_string())), c.map_or(0, char::len_utf8))
        }
        _ => (None, 0),
    };
    *index += step;
    item.map_or(Next::End, Next::Value)
}

/// All values of an iterable.
pub(crate) fn collect<G: Gil>(object: &Value<G>) -> Result<Vec<Value<G>>> {
    match &**object {
        Payload::List(list) => return Ok(list.with(|items| items.clone())),
        Payload::Tuple(items) => return Ok(items.to_vec()),
        // Refused at once, as it would take minutes to count that far.
        Payload::Range(range) if range_length(**range) > MAX_LENGTH as u64 => return Err(too_long()),
        _ => {}
    }
    let iterator = iterate(object)?;
    let mut items = Vec::new();
    loop {
        if items.len() == MAX_LENGTH {
            return Err(too_long());
        }
        match next(&iterator)? {
            Next::Value(value) => items.push(value),
            Next::Int(number) => items.push(Value::int(number)),
            Next::End => return Ok(items),
        }
    }
}
