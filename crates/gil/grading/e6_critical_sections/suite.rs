//! What an answer to "critical sections" has to do.

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::thread::{self, JoinHandle};
use interleave::{Model, SearchResult};

use super::answer::{Object, Thread};

fn is_locked(object: &Object) -> bool {
    object.lock.try_lock().is_none()
}

fn code_runs_with_the_object_locked() -> SearchResult {
    Model::new().search(|| {
        let object = Object::new();
        let thread = Thread::new();
        for _ in 0..2 {
            let result = thread.section(&object, || {
                assert!(is_locked(&object), "the code runs, and the object is not locked");
                7
            });
            assert_eq!(result, 7, "section gives what the code gives");
            assert!(!is_locked(&object), "the section is over, and the object is still locked");
        }
    })
}

fn who_need_not_wait_keeps_the_outer_lock() -> SearchResult {
    Model::new().search(|| {
        let (outer, inner) = (Object::new(), Object::new());
        let thread = Thread::new();
        thread.section(&outer, || {
            thread.section(&inner, || {
                assert!(is_locked(&inner), "the code runs, and the object is not locked");
                assert!(
                    is_locked(&outer),
                    "nobody else was there, and the outer object is not locked any more"
                );
            });
            assert!(!is_locked(&inner), "the inner section is over, and its object is still locked");
            assert!(
                is_locked(&outer),
                "the outer section is not over, and its object is not locked any more"
            );
        });
    })
}

fn sections_of_the_same_object_nest() -> SearchResult {
    Model::new().search(|| {
        let object = Object::new();
        let thread = Thread::new();
        thread.section(&object, || {
            thread.section(&object, || ());
            assert!(
                is_locked(&object),
                "the inner section is over, the outer is not, and the object is not locked"
            );
        });
        assert!(!is_locked(&object), "the sections are over, and the object is still locked");
    })
}

/// A list, of which only the length matters.
struct List {
    object: Object,
    length: AtomicU32,
}

impl List {
    /// Two steps: another thread may come in between, if the object is not locked.
    fn append(&self) {
        let length = self.length.load(Relaxed);
        self.length.store(length + 1, Relaxed);
    }
}

/// Lists, of which threads use some, each inside of the one before.
struct Lists([List; 4]);

impl Lists {
    fn new() -> Arc<Self> {
        Arc::new(Lists([(); 4].map(|()| List { object: Object::new(), length: AtomicU32::new(0) })))
    }

    /// Goes through the sections of these lists from the outermost to the innermost, and appends on the way back.
    fn append_to<'a>(&'a self, thread: &Thread<'a>, lists: &[usize]) {
        if let [outer, inner @ ..] = lists {
            let list = &self.0[*outer];
            thread.section(&list.object, || {
                self.append_to(thread, inner);
                list.append();
            });
        }
    }

    /// Main and another thread, each with its lists.
    fn race(self: &Arc<Self>, main: &'static [usize], other: &'static [usize]) {
        let thread = self.begin(other);
        self.append_to(&Thread::new(), main);
        thread.join().unwrap();
        self.check([main, other]);
    }

    /// A thread with its lists.
    fn begin(self: &Arc<Self>, lists: &'static [usize]) -> JoinHandle<()> {
        let this = Arc::clone(self);
        thread::spawn(move || this.append_to(&Thread::new(), lists))
    }

    /// Every append of these threads has to be there.
    fn check(&self, threads: [&[usize]; 2]) {
        for (number, list) in self.0.iter().enumerate() {
            let appended = threads.concat().iter().filter(|list| **list == number).count();
            let length = list.length.load(Relaxed) as usize;
            assert_eq!(length, appended, "two have appended to list {number} at the same time");
        }
    }
}

fn two_lists() {
    Lists::new().race(&[0, 1], &[1, 0]);
}

fn two_lists_in_either_order() -> SearchResult {
    Model::new().search(two_lists)
}

fn all_outer_sections_are_suspended() -> SearchResult {
    Model::new().preemption_bound(2).search(|| Lists::new().race(&[0, 1, 2], &[2, 3, 0]))
}

/// Two threads wait for the innermost list with two sections suspended, and resume them in opposite orders.
fn two_resume() {
    let lists = Lists::new();
    let innermost = lists.0[2].object.lock.lock();
    let (one, other) = (&[0, 1, 2], &[1, 0, 2]);
    let threads = [lists.begin(one), lists.begin(other)];
    thread::yield_now();
    drop(innermost);
    for thread in threads {
        thread.join().unwrap();
    }
    lists.check([one, other]);
}

fn one_section_at_a_time_is_resumed() -> SearchResult {
    Model::new().preemption_bound(1).search(two_resume)
}

harness::suite! {
    "5/6": code_runs_with_the_object_locked, who_need_not_wait_keeps_the_outer_lock, sections_of_the_same_object_nest,
    two_lists_in_either_order, all_outer_sections_are_suspended, one_section_at_a_time_is_resumed; two_lists
}
