//! A statement is several instructions, and a thread may lose its turn between two of them.
//!
//! Like CPython, the interpreter compiles text to instructions, and a loop executes one after the other. The GIL decides
//! where a thread may lose its turn: before any instruction under the old GIL, at a call or at the end of a loop
//! iteration under the new one. `python3.11 -m dis` lists the same instructions.

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
