//! What the threads do with a GIL.

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GilEvent {
    /// It waits for the GIL, which another thread holds.
    Waits,
    /// It was woken because the GIL was released, but another thread took it first.
    WakesInVain,
    /// It holds the GIL from now on.
    Takes,
    /// It holds the GIL no more.
    Releases,
    /// It asks the holder to drop the GIL.
    Requests {
        /// The holder's number.
        of: usize,
    },
    /// It has dropped the GIL, and waits until another thread has taken it.
    SwitchBegins,
    /// Another thread has taken the GIL.
    SwitchEnds,
    /// It continues without the GIL, in input, output or native code: `Py_BEGIN_ALLOW_THREADS`.
    Leaves,
    /// Its input, output or native code has ended, and it wants the GIL back: `Py_END_ALLOW_THREADS`.
    Returns,
}

/// Receives the events of a GIL. The GIL calls the observer at the moment of the event, in the thread that acts.
pub trait Observer: Send + Sync + 'static {
    /// The thread with this [number](crate::Gil::number) does something. The GIL's internal lock may be held: do not
    /// take the GIL.
    fn observe(&self, thread: usize, event: GilEvent);
}

/// Observes nothing, and costs nothing.
impl Observer for () {
    #[inline]
    fn observe(&self, _thread: usize, _event: GilEvent) {}
}
