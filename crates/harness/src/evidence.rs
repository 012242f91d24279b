//! What a test has found when its function returns.

use crate::{Class, Finding};

/// Returned by the functions of a suite: nothing where the test ran once, or what the model checker found.
pub trait Evidence {
    /// The verdict, and what shows it.
    fn finding(self) -> Finding;
}

impl Evidence for () {
    fn finding(self) -> Finding {
        Finding::new(Class::Solved, "")
    }
}

#[cfg(feature = "interleave")]
impl Evidence for interleave::Explored {
    fn finding(self) -> Finding {
        let (class, text) = match self.coverage {
            interleave::Coverage::Stopped => (
                Class::CannotJudge,
                "There are more executions than there was time for. None so far was wrong, but that is no proof: \
                 take fewer steps.",
            ),
            _ => (Class::Solved, ""),
        };
        Finding { explored: vec![self.into()], ..Finding::new(class, text) }
    }
}

#[cfg(feature = "interleave")]
impl<E: Evidence> Evidence for Result<E, Box<interleave::Failure>> {
    fn finding(self) -> Finding {
        self.map_or_else(|failure| Finding::from(*failure), E::finding)
    }
}

/// Several searches in one test: everything that they have explored, up to the first that is not enough.
impl<E: Evidence> Evidence for Vec<E> {
    fn finding(self) -> Finding {
        let mut all = ().finding();
        for one in self.into_iter().map(E::finding) {
            if one.class != Class::Solved {
                return one;
            }
            all.explored.extend(one.explored);
        }
        all
    }
}
