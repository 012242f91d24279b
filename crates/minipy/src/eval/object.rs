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
    /// Start, stop, step.
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

/// An object: the number of references, and the value.
struct Object<G: Gil> {
    count: AtomicUsize,
    payload: Payload<G>,
}

/// The count of an immortal object. It never changes: otherwise all threads that use the object would write to one
/// cache line. CPython has immortal objects since 3.12.
const IMMORTAL: usize = 1 << (usize::BITS - 2);

/// A reference to an object, which is freed with the last one.
///
/// If the GIL is exclusive, only its holder may use a reference. The interpreter ensures this, and no reference leaves
/// the interpreter.
pub(crate) struct Value<G: Gil> {
    object: NonNull<Object<G>>,
}

// SAFETY: with an exclusive GIL, `Gil`'s contract and `Shared::enter` ensure that one thread at a time uses objects.
// Without an exclusive GIL, counts are atomic, containers have locks, and nothing else in a payload changes.
unsafe impl<G: Gil> Send for Value<G> {}
// SAFETY: the same holds for shared references.
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

    /// A closure makes the payload when its cell is known, so the payload is written into the cell. A payload that is
    /// made before is copied, and the copy has to wait for the writes just before it.
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
        // SAFETY: the object lives as long as there is a reference, and `self` is one.
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

    /// The object's address. For an immortal object it is as good as a clone.
    pub fn pointer(&self) -> *mut () {
        self.object.as_ptr().cast()
    }

    /// The value whose [`pointer`](Self::pointer) this is.
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
        // SAFETY: the object lives as long as there is a reference, and `self` is one. No thread changes a payload
        // while there is a reference.
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
            // Acquire: and so does what the other threads did.
            fence(Ordering::Acquire);
        }
        // SAFETY: this was the last reference.
        unsafe { end(self.object) };
    }
}

thread_local! {
    /// Whether this thread is freeing an object that may hold others.
    static FREEING: Cell<bool> = const { Cell::new(false) };
    /// The objects to be freed afterwards.
    static WAITING: RefCell<Vec<NonNull<()>>> = const { RefCell::new(Vec::new()) };
}

/// Frees an object.
///
/// # Safety
///
/// There is no reference to the object any more.
#[inline]
unsafe fn end<G: Gil>(object: NonNull<Object<G>>) {
    // SAFETY: this was the last reference.
    let payload = unsafe { &(*object.as_ptr()).payload };
    if matches!(payload, Payload::Int(_) | Payload::Float(_)) {
        // SAFETY: there is no reference any more, and numbers have nothing to drop.
        unsafe { cells::give(object.cast()) };
        return;
    }
    // SAFETY: as the caller has promised.
    unsafe { end_slowly(object) };
}

/// Frees an object that may hold others. Nested containers are freed one after the other, not recursively: recursion
/// would need a deep stack.
///
/// # Safety
///
/// There is no reference to the object any more.
#[cold]
unsafe fn end_slowly<G: Gil>(object: NonNull<Object<G>>) {
    if FREEING.get() {
        WAITING.with_borrow_mut(|waiting| waiting.push(object.cast()));
        return;
    }
    FREEING.set(true);
    let mut next = Some(object);
    while let Some(object) = next {
        // SAFETY: there is no reference to the object, and its payload is moved out once.
        let payload = unsafe { object.cast::<Object<G>>().read().payload };
        // SAFETY: there is no reference to the object, whose payload has been moved out.
        unsafe { cells::give(object.cast()) };
        match payload {
            Payload::Lock(lock) => drop_foreign(lock),
            Payload::Thread(thread) => {
                let PyThread { handle, target } = *thread;
                drop(target);
                drop_foreign(handle);
            }
            other => drop(other),
        }
        // A thread frees the objects of one interpreter at a time, so all of them have this type.
        next = WAITING.with_borrow_mut(Vec::pop).map(NonNull::cast);
    }
    FREEING.set(false);
}

/// Drops a value of the platform. Its destructor may do anything: run an interpreter in this thread, or switch to
/// another coroutine that runs one. Such an interpreter frees its own objects, so the state of this one is put aside.
fn drop_foreign(foreign: impl Sized) {
    let waiting = WAITING.take();
    FREEING.set(false);
    drop(foreign);
    FREEING.set(true);
    WAITING.set(waiting);
}
