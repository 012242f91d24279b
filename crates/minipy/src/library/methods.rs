//! The methods of lists, dicts and texts.

use crate::Gil;
use crate::eval::comparison;
use crate::eval::container::{Dict, Guarded, Key};
use crate::eval::exception::{Exception, ExceptionKind, Result};
use crate::eval::items;
use crate::eval::native::{Context, Entry, Owner, Returned};
use crate::eval::object::{Payload, Value};
use crate::eval::text;
use crate::syntax::tree::Comparison;

pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let mut entries = lists();
    entries.extend(dicts());
    entries.extend(texts());
    entries
}

/// The list. The caller is a method of lists, so the value is one.
fn list<G: Gil>(value: &Value<G>) -> &Guarded<G, Vec<Value<G>>> {
    match &**value {
        Payload::List(list) => list,
        _ => unreachable!("a list's method belongs to a list"),
    }
}

fn dict<G: Gil>(value: &Value<G>) -> &Guarded<G, Dict<G>> {
    match &**value {
        Payload::Dict(dict) => dict,
        _ => unreachable!("a dict's method belongs to a dict"),
    }
}

fn str<G: Gil>(value: &Value<G>) -> &str {
    match &**value {
        Payload::Text(text) => text,
        _ => unreachable!("a text's method belongs to a text"),
    }
}

fn none<G: Gil>(context: &Context<'_, G>) -> Result<Returned<G>> {
    Ok(Returned::Value(context.shared.none()))
}

/// The first index at which an item equals `value`.
fn find<G: Gil>(items: &[Value<G>], value: &Value<G>) -> Result<Option<usize>> {
    for (i, item) in items.iter().enumerate() {
        if item.is(value) || comparison::compare(Comparison::Equal, item, value)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn lists<G: Gil>() -> Vec<Entry<G>> {
    let entry = |name, run| Entry::function(Owner::Type("list"), name, run);
    vec![
        entry("append", |context, arguments| {
            let [this, value] = arguments.exactly()?;
            list(&this).with(|items| items.push(value));
            none(context)
        }),
        entry("clear", |context, arguments| {
            let [this] = arguments.exactly()?;
            drop(list(&this).with(std::mem::take));
            none(context)
        }),
        entry("copy", |_, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(Value::list(list(&this).with(|items| items.clone()))))
        }),
        entry("count", |context, arguments| {
            let [this, value] = arguments.exactly()?;
            let mut count = 0;
            for item in items::collect(&this)? {
                count += i64::from(comparison::compare(Comparison::Equal, &item, &value)?);
            }
            Ok(Returned::Value(context.shared.int(count)))
        }),
        entry("extend", |context, arguments| {
            let [this, values] = arguments.exactly()?;
            let values = items::collect(&values)?;
            list(&this).with(|items| items.extend(values));
            none(context)
        }),
        entry("index", |context, arguments| {
            let [this, value] = arguments.exactly()?;
            match find(&items::collect(&this)?, &value)? {
                Some(index) => Ok(Returned::Value(context.shared.int(index as i64))),
                None => Err(Exception::new(ExceptionKind::ValueError, "the value is not in the list")),
            }
        }),
        entry("insert", |context, arguments| {
            let [this, index, value] = arguments.exactly()?;
            let index = index.integer()?;
            list(&this).with(|items| {
                let from_end =
                    if index < 0 { index.saturating_add(items.len() as i64).max(0) } else { index };
                items.insert(usize::try_from(from_end).unwrap_or(usize::MAX).min(items.len()), value);
            });
            none(context)
        }),
        entry("pop", |_, arguments| {
            arguments.check(1, 2, &[])?;
            let this = arguments.take(0, "").expect("it has an owner");
            let index = arguments.take(1, "").map_or(Ok(-1), |index| index.integer())?;
            list(&this).with(|items| {
                if items.is_empty() {
                    return Err(Exception::new(ExceptionKind::IndexError, "pop from empty list"));
                }
                let place = if index < 0 { index.saturating_add(items.len() as i64) } else { index };
                match usize::try_from(place) {
                    Ok(place) if place < items.len() => Ok(Returned::Value(items.remove(place))),
                    _ => Err(Exception::new(ExceptionKind::IndexError, "pop index out of range")),
                }
            })
        }),
        entry("remove", |context, arguments| {
            let [this, value] = arguments.exactly()?;
            let Some(index) = find(&items::collect(&this)?, &value)? else {
                return Err(Exception::new(ExceptionKind::ValueError, "list.remove(x): x not in list"));
            };
            // Without a GIL, another thread may have made the list shorter.
            drop(list(&this).with(|items| (index < items.len()).then(|| items.remove(index))));
            none(context)
        }),
        entry("reverse", |context, arguments| {
            let [this] = arguments.exactly()?;
            list(&this).with(|items| items.reverse());
            none(context)
        }),
        entry("sort", |context, arguments| {
            let [this] = arguments.exactly()?;
            let sorted = super::builtins::sorted(items::collect(&this)?)?;
            drop(list(&this).with(|items| std::mem::replace(items, sorted)));
            none(context)
        }),
    ]
}

