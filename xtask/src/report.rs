//! The only place where this tool writes to the terminal.

use std::time::Duration;

/// Writes one line to standard output.
#[expect(clippy::print_stdout, reason = "a developer's tool speaks to its terminal")]
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Writes one line to standard error.
#[expect(clippy::print_stderr, reason = "a developer's tool speaks to its terminal")]
pub(crate) fn problem(text: &str) {
    eprintln!("{text}");
}

/// A duration as a person would say it: `0.31 s`, `42.0 s`, `12 min 3 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.2} s", time.as_secs_f64()),
        10..120 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        assert_eq!(duration(Duration::from_millis(310)), "0.31 s");
        assert_eq!(duration(Duration::from_millis(42_000)), "42.0 s");
        assert_eq!(duration(Duration::from_secs(723)), "12 min 3 s");
    }
}
