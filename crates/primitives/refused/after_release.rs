// error: E0505
// What is borrowed from the value goes before the guard does. In Python `last` would go on looking at the list.

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
