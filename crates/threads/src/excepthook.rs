//! A hook for panics that nobody caught: Python's `threading.excepthook`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Panic, ThreadInfo};
use ungil_sync::{Arc, Global};

/// What [`set_excepthook`] has set: called with the thread that ends and the panic that ends it.
pub type ExceptHook = Arc<dyn Fn(&ThreadInfo, &Panic) + Send + Sync>;

static HOOK: Global<Option<ExceptHook>> = Global::new(|| None);

/// Calls `hook` in each thread of this crate that ends by a panic, before its joiners wake; instead of an
/// earlier hook.
///
/// std's own panic hook has already printed its line, with the thread's name and the place. If `hook` panics
/// itself, that is printed too, and the thread ends as it would have.
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
    // Outside the lock: what the old hook owns may do anything when it is dropped.
    drop(old);
}

/// Takes the hook out again, if there is one: only std's line remains, as in the beginning.
pub fn take_excepthook() -> Option<ExceptHook> {
    HOOK.with(Option::take)
}

pub(crate) fn call(thread: &ThreadInfo, panic: &Panic) {
    let hook = HOOK.with(|hook| hook.clone());
    if let Some(hook) = hook {
        let _ = catch_unwind(AssertUnwindSafe(|| hook(thread, panic)));
    }
}
