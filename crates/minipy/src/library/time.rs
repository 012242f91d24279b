//! `time`.

use crate::Gil;
use crate::eval::native::{BlockingCall, Entry, Module, Owner, Returned};
use crate::eval::object::Value;
use ungil_vtime::Platform;

pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let entry = |name, run| Entry::function(Owner::Module(Module::Time), name, run);
    vec![
        entry("perf_counter", |context, arguments| {
            let [] = arguments.exactly()?;
            let now = context.shared.platform().now().as_secs_f64();
            Ok(Returned::Value(Value::float(now)))
        }),
        entry("sleep", |_, arguments| {
            let [time] = arguments.exactly()?;
            Ok(Returned::BlockingCall(BlockingCall::Sleep(time.seconds()?)))
        }),
    ]
}
