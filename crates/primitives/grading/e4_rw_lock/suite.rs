//! What an answer to "a lock for readers and writers" has to do.

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::thread::{self, JoinHandle};
use interleave::{Explored, Failure, Model, SearchResult};

use super::answer::RwLock;

/// Two pages that always say the same, and the lock for them.
struct Book {
    lock: RwLock,
    left: AtomicU32,
    right: AtomicU32,
}

impl Book {
    fn new() -> Arc<Self> {
        Arc::new(Book { lock: RwLock::new(), left: AtomicU32::new(0), right: AtomicU32::new(0) })
    }

    fn read(&self) -> u32 {
        self.lock.acquire_read();
        let (left, right) = (self.left.load(Relaxed), self.right.load(Relaxed));
        assert_eq!(left, right, "somebody writes while another one reads");
        self.lock.release_read();
        left
    }

    fn write(&self) {
        self.lock.acquire_write();
        let edition = self.left.load(Relaxed) + 1;
        self.left.store(edition, Relaxed);
        self.right.store(edition, Relaxed);
        self.lock.release_write();
    }

    fn reader(self: &Arc<Self>) -> JoinHandle<u32> {
        let book = Arc::clone(self);
        named("reader", move || book.read())
    }

    fn writer(self: &Arc<Self>) -> JoinHandle<()> {
        let book = Arc::clone(self);
        named("writer", move || book.write())
    }

    /// For who reads: others come to read until one is refused, since a writer waits. With two preemptions
    /// the writer is interrupted twice on its way to sleep, so three may come before it waits.
    fn until_a_writer_waits(&self) {
        let mut overtakers = 0;
        while self.lock.try_acquire_read() {
            self.lock.release_read();
            overtakers += 1;
            assert!(overtakers <= 3, "a writer waits, and one reader after the other gets in");
            thread::yield_now();
        }
    }
}

/// A thread whose column in a picture says what it does.
fn named<R: Send + 'static>(name: &str, f: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    thread::Builder::new().name(name.to_owned()).spawn(f).unwrap()
}

fn readers_read_at_the_same_time() -> SearchResult {
    Model::new().search(|| {
        let book = Book::new();
        book.lock.acquire_read();
        assert!(book.lock.try_acquire_read(), "nobody writes, and nobody wants to");
        book.lock.release_read();
        // Comes to its end while main reads.
        book.reader().join().unwrap();
        book.lock.release_read();
        book.lock.acquire_write();
        assert!(!book.lock.try_acquire_read(), "somebody writes");
        book.lock.release_write();
    })
}

fn a_writer_is_alone() -> Result<Vec<Explored>, Box<Failure>> {
    let among_readers = Model::new().search(|| {
        let book = Book::new();
        let writer = book.writer();
        book.read();
        writer.join().unwrap();
        assert_eq!(book.read(), 1);
    })?;
    let among_writers = Model::new().search(|| {
        let book = Book::new();
        let writer = book.writer();
        book.write();
        writer.join().unwrap();
        assert_eq!(book.read(), 2, "two wrote at the same time, and one edition is lost");
    })?;
    Ok(vec![among_readers, among_writers])
}

fn a_writer_waits_for_all_readers() -> SearchResult {
    Model::new().preemption_bound(2).search(|| {
        let book = Book::new();
        book.lock.acquire_read();
        let (writer, reader) = (book.writer(), book.reader());
        book.lock.release_read();
        writer.join().unwrap();
        reader.join().unwrap();
    })
}

fn all_readers_go_on_after_the_writer() -> SearchResult {
    Model::new().preemption_bound(2).search(|| {
        let book = Book::new();
        book.lock.acquire_write();
        let first = book.reader();
        let second = named("reader", {
            let book = Arc::clone(&book);
            move || {
                book.lock.acquire_read();
                // Both can read at the same time, so this comes to an end.
                first.join().unwrap();
                book.lock.release_read();
            }
        });
        book.lock.release_write();
        second.join().unwrap();
    })
}

fn after_a_writer_others_of_both_kinds_go_on() -> SearchResult {
    Model::new().preemption_bound(2).search(|| {
        let book = Book::new();
        book.lock.acquire_write();
        let (reader, writer) = (book.reader(), book.writer());
        book.lock.release_write();
        reader.join().unwrap();
        writer.join().unwrap();
    })
}

fn a_writer_who_waits_is_not_overtaken() -> SearchResult {
    Model::new().preemption_bound(2).search(|| {
        let book = Book::new();
        book.lock.acquire_read();
        let writer = book.writer();
        book.until_a_writer_waits();
        book.lock.release_read();
        writer.join().unwrap();
    })
}

fn a_reader_who_comes_later_waits_for_the_writer() -> SearchResult {
    Model::new().preemption_bound(2).search(|| {
        let book = Book::new();
        book.lock.acquire_read();
        let writer = book.writer();
        book.until_a_writer_waits();
        let reader = book.reader();
        book.lock.release_read();
        assert_eq!(reader.join().unwrap(), 1, "the writer waited already when the reader came");
        writer.join().unwrap();
    })
}

fn who_is_woken_may_find_another_one_inside() -> Result<Vec<Explored>, Box<Failure>> {
    let a_writer = Model::new().search(|| {
        let book = Book::new();
        book.lock.acquire_read();
        let writer = book.writer();
        book.lock.release_read();
        book.write();
        writer.join().unwrap();
        assert_eq!(book.read(), 2, "two wrote at the same time, and one edition is lost");
    })?;
    let a_reader = Model::new().search(|| {
        let book = Book::new();
        book.lock.acquire_write();
        let reader = book.reader();
        book.lock.release_write();
        book.write();
        reader.join().unwrap();
    })?;
    Ok(vec![a_writer, a_reader])
}

fn a_wake_up_for_no_reason_lets_nobody_in() -> Result<Vec<Explored>, Box<Failure>> {
    let a_writer = Model::new().spurious(true).search(|| {
        let book = Book::new();
        book.lock.acquire_read();
        let writer = book.writer();
        // Time for a spurious wake-up.
        thread::yield_now();
        assert_eq!(book.left.load(Relaxed), 0, "somebody writes while another one reads");
        book.lock.release_read();
        writer.join().unwrap();
    })?;
    let a_reader = Model::new().spurious(true).search(|| {
        let book = Book::new();
        book.lock.acquire_write();
        book.left.store(1, Relaxed);
        let reader = book.reader();
        thread::yield_now();
        book.right.store(1, Relaxed);
        book.lock.release_write();
        reader.join().unwrap();
    })?;
    Ok(vec![a_writer, a_reader])
}

/// Real threads, once: for wrong answers that real threads do not catch.
fn stress() {
    let book = Book::new();
    let writer = book.writer();
    book.read();
    writer.join().unwrap();
}

harness::suite! {
    "2/4": readers_read_at_the_same_time, a_writer_is_alone, a_writer_waits_for_all_readers,
    all_readers_go_on_after_the_writer, after_a_writer_others_of_both_kinds_go_on,
    a_writer_who_waits_is_not_overtaken, a_reader_who_comes_later_waits_for_the_writer,
    who_is_woken_may_find_another_one_inside, a_wake_up_for_no_reason_lets_nobody_in; stress
}
