//! Where an execution stands after some choices, and what a search of all executions comes to.

use std::path::Path;

use harness::Class;
use interleave::{Failure, Line, Scene, SearchResult, Step, Wait};

use crate::puzzles::{Code, ROOT, Scenario};

/// An execution after some choices.
#[derive(Debug)]
pub struct Position {
    /// The place of each thread, and what has happened.
    pub scene: Scene,
    /// How the execution has ended, if it has.
    pub end: Option<End>,
}

/// How an execution ends.
#[derive(Debug)]
pub enum End {
    /// Nothing went wrong.
    Passed,
    /// It fails.
    Failed(Box<Failure>),
}

impl Position {
    /// The class of its end, if it has ended; `Solved` if nothing went wrong.
    pub fn class(&self) -> Option<Class> {
        self.end.as_ref().map(End::class)
    }
}

impl End {
    /// Its class; `Solved` if nothing went wrong.
    pub fn class(&self) -> Class {
        match self {
            End::Passed => Class::Solved,
            End::Failed(failure) => failure.kind.into(),
        }
    }
}

/// There is no such choice.
#[derive(Debug, PartialEq, Eq)]
pub struct NoSuchChoice {
    /// Which of the choices it is, from 0.
    pub at: usize,
}

/// The threads to choose from, or the only one that can go on; none at the end.
pub fn who_can(scene: &Scene) -> Vec<usize> {
    (0..scene.threads.len()).filter(|&thread| scene.threads[thread].can_go_on).collect()
}

/// Runs one execution. `choose` is asked where more than one thread can go on; a single one goes by itself.
pub fn run(scenario: &Scenario, choose: &mut dyn FnMut(&Scene, &[usize]) -> Option<usize>) -> Position {
    let mut last = Scene { steps: Vec::new(), threads: Vec::new() };
    let mut stopped = false;
    let result = (scenario.schedule)(&mut |scene| {
        assert!(
            last.steps.len() <= scene.steps.len(),
            "begun anew: a puzzle cannot have an interleave::Global"
        );
        last = scene.clone();
        tidy(&mut last.steps, last.threads.iter_mut().filter_map(|thread| thread.next.as_mut()));
        let can = who_can(&last);
        let choice = if can.len() > 1 { choose(&last, &can) } else { can.first().copied() };
        stopped = choice.is_none() && !can.is_empty();
        choice
    });
    let end = match result {
        Ok(_) if stopped => None,
        Ok(_) => Some(End::Passed),
        Err(failure) => {
            let failure = tidied(failure);
            last.steps.clone_from(&failure.steps);
            Some(End::Failed(failure))
        }
    };
    Position { scene: last, end }
}

/// Where the execution stands after these choices, threads by their number.
///
/// # Errors
///
/// If a choice is of a thread that cannot go on there, or comes after the end.
pub fn position(code: &Code, choices: &[usize]) -> Result<Position, NoSuchChoice> {
    let mut left = choices.iter();
    let mut refused = false;
    let position = run(&code.scenario, &mut |_, can| {
        let choice = left.next().copied()?;
        refused = !can.contains(&choice);
        (!refused).then_some(choice)
    });
    match left.len() {
        0 if !refused => Ok(position),
        left => Err(NoSuchChoice { at: choices.len() - left - usize::from(refused) }),
    }
}

/// Searches all executions.
pub fn search(code: &Code) -> SearchResult {
    (code.scenario.search)().map_err(tidied)
}

fn tidied(mut failure: Box<Failure>) -> Box<Failure> {
    tidy(&mut failure.steps, &mut failure.waits);
    failure.place.iter_mut().for_each(shorten);
    failure
}

/// The compiler knows a puzzle's file by its full path; on a screen it is named from the course's folder.
fn tidy<'a>(steps: &mut [Step], waits: impl IntoIterator<Item = &'a mut Wait>) {
    for line in steps.iter_mut().filter_map(|step| step.line.as_mut()) {
        shorten(line);
    }
    for wait in waits {
        shorten(&mut wait.line);
        if let Some((_, since)) = &mut wait.held_by {
            shorten(since);
        }
    }
}

fn shorten(line: &mut Line) {
    if let Ok(short) = Path::new(&line.file).strip_prefix(ROOT) {
        line.file = short.display().to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::puzzles::Puzzle;

    #[test]
    fn choices_that_do_not_exist_are_refused() {
        let code = Puzzle::find("lost_progress").unwrap().code;
        assert!(position(&code, &[0]).unwrap().end.is_none());
        assert_eq!(position(&code, &[0, 7]).unwrap_err(), NoSuchChoice { at: 1 });
        assert_eq!(position(&code, &[0, 0, 0]).unwrap_err(), NoSuchChoice { at: 2 }, "main waits for T1");
    }

    #[test]
    fn lines_are_of_the_puzzles_own_file() {
        let code = Puzzle::find("lost_progress").unwrap().code;
        let Some(End::Failed(failure)) = position(&code, &[0, 1, 0]).unwrap().end else {
            panic!("an addition is lost")
        };
        let lines = failure.steps.iter().filter_map(|step| step.line.as_ref()).chain(&failure.place);
        for line in lines {
            assert_eq!(line.file, code.file);
        }
    }
}
