//! What happens around a GIL, as its policies report it to [`Platform::record`](crate::Platform::record).

/// One thing that a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which thread: [`Gil::number`](crate::Gil::number).
    pub thread: usize,
    /// What it does.
    pub what: What,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It wants the GIL, which another one has.
    Waits,
    /// It was woken because the GIL was released, but somebody else was there first.
    WakesInVain,
    /// It has the GIL from now on.
    Takes,
    /// It has the GIL no more.
    Releases,
    /// It asks the holder to drop the GIL.
    Requests {
        /// The holder's number.
        of: usize,
    },
    /// It has dropped the GIL, and waits until another one has taken it.
    SwitchBegins,
    /// Another one has.
    SwitchEnds,
    /// It goes on without the GIL, into input, output or native code: `Py_BEGIN_ALLOW_THREADS`.
    Leaves,
    /// It is through, and wants the GIL back: `Py_END_ALLOW_THREADS`.
    Returns,
}
