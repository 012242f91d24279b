//! `sys`.

use crate::Gil;
use crate::vm::native::{Answer, Entry, Module, Owner};

pub(super) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let entry = |name, run| Entry::function(Owner::Module(Module::Sys), name, run);
    vec![
        // With the argument of this call, as Python's.
        entry("getrefcount", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Answer::Value(context.shared.int(value.references() as i64)))
        }),
    ]
}
