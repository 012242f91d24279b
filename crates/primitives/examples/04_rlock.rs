//! An RLock has an owner, which may lock it again; and nobody else may release it.
//!
//! From the slide with the list of primitives. What a later one says of "the mutex in Python", that it has no
//! owner, is not true of this one.

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
