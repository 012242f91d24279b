//! What an answer to "a counter that survives without a GIL" has to do.
//!
//! Orderings are all that matters here, so there is no platform between the answer and the checker.

use interleave::cell::UnsafeCell;
use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::{Model, SearchResult, thread};

use super::answer::RefCount;

fn it_counts() -> SearchResult {
    Model::new().search(|| {
        let count = RefCount::new();
        assert!(count.is_unique(), "a new object has one reference");
        count.inc();
        assert!(!count.is_unique(), "there are two references");
        assert!(!count.dec(), "there were two references, so this was not the last");
        assert!(count.is_unique(), "there were two references, and one is gone");
        assert!(count.dec(), "this was the last reference");
    })
}

/// An object, as the interpreter has it.
struct Object {
    count: RefCount,
    /// How often it was freed.
    freed: AtomicU32,
}

impl Object {
    fn new() -> Arc<Self> {
        Arc::new(Object { count: RefCount::new(), freed: AtomicU32::new(0) })
    }

    fn drop_reference(&self) {
        if self.count.dec() {
            let before = self.freed.fetch_add(1, Relaxed);
            assert_eq!(before, 0, "the object is freed twice");
        }
    }

    /// Uses the object, of which the caller has a reference.
    fn touch(&self) {
        assert_eq!(self.freed.load(Relaxed), 0, "the object is freed, and there is a reference to it");
    }
}

/// Two threads have a reference each, and drop it.
fn two_drop() {
    let object = Object::new();
    object.count.inc();
    let other = thread::spawn({
        let object = Arc::clone(&object);
        move || object.drop_reference()
    });
    object.drop_reference();
    other.join().unwrap();
    assert_eq!(object.freed.load(Relaxed), 1, "there is no reference left, and the object is not freed");
}

fn the_last_one_frees_it() -> SearchResult {
    Model::new().search(two_drop)
}

fn nobody_frees_it_while_there_is_a_reference() -> SearchResult {
    Model::new().search(|| {
        let object = Object::new();
        object.count.inc();
        let other = thread::spawn({
            let object = Arc::clone(&object);
            move || {
                // One more, and that is gone at once, while main does the same.
                object.count.inc();
                object.drop_reference();
                object.touch();
                object.drop_reference();
            }
        });
        object.count.inc();
        object.drop_reference();
        object.touch();
        object.drop_reference();
        other.join().unwrap();
        assert_eq!(object.freed.load(Relaxed), 1, "there is no reference left, and the object is not freed");
    })
}

/// An object whose value is read and written without a lock, as it is while there is only one reference.
struct Value {
    count: RefCount,
    value: UnsafeCell<u32>,
}

impl Value {
    fn new() -> Arc<Self> {
        Arc::new(Value { count: RefCount::new(), value: UnsafeCell::new(1) })
    }

    #[track_caller]
    fn get(&self) -> u32 {
        // SAFETY: the checker checks that no thread writes meanwhile.
        self.value.with(|value| unsafe { *value })
    }

    #[track_caller]
    fn set(&self, new: u32) {
        // SAFETY: the checker checks that no other thread reads or writes meanwhile.
        self.value.with_mut(|value| unsafe { *value = new });
    }
}

/// Its memory is used for something else.
const FREED: u32 = 0;

fn what_others_have_read_is_read_before_it_is_freed() -> SearchResult {
    Model::new().search(|| {
        let object = Value::new();
        object.count.inc();
        let read = |object: &Value| {
            assert_eq!(object.get(), 1, "the object is freed, and there is a reference to it");
            if object.count.dec() {
                object.set(FREED);
            }
        };
        let other = thread::spawn({
            let object = Arc::clone(&object);
            move || read(&object)
        });
        read(&object);
        other.join().unwrap();
    })
}

fn who_is_alone_sees_what_others_have_written() -> SearchResult {
    Model::new().search(|| {
        let (count, text) = (Arc::new(RefCount::new()), Arc::new(AtomicU32::new(0)));
        count.inc();
        let other = thread::spawn({
            let (count, text) = (Arc::clone(&count), Arc::clone(&text));
            move || {
                text.store(1, Relaxed);
                let was_last = count.dec();
                assert!(!was_last, "main has a reference");
            }
        });
        if count.is_unique() {
            assert_eq!(
                text.load(Relaxed),
                1,
                "who was there before has written 1, and dropped its reference"
            );
        }
        other.join().unwrap();
        assert!(count.is_unique(), "the other reference is gone");
    })
}

harness::suite! {
    "5/5": it_counts, the_last_one_frees_it, nobody_frees_it_while_there_is_a_reference,
    what_others_have_read_is_read_before_it_is_freed, who_is_alone_sees_what_others_have_written; two_drop
}
