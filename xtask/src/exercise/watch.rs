//! `cargo xtask watch 1/2`: a verdict whenever the learner's file is saved; keys work at any time.

use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use harness::Class;

use super::judge;
use super::progress::Progress;
use super::saves::Saves;
use super::text::Which;
use super::verdict::Verdict;
use super::{Exercise, all_of_course, check, hint, select, show};
use crate::failure::{Failure, Result};
use crate::groups::Groups;
use crate::lessons::Course;
use terminal::screen::{BOLD, DIM, GOOD, Screen};
use terminal::signals::on_signals;
use terminal::{Key, Keys};

enum Event {
    Key(Key),
    Saved,
    /// The verdict of the check with this number.
    Verdict(u64, Result<Verdict>),
}

struct Watch<'a> {
    course: &'a Course,
    screen: &'a mut Screen,
    sender: Sender<Event>,
    saves: Saves,
    exercise: Exercise,
    /// The number of the newest check. Verdicts of older checks are dropped.
    number: u64,
    running: Option<(Groups, JoinHandle<()>)>,
    /// The class of the last verdict on this exercise.
    class: Option<Class>,
    hints_seen: usize,
}

/// Until the learner quits.
pub fn run(course: &Course, word: Option<&str>, screen: &mut Screen) -> Result<()> {
    let exercises = match word {
        Some(word) => select(course, word)?,
        None => all_of_course(course)?,
    };
    let progress = Progress::read(course)?;
    let open = exercises.iter().find(|exercise| !progress.is_solved(exercise)).or(exercises.first());
    let Some(exercise) = open.cloned() else {
        return Err(Failure::Failed("there are no exercises yet".into()));
    };
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let line = format!("watch needs a terminal; `cargo xtask check {}` judges once", exercise.id());
        return Err(Failure::Misuse(line));
    }
    let (sender, inbox) = mpsc::channel();
    let quit = sender.clone();
    on_signals(move || drop(quit.send(Event::Key(Key::Quit))))?;
    let saved = sender.clone();
    let saves = Saves::listen(move || saved.send(Event::Saved).is_ok());
    let pressed = sender.clone();
    // Dropped on every way out, a panic among them.
    let _keys = Keys::listen(move |key| pressed.send(Event::Key(key)).is_ok())?;
    screen.raw = true;
    let mut watch = Watch {
        course,
        screen,
        sender,
        saves,
        exercise,
        number: 0,
        running: None,
        class: None,
        hints_seen: 0,
    };
    let result = watch.run(&inbox);
    watch.stop();
    watch.screen.raw = false;
    result
}

impl Watch<'_> {
    fn run(&mut self, inbox: &Receiver<Event>) -> Result<()> {
        self.saves.watch(self.exercise.root.join(self.exercise.file()));
        self.check()?;
        while let Ok(event) = inbox.recv() {
            match event {
                Event::Key(Key::Quit) => break,
                Event::Key(Key::Char('n')) => self.next()?,
                Event::Key(Key::Char('h' | '?')) => self.hint()?,
                Event::Key(Key::Char('l')) => self.list()?,
                Event::Key(Key::Char('r')) | Event::Saved => self.check()?,
                Event::Key(Key::Char(_)) => {}
                Event::Verdict(number, verdict) if number == self.number => self.show(verdict)?,
                Event::Verdict(..) => {}
            }
        }
        Ok(())
    }

    /// Ends the check that runs, and waits until nothing is left of it.
    fn stop(&mut self) {
        if let Some((groups, thread)) = self.running.take() {
            groups.cancel();
            // The thread catches its own panics.
            let _ = thread.join();
        }
    }

    fn check(&mut self) -> Result<()> {
        self.stop();
        self.number += 1;
        self.screen.clear()?;
        self.screen.line(format_args!("  {DIM}checking {} ...{DIM:#}", self.exercise.id()))?;
        let groups = Groups::default();
        let (exercise, style, number) = (self.exercise.clone(), self.screen.style, self.number);
        let (sender, theirs) = (self.sender.clone(), groups.clone());
        let thread = thread::spawn(move || {
            let judged = catch_unwind(AssertUnwindSafe(|| judge::judge(&exercise, &theirs, &style)));
            let verdict = judged.unwrap_or_else(|_| Err(Failure::Failed("the check itself panicked".into())));
            // The watch may have ended.
            let _ = sender.send(Event::Verdict(number, verdict));
        });
        self.running = Some((groups, thread));
        Ok(())
    }

    fn show(&mut self, verdict: Result<Verdict>) -> Result<()> {
        self.stop();
        self.screen.clear()?;
        match verdict {
            Ok(verdict) => {
                let mut progress = Progress::read(self.course)?;
                if verdict.is_solved() {
                    progress.note(&self.exercise, true)?;
                }
                if self.class != Some(verdict.class) {
                    self.hints_seen = 0;
                }
                self.class = Some(verdict.class);
                let next = check::next(self.course, &self.exercise, &progress)?;
                show::verdict(&self.exercise, &verdict, next.as_ref(), self.screen)?;
            }
            Err(failure) => self.screen.prose(2, BOLD, &failure.to_string())?,
        }
        self.keys()
    }

    fn keys(&mut self) -> Result<()> {
        self.screen.blank()?;
        let keys = [("n", "next"), ("h", "hint"), ("l", "list"), ("r", "rerun"), ("q", "quit")];
        Ok(self.screen.keys(&keys)?)
    }

    /// Goes on with the next unsolved exercise.
    fn next(&mut self) -> Result<()> {
        let progress = Progress::read(self.course)?;
        match check::next(self.course, &self.exercise, &progress)? {
            Some(next) => {
                self.exercise = next;
                self.class = None;
                self.hints_seen = 0;
                self.saves.watch(self.exercise.root.join(self.exercise.file()));
                self.check()
            }
            None => {
                self.screen.line(format_args!("  {GOOD}There is no other one left to solve.{GOOD:#}"))?;
                Ok(())
            }
        }
    }

    /// Shows the hint for the last verdict first, then the hints with numbers.
    fn hint(&mut self) -> Result<()> {
        let text = match self.exercise.text() {
            Ok(text) => text,
            Err(failure) => return Ok(self.screen.prose(2, BOLD, &failure.to_string())?),
        };
        let of_class = self.class.map(Which::Class).filter(|which| text.hint(*which).is_some());
        let all: Vec<Which> = of_class.into_iter().chain((1..=text.steps()).map(Which::Step)).collect();
        if let Some(which) = all.get(self.hints_seen).or(all.last()) {
            hint::show(&self.exercise, &text, *which, self.screen)?;
            self.hints_seen += 1;
        }
        self.keys()
    }

    fn list(&mut self) -> Result<()> {
        let progress = Progress::read(self.course)?;
        self.screen.blank()?;
        let mut rows = Vec::new();
        for exercise in all_of_course(self.course)? {
            let here = if exercise.key == self.exercise.key { "you are here" } else { "" };
            let mark = if progress.is_solved(&exercise) {
                self.screen.symbol("✓", "ok")
            } else {
                self.screen.symbol("○", "-")
            };
            rows.push(vec![format!("{mark} {}", exercise.id()), exercise.title(), here.to_owned()]);
        }
        self.screen.table(&rows)?;
        self.keys()
    }
}
