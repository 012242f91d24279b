//! A state as bytes. A program cannot tell apart two states with equal bytes, except by addresses.

use std::collections::HashMap;

use super::ByHand;
use crate::eval::container::Iteration;
use crate::eval::object::{Payload, Value};

#[derive(Default)]
pub(crate) struct Fingerprint {
    bytes: Vec<u8>,
    /// The numbers of the objects, by address, in the order in which they were met.
    numbers: HashMap<usize, u64>,
    /// The objects in that order, those at the end not written yet. They are kept alive, so that no address is used
    /// twice.
    met: Vec<Value<ByHand>>,
}

impl Fingerprint {
    pub fn number(&mut self, number: u64) {
        self.bytes.extend(number.to_le_bytes());
    }

    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend(text.bytes());
    }

    /// A reference: the number of its object.
    pub fn value(&mut self, value: &Value<ByHand>) {
        let next = self.numbers.len() as u64;
        let number = *self.numbers.entry(value.address()).or_insert(next);
        if number == next {
            self.met.push(value.clone());
        }
        self.number(number);
    }

    /// Writes the objects that the references lead to, and returns the bytes.
    pub fn finish(mut self) -> Vec<u8> {
        let mut done = 0;
        while done < self.met.len() {
            let value = self.met[done].clone();
            self.payload(&value);
            done += 1;
        }
        self.bytes
    }

    fn payload(&mut self, value: &Value<ByHand>) {
        self.bytes.extend(value.type_name().bytes());
        match &**value {
            Payload::None => {}
            Payload::Bool(value) => self.number(u64::from(*value)),
            Payload::Int(number) => self.number(number.cast_unsigned()),
            Payload::Float(number) => self.number(number.to_bits()),
            Payload::Text(text) => self.text(text),
            Payload::Tuple(items) => self.values(items),
            Payload::List(list) => self.values(&list.with(|items| items.clone())),
            Payload::Dict(dict) => {
                let pairs = dict.with(|dict| {
                    let pairs = dict.iter().flat_map(|(key, value)| [key.value().clone(), value.clone()]);
                    pairs.collect::<Vec<_>>()
                });
                self.values(&pairs);
            }
            Payload::Range(range) => range.iter().for_each(|number| self.number(number.cast_unsigned())),
            Payload::Iterator(iteration) => {
                let (numbers, object) = iteration.with(|iteration| match iteration {
                    Iteration::Range(next, end, step) => ([*next, *end, *step].map(i64::cast_unsigned), None),
                    Iteration::Items(object, index) => ([*index as u64, 0, 0], Some(object.clone())),
                    Iteration::Keys(object, index, length) => {
                        ([*index as u64, *length as u64, 0], Some(object.clone()))
                    }
                });
                numbers.into_iter().for_each(|number| self.number(number));
                if let Some(object) = object {
                    self.value(&object);
                }
            }
            Payload::Function(code) => self.number(u64::from(*code)),
            Payload::Native(native) => self.bytes.extend(native.name.bytes()),
            Payload::Module(module) => self.bytes.extend(module.name().bytes()),
            // A stepper's program cannot start threads, so all are alike.
            Payload::Thread(_) => {}
            Payload::Lock(lock) => self.number(u64::from(lock.is_locked())),
            Payload::Exit(lock) => self.value(lock),
        }
    }

    fn values(&mut self, values: &[Value<ByHand>]) {
        self.number(values.len() as u64);
        values.iter().for_each(|value| self.value(value));
    }
}
