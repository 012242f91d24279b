//! hostile: crash: its allocator aborts

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    Vec::new()
}

struct Aborts;

// SAFETY: it never returns.
unsafe impl std::alloc::GlobalAlloc for Aborts {
    unsafe fn alloc(&self, _: std::alloc::Layout) -> *mut u8 {
        std::process::abort()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: std::alloc::Layout) {}
}

#[global_allocator]
static ALLOCATOR: Aborts = Aborts;
