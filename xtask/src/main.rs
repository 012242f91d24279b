//! The program `cargo xtask`.

fn main() -> std::process::ExitCode {
    xtask::exit(xtask::cli::run(std::env::args_os()))
}
