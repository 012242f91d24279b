//! Objects, and references to them, which are counted: the reason why there is a GIL.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

use super::cells::{self, Room};
use super::container::{Dict, Guarded, Iteration};
use super::native::{Module, Native};
use super::threading::{PyLock, PyThread};
use crate::Gil;

/// What an object is.
pub(crate) enum Payload<G: Gil> {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Box<str>),
    Tuple(Box<[Value<G>]>),
    List(Box<Guarded<G, Vec<Value<G>>>>),
    Dict(Box<Guarded<G, Dict<G>>>),
    /// Begin, end, step.
    Range(Box<[i64; 3]>),
    Iterator(Box<Guarded<G, Iteration<G>>>),
    /// The index of its code.
    Function(u32),
    Native(Box<Native<G>>),
    Module(Module),
    Thread(Box<PyThread<G>>),
    Lock(Box<PyLock<G>>),
    /// On the stack while a `with` is open: the lock that its end releases.
    Exit(Value<G>),
}

/// An object: how many references there are, and what it is.
struct Object<G: Gil> {
    count: AtomicUsize,
    payload: Payload<G>,
}

/// A count from here on is an immortal object's and never changes: otherwise all threads that use the object would write to
/// one cache line. CPython 3.12 and later have immortal objects, too.
const IMMORTAL: usize = 1 << (usize::BITS - 2);

/// A reference to an object, which is freed with the last one.
///
/// If the GIL is exclusive, only its holder may use a reference. The interpreter sees to this, and gives no reference out.
pub(crate) struct Value<G: Gil> {
    object: NonNull<Object<G>>,
}

// SAFETY: with an exclusive GIL one thread at a time uses objects, as `Gil`'s contract and `Shared::enter` see to;
// without one counts are atomic, containers have locks, and all else in a payload does not change.
unsafe impl<G: Gil> Send for Value<G> {}
// SAFETY: as above.
unsafe impl<G: Gil> Sync for Value<G> {}

impl<G: Gil> Value<G> {
    /// A new object, and the only reference to it.
    #[inline]
    pub fn new(payload: Payload<G>) -> Self {
        Self::made_by(|| payload)
    }

    #[inline]
    pub fn int(number: i64) -> Self {
        Self::made_by(|| Payload::Int(number))
    }

    #[inline]
    pub fn float(number: f64) -> Self {
        Self::made_by(|| Payload::Float(number))
    }

    /// Made only when there is a place for it, a number is written there at once: made before, it is copied, and the
    /// copy waits for the parts that were just written.
    #[inline]
    fn made_by(payload: impl FnOnce() -> Payload<G>) -> Self {
        const { assert!(size_of::<Object<G>>() <= size_of::<Room>()) };
        const { assert!(align_of::<Object<G>>() <= align_of::<Room>()) };
        let object = cells::take().cast::<Object<G>>();
        // SAFETY: the cell is ours and large enough, as was just asserted.
        unsafe { object.write(Object { count: AtomicUsize::new(1), payload: payload() }) };
        Value { object }
    }

    pub fn text(text: impl Into<Box<str>>) -> Self {
        Value::new(Payload::Text(text.into()))
    }

    pub fn list(items: Vec<Value<G>>) -> Self {
        Value::new(Payload::List(Box::new(Guarded::new(items))))
    }

    #[inline]
    fn count(&self) -> &AtomicUsize {
        // SAFETY: it lives as long as there is a reference, and this is one.
        unsafe { &(*self.object.as_ptr()).count }
    }

    /// The number of references; [`IMMORTAL`] or more for an immortal object.
    pub fn references(&self) -> usize {
        self.count().load(Ordering::Relaxed)
    }

    /// Makes the object immortal. Allowed only for the first reference, before other threads can see the object.
    pub fn immortal(self) -> Self {
        self.count().store(IMMORTAL, Ordering::Relaxed);
        self
    }

    /// Frees an immortal object.
    ///
    /// # Safety
    ///
    /// The object is immortal, and no other reference to it is used from now on.
    pub unsafe fn mortal(self) {
        self.count().store(1, Ordering::Relaxed);
    }

    pub fn is_immortal(&self) -> bool {
        !G::EXCLUSIVE && self.references() >= IMMORTAL
    }

    /// The address: `is` in Python.
    #[inline]
    pub fn address(&self) -> usize {
        self.object.as_ptr().addr()
    }

    pub fn is(&self, other: &Self) -> bool {
        self.object == other.object
    }

