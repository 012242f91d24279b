//! The C library's semaphore and recursive mutex, as they are.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;

/// `sem_t`, what CPython's locks were made of on Linux for thirty years.
pub struct SemT(Box<UnsafeCell<libc::sem_t>>);

// SAFETY: made to be used by many threads.
unsafe impl Sync for SemT {}
// SAFETY: in a box, it stays where it is.
unsafe impl Send for SemT {}

impl SemT {
    pub fn new(value: u32) -> Self {
        let semaphore = Box::new(UnsafeCell::new(MaybeUninit::uninit()));
        // SAFETY: it is ours, and initialised here; a `MaybeUninit` is laid out as what it holds.
        unsafe {
            assert_eq!(libc::sem_init((*semaphore.get()).as_mut_ptr(), 0, value), 0, "a semaphore");
            SemT(Box::from_raw(Box::into_raw(semaphore).cast()))
        }
    }

    #[inline]
    pub fn wait(&self) {
        // SAFETY: initialised. It fails if a signal interrupts it only.
        while unsafe { libc::sem_wait(self.0.get()) } != 0 {}
    }

    #[inline]
    pub fn post(&self) {
        // SAFETY: initialised.
        unsafe { libc::sem_post(self.0.get()) };
    }
}

impl Drop for SemT {
    fn drop(&mut self) {
        // SAFETY: no thread waits, as no other thread has a reference to it.
        unsafe { libc::sem_destroy(self.0.get()) };
    }
}

/// `pthread_mutex_t` of the recursive kind.
pub struct RecursiveMutex(Box<UnsafeCell<libc::pthread_mutex_t>>);

// SAFETY: made to be used by many threads.
unsafe impl Sync for RecursiveMutex {}
// SAFETY: in a box, it stays where it is.
unsafe impl Send for RecursiveMutex {}

impl RecursiveMutex {
    pub fn new() -> Self {
        let mutex = Box::new(UnsafeCell::new(libc::PTHREAD_MUTEX_INITIALIZER));
        let mut kind = MaybeUninit::uninit();
        // SAFETY: both are ours, and initialised before they are used.
        unsafe {
            libc::pthread_mutexattr_init(kind.as_mut_ptr());
            libc::pthread_mutexattr_settype(kind.as_mut_ptr(), libc::PTHREAD_MUTEX_RECURSIVE);
            assert_eq!(libc::pthread_mutex_init(mutex.get(), kind.as_ptr()), 0, "a mutex");
            libc::pthread_mutexattr_destroy(kind.as_mut_ptr());
        }
        RecursiveMutex(mutex)
    }

    #[inline]
    pub fn lock(&self) {
        // SAFETY: initialised.
        unsafe { libc::pthread_mutex_lock(self.0.get()) };
    }

    /// The caller must have locked it.
    #[inline]
    pub fn unlock(&self) {
        // SAFETY: initialised.
        unsafe { libc::pthread_mutex_unlock(self.0.get()) };
    }
}

impl Drop for RecursiveMutex {
    fn drop(&mut self) {
        // SAFETY: no thread holds it, as no other thread has a reference to it.
        unsafe { libc::pthread_mutex_destroy(self.0.get()) };
    }
}
