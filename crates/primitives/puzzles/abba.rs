//! puzzle: ABBA
//! goal: Two threads move money between two accounts, in opposite directions. Make each wait for the other.
//! class: deadlock
//! learnt: A thread that holds one lock and wants another may be part of a cycle. If all threads take their locks in
//! the same order, there is no cycle.

use interleave::sync::{Arc, Mutex};
use interleave::thread;

type Bank = [Mutex<i32>; 2];

// ANCHOR: show
fn transfer(bank: &Bank, from: usize, to: usize, amount: i32) {
    let mut from = bank[from].lock();
    let mut to = bank[to].lock();
    *from -= amount;
    *to += amount;
}

fn main() {
    let bank = Arc::new([Mutex::new(100), Mutex::new(100)]);
    let theirs = Arc::clone(&bank);
    let other = thread::spawn(move || transfer(&theirs, 0, 1, 30));
    transfer(&bank, 1, 0, 10);
    other.join().unwrap();
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
