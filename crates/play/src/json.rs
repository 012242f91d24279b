//! What `cargo xtask play` reads, and `--tree` writes.

use harness::Class;
use interleave::{Line, SearchResult, Step};
use serde_json::{Value, json};

use crate::puzzles::{Code, Puzzle};
use crate::replay::{End, Position};
use crate::tree::{LIMIT, Tree};

/// A puzzle with all its texts, and its par: the fewest choices that reach the goal.
///
/// # Errors
///
/// What is wrong with its header.
pub fn puzzle(puzzle: &Puzzle) -> Result<Value, String> {
    let header = puzzle.header()?;
    let par = Tree::grow(&puzzle.code, &[], LIMIT).shortest(header.class).map(|choices| choices.len());
    Ok(json!({
        "lesson": puzzle.lesson,
        "name": puzzle.name,
        "title": header.title,
        "goal": header.goal,
        "class": header.class.name(),
        "learnt": header.learnt,
        "par": par,
        "code": code(&puzzle.code),
        "mended": code(&puzzle.mended),
    }))
}

fn code(code: &Code) -> Value {
    let (first, lines) = code.shown();
    json!({ "file": code.file, "first": first, "lines": lines })
}

/// Where an execution stands; `class` is the puzzle's.
pub fn position(position: &Position, class: Class) -> Value {
    let end = position.end.as_ref().map(|end| {
        let picture = match end {
            End::Passed => None,
            End::Failed(failure) => Some(failure.picture(harness::style())),
        };
        json!({ "class": name(end.class()), "goal": end.class() == class, "picture": picture })
    });
    json!({ "scene": parsed(&position.scene.to_json()), "end": end })
}

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

/// The result of the search of a mended version.
pub fn mended(result: &SearchResult) -> Value {
    match result {
        Ok(explored) => json!({ "proof": explored.to_string(), "failure": null }),
        Err(failure) => json!({ "proof": null, "failure": failure.picture(harness::style()) }),
    }
}

/// How an execution ends: `passed`, or the class of its failure. Of an answer, `solved` would be said.
fn name(end: Class) -> &'static str {
    if end == Class::Solved { "passed" } else { end.name() }
}

/// interleave writes its JSON itself.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("interleave writes JSON")
}
