//! Lesson 1, exercise 1: `cargo xtask check 1/1`.

#[allow(clippy::todo, missing_docs, unused)]
#[path = "../exercises/e1_in_order.rs"]
mod answer;
#[path = "../grading/e1_in_order/suite.rs"]
mod suite;
