// error: E0277
// Waiting takes the guard. Python: "RuntimeError: cannot wait on un-acquired lock".

// ANCHOR: show
use ungil_primitives::{Condition, Lock};

fn main() {
    let mut items = Lock::new(vec![1]);
    Condition::new().wait(&mut items);
}
// ANCHOR_END: show
