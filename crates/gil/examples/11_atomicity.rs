//! "What can x be after this?", answered by trying all schedules: `x += 1` is safe under one GIL and not under another.
//!
//! Two threads execute a statement once each. It is atomic if every result is also a result of running one thread after
//! the other. The new GIL switches only at the end of a loop iteration and at calls (since Python 3.10; from 3.2 to 3.9
//! before each instruction, like the old GIL). So what is atomic is an accident of the Python version.

use ungil_gil::explore::{
    Outcome, Policy, Question, STATEMENTS, explore, is_atomic,
};

const LIMIT: usize = 20_000;

// ANCHOR: show
const GILS: [Policy; 3] = [Policy::OldGil, Policy::NewGil, Policy::NoGil];

fn main() {
    let x =
        Question { setup: "x = 0", threads: &["x += 1"; 2], look: "x" };
    let old = explore(&x, Policy::OldGil, LIMIT).unwrap();
    println!("Under the old GIL, {old}:");
    for outcome in &old.outcomes {
        println!("x is {} after {}", outcome.value, outcome.schedules);
    }
    println!("One of the shortest after which it is 1:");
    let lost = old.outcomes.iter().find(|outcome| outcome.value == "1");
    show(lost.unwrap());

    println!("\natomic?                    old GIL   new GIL   no GIL");
    // A loop has 8 million million schedules: only the tests ask for it.
    let quick = |text: &str| !text.starts_with("for");
    for statement in STATEMENTS.iter().filter(|it| quick(it.text)) {
        let [old, new, none] = GILS.map(|gil| {
            let atomic = is_atomic(&statement.question, gil, LIMIT);
            if atomic.unwrap() { "yes" } else { "-" }
        });
        println!("{:26} {old:9} {new:9} {none}", statement.text);
    }
}
// ANCHOR_END: show

/// The instructions in their order, one column for each thread.
fn show(outcome: &Outcome) {
    for turn in &outcome.example {
        for instruction in &turn.instructions {
            let words: Vec<_> = instruction.split_whitespace().collect();
            let column = 4 + 24 * turn.thread;
            println!("{:column$}{}", "", words.join(" "));
        }
    }
}
