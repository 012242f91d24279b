//! The stack of a machine: a vector that lends itself out as bare pointers to the evaluation loop.
//!
//! A push that checks the capacity and keeps the length in memory costs as much as the rest of a short instruction. So
//! the slots for a whole call are reserved at once, and the loop keeps the end in a register.

use super::object::Value;
use crate::Gil;

/// A variable, which may have no value, or an intermediate value of an expression, where `None` is CPython's NULL.
pub(crate) type Slot<G> = Option<Value<G>>;

pub(crate) struct Stack<G: Gil> {
    slots: Vec<Slot<G>>,
}

/// The stack while it is lent.
pub(crate) struct Lent<G: Gil> {
    pub first: *mut Slot<G>,
    /// The end of the slots in use.
    pub end: *mut Slot<G>,
}

impl<G: Gil> Stack<G> {
    pub fn new(slots: impl Iterator<Item = Slot<G>>) -> Self {
        Stack { slots: slots.collect() }
    }

    /// Reserves this number of slots beyond those in use, also for the next [`lend`](Self::lend).
    pub fn reserve(&mut self, slots: usize) {
        self.slots.reserve(slots);
    }

    /// Lends the slots, until [`give_back`](Self::give_back). Meanwhile the stack counts as empty, so that slots which
    /// are never given back are leaked and not dropped twice.
    pub fn lend(&mut self) -> Lent<G> {
        let in_use = self.slots.len();
        // SAFETY: 0 is at most the capacity, and there are no elements to be initialised.
        unsafe { self.slots.set_len(0) };
        let first = self.slots.as_mut_ptr();
        // SAFETY: the pointer is in the vector's allocation, or just behind it.
        Lent { first, end: unsafe { first.add(in_use) } }
    }

    /// # Safety
    ///
    /// `end` comes from the pointers that [`lend`](Self::lend) returned, all slots before it are in use, and there are
    /// no more than were reserved.
    pub unsafe fn give_back(&mut self, end: *mut Slot<G>) {
        // SAFETY: the caller promises that both pointers are in one allocation.
        let in_use = unsafe { end.offset_from_unsigned(self.slots.as_ptr()) };
        // SAFETY: the caller promises that these slots are in use.
        unsafe { self.slots.set_len(in_use) };
    }

    pub fn slots(&mut self) -> &mut Vec<Slot<G>> {
        &mut self.slots
    }

    pub fn as_slice(&self) -> &[Slot<G>] {
        &self.slots
    }
}
