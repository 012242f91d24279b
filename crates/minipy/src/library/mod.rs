//! The library: built-in functions, the methods of the types, and modules.

mod builtins;
mod math;
mod methods;
mod sys;
mod threading;
mod time;

use crate::Gil;
use crate::eval::native::Entry;

/// All entries of the library.
pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let mut entries = builtins::entries();
    entries.extend(methods::entries());
    entries.extend(math::entries());
    entries.extend(sys::entries());
    entries.extend(threading::entries());
    entries.extend(time::entries());
    entries
}
