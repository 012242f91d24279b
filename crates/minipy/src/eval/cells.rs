//! The memory of objects. All have one size, so an object can have the cell that a freed object has left.
//!
//! Each thread of the operating system keeps a few free cells for itself, which is what makes an integer cheap.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ptr::{self, NonNull};

/// Room for an object.
#[repr(C, align(8))]
pub(crate) struct Room {
    bytes: [u8; 32],
}

/// How many free cells a thread keeps.
const SPARE: u32 = 256;

struct Cells {
    /// The first free cell. It holds the address of the next free cell.
    free: Cell<*mut Room>,
    /// How many free cells there are.
    spare: Cell<u32>,
    /// The number of cells taken minus the number given back, for the tests that nothing leaks.
    live: Cell<isize>,
}

thread_local! {
    // Cells has no destructor, so that access is a single instruction. Instead, the thread calls `empty`.
    static CELLS: Cells = const { Cells { free: Cell::new(ptr::null_mut()), spare: Cell::new(0), live: Cell::new(0) } };
}

/// A cell that no other code uses.
#[inline]
pub(crate) fn take() -> NonNull<Room> {
    CELLS.with(|cells| {
        if cfg!(debug_assertions) {
            cells.live.set(cells.live.get() + 1);
        }
        let Some(cell) = NonNull::new(cells.free.get()) else { return fresh() };
        // SAFETY: `give` has written the address of the next free cell there, and no code has used the cell since.
        cells.free.set(unsafe { cell.cast().read() });
        cells.spare.set(cells.spare.get() - 1);
        cell
    })
}

/// Gives a cell back.
///
/// # Safety
///
/// The cell comes from [`take`], in any thread, and no code uses it any more.
#[inline]
pub(crate) unsafe fn give(cell: NonNull<Room>) {
    CELLS.with(|cells| {
        if cfg!(debug_assertions) {
            cells.live.set(cells.live.get() - 1);
        }
        if cells.spare.get() == SPARE {
            // SAFETY: the caller promises that no code uses the cell any more.
            return unsafe { free(cell) };
        }
        // SAFETY: no code uses the cell any more, and it is large enough and aligned for an address.
        unsafe { cell.cast().write(cells.free.get()) };
        cells.free.set(cell.as_ptr());
        cells.spare.set(cells.spare.get() + 1);
    });
}

/// Frees the cells that this thread has kept. A thread calls it when it no longer uses objects. Returns the number of
/// cells taken minus the number given back since the last call; always 0 without debug assertions.
pub(crate) fn empty() -> isize {
    CELLS.with(|cells| {
        while let Some(cell) = NonNull::new(cells.free.get()) {
            // SAFETY: `give` has written the address of the next free cell there; once that is read, no code uses the
            // cell any more.
            unsafe {
                cells.free.set(cell.cast().read());
                free(cell);
            }
        }
        cells.spare.set(0);
        cells.live.replace(0)
    })
}

const LAYOUT: Layout = Layout::new::<Room>();

#[cold]
fn fresh() -> NonNull<Room> {
    // SAFETY: the size of the layout is not 0.
    let cell = unsafe { alloc(LAYOUT) };
    NonNull::new(cell.cast()).unwrap_or_else(|| handle_alloc_error(LAYOUT))
}

/// # Safety
///
/// The cell comes from [`take`], in any thread, and no code uses it any more.
#[cold]
unsafe fn free(cell: NonNull<Room>) {
    // SAFETY: the cell comes from `fresh`, as all cells do.
    unsafe { dealloc(cell.as_ptr().cast(), LAYOUT) };
}
