//! The memory of objects: all have one size, so what one has left the next can have.
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
    /// The first free cell. It holds the address of the next.
    free: Cell<*mut Room>,
    spare: Cell<u32>,
    /// How many cells this thread has taken more than given. For the tests that nothing leaks.
    live: Cell<isize>,
}

thread_local! {
    // Without a destructor, so that access is a single instruction: `empty` is called instead.
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
        // SAFETY: `give` has written the address of the next there, and the cell has been nobody's since.
        cells.free.set(unsafe { cell.cast().read() });
        cells.spare.set(cells.spare.get() - 1);
        cell
    })
}

/// Gives a cell back.
///
/// # Safety
///
/// It comes from [`take`], in whichever thread, and nobody uses it any more.
#[inline]
pub(crate) unsafe fn give(cell: NonNull<Room>) {
    CELLS.with(|cells| {
        if cfg!(debug_assertions) {
            cells.live.set(cells.live.get() - 1);
        }
        if cells.spare.get() == SPARE {
            // SAFETY: as the caller has promised.
            return unsafe { free(cell) };
        }
        // SAFETY: as above; a cell is large enough and aligned for an address.
        unsafe { cell.cast().write(cells.free.get()) };
        cells.free.set(cell.as_ptr());
        cells.spare.set(cells.spare.get() + 1);
    });
}

/// Frees what this thread has kept: to be called when it has done with objects. How many cells it has taken more than
/// given since the last call; always 0 without debug assertions.
pub(crate) fn empty() -> isize {
    CELLS.with(|cells| {
        while let Some(cell) = NonNull::new(cells.free.get()) {
            // SAFETY: as in `take`; then nobody knows it any more.
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
    // SAFETY: its size is not 0.
    let cell = unsafe { alloc(LAYOUT) };
    NonNull::new(cell.cast()).unwrap_or_else(|| handle_alloc_error(LAYOUT))
}

/// # Safety
///
/// As of [`give`].
#[cold]
unsafe fn free(cell: NonNull<Room>) {
    // SAFETY: it comes from `fresh`, as all do.
    unsafe { dealloc(cell.as_ptr().cast(), LAYOUT) };
}
