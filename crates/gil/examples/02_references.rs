//! Each object counts its references, so even reading an object changes its count: that is why there is a lock.
//!
//! The slide says that the GIL protects "the interpreter's inner state". Most of that state is these counts. With a lock
//! around everything, counting up is a load and a store. `getrefcount` also counts its own argument.

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
