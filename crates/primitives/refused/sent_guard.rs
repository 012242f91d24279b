// error: E0277
// The thread that locked must unlock: a guard stays in its thread. There is no "WAT?" with guards.

// ANCHOR: show
use ungil_primitives::Lock;
use ungil_threads::spawn;

static DONE: Lock<()> = Lock::new(());

fn main() {
    let guard = DONE.lock();
    let _ = spawn(move || drop(guard)).join();
}
// ANCHOR_END: show
