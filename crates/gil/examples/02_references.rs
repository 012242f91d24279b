//! Each object counts its references, and whoever looks at it changes the count: that is why there is a lock.
//!
//! The slide says what the GIL protects: "the interpreter's inner state". Most of that are these counts. With a lock
//! around everything, counting up is a load and a store; `getrefcount` sees its own argument as well.

use ungil_gil::platform::Real;
use ungil_gil::{Interpreter, NewGil, Program};

// ANCHOR: show
const PROGRAM: &str = "\
import sys

a = ['a list']
print('a                  ', sys.getrefcount(a))
b = a
print('a and b            ', sys.getrefcount(a))
c = [a, a]
print('a, b and twice in c', sys.getrefcount(a))
b = c = None
print('a                  ', sys.getrefcount(a))
";

fn main() {
    let program = Program::compile("references.py", PROGRAM).unwrap();
    Interpreter::new(NewGil::new(Real::new())).run(program);
}
// ANCHOR_END: show
