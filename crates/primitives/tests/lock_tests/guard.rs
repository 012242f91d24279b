//! `test_with`, of whatever has a guard.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Guard;
use super::support::elsewhere;

pub fn with<G: Guard>() {
    let lock = G::new();
    let free = lock.with(|| elsewhere(|| lock.is_free()));
    assert!(!free && elsewhere(|| lock.is_free()));
    let panic = catch_unwind(AssertUnwindSafe(|| lock.with(|| panic!("as planned"))));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"as planned"));
    assert!(elsewhere(|| lock.is_free()));
}
