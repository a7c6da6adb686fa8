//! Prints `docs/kinds.md`: `cargo run -p detente-record --example kinds > docs/kinds.md`.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod render;

fn main() {
    print!("{}", render::document());
}
