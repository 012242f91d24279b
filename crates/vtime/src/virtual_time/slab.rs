//! Values by number. The number of a removed value is used again.

use std::ops::{Index, IndexMut};

#[derive(Default)]
pub(super) struct Slab<T> {
    values: Vec<T>,
    free: Vec<usize>,
}

impl<T: Default> Slab<T> {
    /// Adds a value, and returns its number.
    pub(super) fn add(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.values.push(T::default());
            self.values.len() - 1
        })
    }

    pub(super) fn remove(&mut self, number: usize) {
        self.values[number] = T::default();
        self.free.push(number);
    }
}

impl<T> Index<usize> for Slab<T> {
    type Output = T;

    fn index(&self, number: usize) -> &T {
        &self.values[number]
    }
}

impl<T> IndexMut<usize> for Slab<T> {
    fn index_mut(&mut self, number: usize) -> &mut T {
        &mut self.values[number]
    }
}
