// error: E0614
// The value is inside the lock: only a guard gives access to it. The lecture's `get` reads without the lock.

// ANCHOR: show
use ungil_primitives::Lock;

fn main() {
    let hits = Lock::new(0);
    *hits += 1;
}
// ANCHOR_END: show
