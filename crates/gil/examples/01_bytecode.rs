//! A statement is several instructions, and a thread may lose its turn between two of them.
//!
//! The interpreter does what CPython does: text to instructions, and a loop that executes one after the other. Where
//! it may lose the turn is up to the GIL: before any of them under the old one, at a call or a loop's end under the
//! new one. `python3.11 -m dis` lists the same.

use ungil_gil::platform::Real;
use ungil_gil::{Interpreter, NewGil, Program};

// ANCHOR: show
const PROGRAM: &str = "\
x = 0

def increment():
    global x
    x += 1

increment()
print('x is', x)
";

fn main() {
    let program = Program::compile("increment.py", PROGRAM).unwrap();
    println!("{}", program.disassembly());
    Interpreter::new(NewGil::new(Real::new())).run(program);
}
// ANCHOR_END: show
