//! A hook for uncaught panics: Python's `threading.excepthook`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Panic, ThreadInfo};
use ungil_sync::{Arc, Global};

/// The function that [`set_excepthook`] sets: called with the thread that ends and the panic that ends it.
pub type ExceptHook = Arc<dyn Fn(&ThreadInfo, &Panic) + Send + Sync>;

/// Guarded by the `Global`'s lock; called without the lock.
static HOOK: Global<Option<ExceptHook>> = Global::new(|| None);

/// Sets the hook, in place of an earlier one. Each thread of this crate that ends by a panic calls `hook` before
/// its joiners wake.
///
/// std's panic hook has already printed its line, with the thread's name and the place. If `hook` panics, std
/// prints that panic too, and the thread still ends by the first panic.
///
/// ```
/// use std::sync::mpsc;
/// use ungil_threads::{set_excepthook, spawn, take_excepthook};
///
/// let (sender, panics) = mpsc::channel();
/// set_excepthook(move |thread, panic| {
///     let _ = sender.send(format!("{}: {panic}", thread.name()));
/// });
/// let t = spawn(|| panic!("no luck"));
/// t.set_name("gambler");
/// assert!(t.join().is_err());
/// assert!(panics.recv().unwrap().ends_with(": no luck"));
/// take_excepthook();
/// ```
pub fn set_excepthook(hook: impl Fn(&ThreadInfo, &Panic) + Send + Sync + 'static) {
    let old = HOOK.with(|current| current.replace(Arc::new(hook)));
    // Outside the lock: the old hook's captured values may run any code when they are dropped.
    drop(old);
}

/// Removes the hook and returns it; `None` if none was set. From now on a panic only prints std's line.
pub fn take_excepthook() -> Option<ExceptHook> {
    HOOK.with(Option::take)
}

pub(crate) fn call(thread: &ThreadInfo, panic: &Panic) {
    let hook = HOOK.with(|hook| hook.clone());
    if let Some(hook) = hook {
        let _ = catch_unwind(AssertUnwindSafe(|| hook(thread, panic)));
    }
}
