//! What a test that passed has shown.

/// Returned by the functions of a suite: nothing where the test ran once, or what the model checker reports.
pub trait Evidence {
    /// `all executions (96)`; empty if there is nothing to say.
    fn words(&self) -> String;

    /// Whether it is enough to call the test passed: a search that was cut short proves nothing.
    fn is_enough(&self) -> bool {
        true
    }
}

#[cfg(feature = "interleave")]
impl Evidence for interleave::Proof {
    fn words(&self) -> String {
        self.to_string()
    }

    fn is_enough(&self) -> bool {
        self.coverage != interleave::Coverage::Stopped
    }
}

impl Evidence for () {
    fn words(&self) -> String {
        String::new()
    }
}

/// Several models in one test.
impl<E: Evidence> Evidence for Vec<E> {
    fn words(&self) -> String {
        let words: Vec<String> = self.iter().map(E::words).collect();
        words.join("; ")
    }

    fn is_enough(&self) -> bool {
        self.iter().all(E::is_enough)
    }
}
