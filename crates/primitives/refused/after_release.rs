// error: E0505
// A reference into the value must end before the guard does. In Python `last` would still refer to the list.

// ANCHOR: show
use ungil_primitives::Lock;

fn main() {
    let items = Lock::new(vec![1, 2, 3]);
    let guard = items.lock();
    let last = guard.last();
    drop(guard); // released
    println!("{last:?}");
}
// ANCHOR_END: show
