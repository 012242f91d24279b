//! `sys`. If the GIL lacks a setting, the getter returns `None` and the setter does nothing.

use crate::Gil;
use crate::eval::exception::{Exception, ExceptionKind};
use crate::eval::native::{Entry, Module, Owner, Returned};
use crate::eval::object::Value;

pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let entry = |name, run| Entry::function(Owner::Module(Module::Sys), name, run);
    vec![
        // Counts the argument of this call, too, as in Python.
        entry("getrefcount", |context, arguments| {
            let [value] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.int(value.references() as i64)))
        }),
        entry("getswitchinterval", |context, arguments| {
            let [] = arguments.exactly()?;
            let interval = context.shared.gil().interval();
            let seconds = interval.map(|interval| Value::float(interval.as_secs_f64()));
            Ok(Returned::Value(seconds.unwrap_or_else(|| context.shared.none())))
        }),
        entry("setswitchinterval", |context, arguments| {
            let [interval] = arguments.exactly()?;
            let interval = interval.seconds()?;
            if interval.is_zero() {
                return Err(Exception::new(
                    ExceptionKind::ValueError,
                    "switch interval must be strictly positive",
                ));
            }
            context.shared.gil().set_interval(interval);
            Ok(Returned::Value(context.shared.none()))
        }),
        entry("getcheckinterval", |context, arguments| {
            let [] = arguments.exactly()?;
            let ticks = context.shared.gil().check_interval();
            let ticks = ticks.map(|ticks| context.shared.int(i64::from(ticks)));
            Ok(Returned::Value(ticks.unwrap_or_else(|| context.shared.none())))
        }),
        entry("setcheckinterval", |context, arguments| {
            let [ticks] = arguments.exactly()?;
            let ticks = u32::try_from(ticks.integer()?).map_err(|_| {
                Exception::new(ExceptionKind::ValueError, "a check interval is a number of ticks")
            })?;
            context.shared.gil().set_check_interval(ticks);
            Ok(Returned::Value(context.shared.none()))
        }),
    ]
}