fn pairs<G: Gil>(value: &Value<G>) -> Vec<(Value<G>, Value<G>)> {
    dict(value).with(|dict| dict.iter().map(|(key, value)| (key.value().clone(), value.clone())).collect())
}

fn dicts<G: Gil>() -> Vec<Entry<G>> {
    let entry = |name, run| Entry::function(Owner::Type("dict"), name, run);
    vec![
        entry("clear", |context, arguments| {
            let [this] = arguments.exactly()?;
            drop(dict(&this).with(std::mem::take));
            none(context)
        }),
        entry("copy", |_, arguments| {
            let [this] = arguments.exactly()?;
            let copied = pairs(&this).into_iter();
            let copied = copied.map(|(key, value)| (Key::new(key).expect("it was a key"), value)).collect();
            Ok(Returned::Value(Value::new(Payload::Dict(Box::new(Guarded::new(copied))))))
        }),
        entry("get", |context, arguments| {
            arguments.check(2, 3, &[])?;
            let this = arguments.take(0, "").expect("it has an owner");
            let key = items::key(&arguments.take(1, "").expect("it was counted"))?;
            let found = dict(&this).with(|dict| dict.get(&key).cloned());
            let found = found.or_else(|| arguments.take(2, ""));
            Ok(Returned::Value(found.unwrap_or_else(|| context.shared.none())))
        }),
        entry("items", |_, arguments| {
            let [this] = arguments.exactly()?;
            let pair = |(key, value)| Value::new(Payload::Tuple([key, value].into()));
            Ok(Returned::Value(Value::list(pairs(&this).into_iter().map(pair).collect())))
        }),
        entry("keys", |_, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(Value::list(pairs(&this).into_iter().map(|(key, _)| key).collect())))
        }),
        entry("pop", |context, arguments| {
            arguments.check(2, 3, &[])?;
            let this = arguments.take(0, "").expect("it has an owner");
            let name = arguments.take(1, "").expect("it was counted");
            let key = items::key(&name)?;
            let found = dict(&this).with(|dict| dict.shift_remove_entry(&key));
            match found.map(|(_, value)| value).or_else(|| arguments.take(2, "")) {
                Some(value) => Ok(Returned::Value(value)),
                None => Err(Exception::new(
                    ExceptionKind::KeyError,
                    text::repr(&name, &context.shared.program.codes)?,
                )),
            }
        }),
        entry("setdefault", |context, arguments| {
            arguments.check(2, 3, &[])?;
            let this = arguments.take(0, "").expect("it has an owner");
            let key = items::key(&arguments.take(1, "").expect("it was counted"))?;
            let default = arguments.take(2, "").unwrap_or_else(|| context.shared.none());
            // A default that is not needed is dropped when the dict is no longer locked.
            let found = dict(&this).with(|dict| {
                let found = dict.get(&key).cloned();
                if found.is_none() {
                    dict.insert(key, default.clone());
                }
                found
            });
            Ok(Returned::Value(found.unwrap_or(default)))
        }),
        entry("values", |_, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(Value::list(pairs(&this).into_iter().map(|(_, value)| value).collect())))
        }),
    ]
}

fn texts<G: Gil>() -> Vec<Entry<G>> {
    let entry = |name, run| Entry::function(Owner::Type("str"), name, run);
    vec![
        entry("endswith", |context, arguments| {
            let [this, part] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.bool(str(&this).ends_with(word(&part)?))))
        }),
        entry("join", |_, arguments| {
            let [this, parts] = arguments.exactly()?;
            let parts = items::collect(&parts)?;
            let parts: Vec<&str> = parts.iter().map(word).collect::<Result<_>>()?;
            Ok(Returned::Value(Value::text(parts.join(str(&this)))))
        }),
        entry("lower", |_, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(Value::text(str(&this).to_lowercase())))
        }),
        entry("replace", |_, arguments| {
            let [this, from, to] = arguments.exactly()?;
            Ok(Returned::Value(Value::text(str(&this).replace(word(&from)?, word(&to)?))))
        }),
        entry("split", |_, arguments| {
            arguments.check(1, 2, &[])?;
            let this = arguments.take(0, "").expect("it has an owner");
            let parts = match arguments.take(1, "") {
                None => str(&this).split_whitespace().map(Value::text).collect(),
                Some(separator) => match word(&separator)? {
                    "" => return Err(Exception::new(ExceptionKind::ValueError, "empty separator")),
                    separator => str(&this).split(separator).map(Value::text).collect(),
                },
            };
            Ok(Returned::Value(Value::list(parts)))
        }),
        entry("startswith", |context, arguments| {
            let [this, part] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.bool(str(&this).starts_with(word(&part)?))))
        }),
        entry("strip", |_, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(Value::text(str(&this).trim())))
        }),
        entry("upper", |_, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(Value::text(str(&this).to_uppercase())))
        }),
    ]
}

/// An argument that has to be a text.
fn word<G: Gil>(value: &Value<G>) -> Result<&str> {
    match &**value {
        Payload::Text(text) => Ok(text),
        other => Err(Exception::new(
            ExceptionKind::TypeError,
            format!("a str is needed, not '{}'", other.type_name()),
        )),
    }
}
