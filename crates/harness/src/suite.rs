//! The suite macro.

/// Makes tests of a suite's functions, which are plain `fn()` or return their [`Evidence`](crate::Evidence).
///
/// ```
/// fn two_jobs() {}
/// fn many_jobs() {}
/// fn stress() {}
///
/// harness::suite! { "1/2": two_jobs, many_jobs; stress }
/// # fn main() {}
/// ```
///
/// The tests are ignored: an exercise that is not solved must not make `cargo test` fail. `stress` is optional:
/// one run on real threads, which the maintainers' checks repeat with the wrong answers that must survive it.
#[macro_export]
macro_rules! suite {
    ($exercise:literal: $($test:ident),+ $(,)? $(; $stress:ident)?) => {
        #[cfg(test)]
        mod exercise {
            const TESTS: &[&str] = &[$(stringify!($test)),+];

            // Cargo compares the times of files, but the runner's variable with the answer's hash, too: a file that is older
            // than the last build, a backup for instance, is built again.
            const _: Option<&str> = option_env!("UNGIL_ANSWER");

            #[test]
            #[ignore = "says which tests there are"]
            fn __tests() {
                $crate::tell(TESTS);
            }
            $(
                #[test]
                #[ignore = concat!("exercise: cargo xtask check ", $exercise)]
                fn $test() {
                    let test = $crate::Test { name: stringify!($test), of: TESTS.len(), file: file!() };
                    $crate::run(&test, super::$test);
                }
            )+
        }
        $(
            #[cfg(test)]
            mod real_threads {
                #[test]
                #[ignore = concat!("10,000 runs on real threads, for the self-check of ", $exercise)]
                fn $stress() {
                    let test = $crate::Test { name: stringify!($stress), of: 1, file: file!() };
                    $crate::run_often(&test, super::$stress);
                }
            }
        )?
    };
}
