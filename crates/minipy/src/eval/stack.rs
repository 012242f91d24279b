//! The stack of a machine: a vector that lends itself out as bare pointers to the evaluation loop.
//!
//! A push that looks whether there is room, and keeps the length in memory, costs as much as the rest of a short
//! instruction. So the room for a whole call is reserved at once, and the loop keeps the end in a register.

use super::object::Value;
use crate::Gil;

/// A variable, which may have no value, or an element of an expression; `None` is a NULL then.
pub(crate) type Slot<G> = Option<Value<G>>;

pub(crate) struct Stack<G: Gil> {
    slots: Vec<Slot<G>>,
}

/// The stack while it is lent.
pub(crate) struct Lent<G: Gil> {
    pub first: *mut Slot<G>,
    /// Behind the last slot in use.
    pub end: *mut Slot<G>,
}

impl<G: Gil> Stack<G> {
    pub fn new(slots: impl Iterator<Item = Slot<G>>) -> Self {
        Stack { slots: slots.collect() }
    }

    /// So many more slots can be used, also of what is lent.
    pub fn reserve(&mut self, slots: usize) {
        self.slots.reserve(slots);
    }

    /// The slots; the caller gives them back by [`give_back`](Self::give_back). Until then the stack is empty, so that
    /// slots that are never given back are lost, and not dropped twice.
    pub fn lend(&mut self) -> Lent<G> {
        let in_use = self.slots.len();
        // SAFETY: no elements are fewer than there are.
        unsafe { self.slots.set_len(0) };
        let first = self.slots.as_mut_ptr();
        // SAFETY: in the vector, or just behind.
        Lent { first, end: unsafe { first.add(in_use) } }
    }

    /// # Safety
    ///
    /// `end` was made of what [`lend`](Self::lend) gave, all slots before it are in use, and no more than were reserved.
    pub unsafe fn give_back(&mut self, end: *mut Slot<G>) {
        // SAFETY: as the caller has promised, both are of one allocation.
        let in_use = unsafe { end.offset_from_unsigned(self.slots.as_ptr()) };
        // SAFETY: as the caller has promised.
        unsafe { self.slots.set_len(in_use) };
    }

    pub fn slots(&mut self) -> &mut Vec<Slot<G>> {
        &mut self.slots
    }

    pub fn as_slice(&self) -> &[Slot<G>] {
        &self.slots
    }
}
