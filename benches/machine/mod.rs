//! What the machine says of the program that is being measured.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

/// Memory that is in use now, in megabytes.
pub fn memory_mb() -> f64 {
    line("VmRSS:") as f64 * 1024.0 / 1e6
}

/// Most memory that was in use so far, in mebibytes.
pub fn peak_mib() -> u64 {
    line("VmHWM:") / 1024
}

/// Milliseconds that the processor has worked for this program, whatever else the machine does; in steps of ten.
pub fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // Of the program itself, and of the system for it.
    fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap() * 10).sum()
}

/// A line of the program's status, in kibibytes.
fn line(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
