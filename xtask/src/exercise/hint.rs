//! `cargo xtask hint 1/2`, `hint 1/2 3`, `hint 1/2 lost-wakeup`.

use harness::Class;

use super::text::{Text, Which};
use super::{Exercise, find, show};
use crate::failure::{Failure, Result};
use crate::lessons::Course;
use terminal::screen::{DIM, Screen};

pub fn run(course: &Course, word: &str, which: Option<&str>, screen: &mut Screen) -> Result<()> {
    let exercise = find(course, word)?;
    let text = exercise.text()?;
    let which = choose(&text, which).map_err(Failure::Misuse)?;
    show(&exercise, &text, which, screen)
}

/// Prints a hint, and which one comes next.
pub fn show(exercise: &Exercise, text: &Text, which: Which, screen: &mut Screen) -> Result<()> {
    let title = match which {
        Which::Step(step) => format!("hint {step} of {}", text.steps()),
        Which::Class(class) => format!("hint for: {}", class.words()),
    };
    screen.blank()?;
    screen.heading(&format!("{}  {}", exercise.id(), text.title), &title)?;
    screen.rule()?;
    show::paragraphs(text.hint(which).unwrap_or_default(), screen)?;
    screen.blank()?;
    let next = match which {
        Which::Step(step) if step < text.steps() => {
            format!("cargo xtask hint {} {}", exercise.id(), step + 1)
        }
        Which::Step(_) => format!("cargo xtask solution {}", exercise.id()),
        Which::Class(_) => format!("cargo xtask hint {} 1", exercise.id()),
    };
    screen.line(format_args!("  {DIM}Still stuck? {next}{DIM:#}"))?;
    Ok(())
}

/// The hint that the word means; without a word the first.
fn choose(text: &Text, word: Option<&str>) -> std::result::Result<Which, String> {
    let which = match word {
        None => Which::Step(1),
        Some(word) => match (word.parse::<usize>(), class(word)) {
            (Ok(step), _) => Which::Step(step),
            (_, Some(class)) => Which::Class(class),
            _ => return Err(format!("no hint '{}'; there are {}", word.escape_debug(), list(text))),
        },
    };
    match text.hint(which) {
        Some(_) => Ok(which),
        None => Err(format!("no hint '{}'; there are {}", word.unwrap_or("1").escape_debug(), list(text))),
    }
}

/// By its name, `lost-wakeup`, or as a verdict has it, `Lost wake-up`.
fn class(word: &str) -> Option<Class> {
    let word = word.to_lowercase();
    Class::ALL.into_iter().find(|class| class.name() == word || class.words() == word)
}

fn list(text: &Text) -> String {
    let classes: Vec<&str> = text.classes().map(Class::name).collect();
    let steps = format!("1 to {}", text.steps());
    if classes.is_empty() { steps } else { format!("{steps}, {}", classes.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_classes_are_chosen() {
        let hints = "## Hint 1\n\na\n\n## Hint 2\n\nb\n\n## Hint: deadlock\n\nc\n";
        let text = Text::parse("# T\nminutes: 1\n", hints).unwrap();
        assert_eq!(choose(&text, None), Ok(Which::Step(1)));
        assert_eq!(choose(&text, Some("2")), Ok(Which::Step(2)));
        for word in ["deadlock", "Deadlock"] {
            assert_eq!(choose(&text, Some(word)), Ok(Which::Class(Class::Deadlock)));
        }
        for word in ["0", "3", "panic", "x"] {
            assert_eq!(
                choose(&text, Some(word)),
                Err(format!("no hint '{word}'; there are 1 to 2, deadlock"))
            );
        }
    }
}
