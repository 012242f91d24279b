//! What `cargo xtask play --tree` prints.

use harness::Class;
use interleave::{Line, Step};
use serde_json::{Value, json};

use crate::puzzles::Puzzle;
use crate::tree::{LIMIT, Tree};

/// All schedules of a puzzle as one object: at each point the steps since the point before, and where each choice
/// leads; at the ends how the execution ends.
///
/// # Errors
///
/// What is wrong with the puzzle's header.
pub fn tree(puzzle: &Puzzle) -> Result<Value, String> {
    let header = puzzle.header()?;
    let tree = Tree::grow(&puzzle.code, &[], LIMIT);
    let mut values: Vec<Value> = Vec::new();
    // Backwards: what follows on a point stands behind it.
    for node in tree.nodes.iter().rev() {
        let of = |thread: usize| node.threads.get(thread);
        let steps = |step: &Step| {
            let line = step.line.as_ref().map(|Line { number, .. }| number);
            json!({ "thread": of(step.thread), "text": step.text, "line": line })
        };
        let choices = node.choices.iter().map(|&(thread, next)| {
            let then = next.and_then(|next| values.get_mut(tree.nodes.len() - 1 - next)).map(Value::take);
            json!({ "thread": of(thread), "then": then })
        });
        let choices: Vec<Value> = choices.collect();
        let steps: Vec<Value> = node.steps.iter().map(steps).collect();
        values.push(match node.end {
            Some(class) => json!({ "steps": steps, "end": name(class) }),
            None => json!({ "steps": steps, "choices": choices }),
        });
    }
    Ok(json!({
        "puzzle": puzzle.name,
        "file": puzzle.code.file,
        "goal": header.class.name(),
        "shortest": tree.shortest(header.class),
        "executions": tree.executions,
        "cut": tree.cut,
        "tree": values.pop(),
    }))
}

/// How an execution ends: `passed`, or the class of its failure. Of an answer, `solved` would be said.
fn name(end: Class) -> &'static str {
    if end == Class::Solved { "passed" } else { end.name() }
}
