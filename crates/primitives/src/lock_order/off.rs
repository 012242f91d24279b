//! No detector: without the feature, in release builds and in models.

use ungil_sync::const_fn;

#[derive(Debug)]
pub struct Node;

impl Node {
    const_fn! {
        pub(crate) fn new(_kind: &'static str, _of: fn() -> &'static str) -> Self {
            Node
        }
    }

    #[inline]
    pub(crate) fn takes(&self) {}

    #[inline]
    pub(crate) fn taken(&self) {}

    #[inline]
    pub(crate) fn released(&self) {}
}

#[inline]
pub(crate) fn waits(_with: &Node) {}
