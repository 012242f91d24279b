//! An RLock has an owner: the owner may lock it again, and no other thread may release it.
//!
//! From the slide with the list of primitives. A later slide says that "the mutex in Python" has no owner; that is not
//! true of an RLock.

use std::cell::RefCell;
use std::time::Duration;

use ungil_primitives::{Lock, RLock, RawRLock};
use ungil_threads::scope;

// ANCHOR: show
struct Log {
    lines: RLock<RefCell<Vec<String>>>,
}

impl Log {
    fn line(&self, text: &str) {
        let lines = self.lines.lock();
        lines.borrow_mut().push(text.to_owned());
    }

    /// No other thread's lines get between these.
    fn paragraph(&self) {
        let _together = self.lines.lock();
        self.line("begin"); // locks it again
        self.line("end");
    }
}

fn main() {
    let log = Log { lines: RLock::default() };
    scope(|s| {
        s.spawn(|| log.paragraph());
        s.spawn(|| log.paragraph());
    });
    println!("{}", log.lines.into_inner().into_inner().join(" "));

    let plain = Lock::new(());
    let _guard = plain.lock();
    let again = plain.lock_timeout(Duration::from_millis(5));
    println!("a Lock, locked again: {}", again.unwrap_err());

    let mine = RawRLock::new();
    mine.acquire();
    mine.acquire();
    println!("an RLock: held {} times", mine.count());
    scope(|s| {
        s.spawn(|| {
            println!("held by another: {} times", mine.count());
            println!("its release: {}", mine.release().unwrap_err());
        });
    });
}
// ANCHOR_END: show
