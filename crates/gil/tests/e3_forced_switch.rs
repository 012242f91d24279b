//! Lesson 5, exercise 3: `cargo xtask check 5/3`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e3_forced_switch.rs"]
mod answer;
#[path = "../grading/e3_forced_switch/suite.rs"]
mod suite;