    /// For an immortal object: as good as a clone.
    pub fn pointer(&self) -> *mut () {
        self.object.as_ptr().cast()
    }

    /// What [`pointer`](Self::pointer) has given.
    ///
    /// # Safety
    ///
    /// The object [is immortal](Self::is_immortal), and its interpreter has not ended.
    pub unsafe fn from_pointer(pointer: NonNull<()>) -> Self {
        Value { object: pointer.cast() }
    }
}

impl<G: Gil> Deref for Value<G> {
    type Target = Payload<G>;

    #[inline]
    fn deref(&self) -> &Payload<G> {
        // SAFETY: as in `count`. Nobody changes a payload while there is a reference.
        unsafe { &(*self.object.as_ptr()).payload }
    }
}

// ANCHOR: clone
impl<G: Gil> Clone for Value<G> {
    #[inline]
    fn clone(&self) -> Self {
        let count = self.count();
        let now = count.load(Ordering::Relaxed);
        if G::EXCLUSIVE {
            // Two steps, with no other thread between them: this is what the GIL is for.
            count.store(now + 1, Ordering::Relaxed);
        } else if now < IMMORTAL {
            // Relaxed: the caller has a reference already, so the object cannot go away.
            count.fetch_add(1, Ordering::Relaxed);
        }
        Value { object: self.object }
    }
}
// ANCHOR_END: clone

impl<G: Gil> Drop for Value<G> {
    #[inline]
    fn drop(&mut self) {
        let count = self.count();
        let now = count.load(Ordering::Relaxed);
        if G::EXCLUSIVE {
            if now != 1 {
                count.store(now - 1, Ordering::Relaxed);
                return;
            }
        } else {
            // The holder of the only reference need not count it down: no other thread can make another.
            // Release: what this thread did with the object comes before its end.
            if now >= IMMORTAL || (now != 1 && count.fetch_sub(1, Ordering::Release) != 1) {
                return;
            }
            // Acquire: and what the others did.
            fence(Ordering::Acquire);
        }
        // SAFETY: this was the last reference.
        unsafe { end(self.object) };
    }
}

thread_local! {
    /// Whether a container is just being freed here.
    static FREEING: Cell<bool> = const { Cell::new(false) };
    /// Containers that wait for that.
    static WAITING: RefCell<Vec<NonNull<()>>> = const { RefCell::new(Vec::new()) };
}

/// # Safety
///
/// There is no reference any more.
#[inline]
unsafe fn end<G: Gil>(object: NonNull<Object<G>>) {
    // SAFETY: this was the last reference.
    let payload = unsafe { &(*object.as_ptr()).payload };
    if matches!(payload, Payload::Int(_) | Payload::Float(_)) {
        // SAFETY: as above; numbers have nothing to drop.
        unsafe { cells::give(object.cast()) };
        return;
    }
    // SAFETY: as the caller has promised.
    unsafe { end_slowly(object) };
}

/// A list of a list of a list … ends one after the other, and not one inside of the other, which would need a deep
/// stack.
///
/// # Safety
///
/// As of [`end`].
#[cold]
unsafe fn end_slowly<G: Gil>(object: NonNull<Object<G>>) {
    if FREEING.get() {
        WAITING.with_borrow_mut(|waiting| waiting.push(object.cast()));
        return;
    }
    FREEING.set(true);
    let mut next = Some(object);
    while let Some(object) = next {
        // SAFETY: there is no reference to it, and it is moved out once.
        let payload = unsafe { object.cast::<Object<G>>().read().payload };
        // SAFETY: as above.
        unsafe { cells::give(object.cast()) };
        match payload {
            Payload::Lock(lock) => drop_foreign(lock),
            Payload::Thread(thread) => {
                let PyThread { record, target } = *thread;
                drop(target);
                drop_foreign(record);
            }
            other => drop(other),
        }
        // A thread frees the objects of one interpreter at a time, so they are of this type.
        next = WAITING.with_borrow_mut(Vec::pop).map(NonNull::cast);
    }
    FREEING.set(false);
}

/// Drops what a platform has made, whose destructors may do anything: run an interpreter in this thread, or let another
/// coroutine go on in one. To their objects nothing is being freed here.
fn drop_foreign(foreign: impl Sized) {
    let waiting = WAITING.take();
    FREEING.set(false);
    drop(foreign);
    FREEING.set(true);
    WAITING.set(waiting);
}
