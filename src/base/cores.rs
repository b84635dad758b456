//! The process leaves no picture of its memory behind: no core dump, by the limit and by the kernel's own mark.
//! What other programs with all rights can read it cannot prevent.

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Forbids cores from now on, of this process and by the limit of its children too.
pub fn forbid() -> io::Result<()> {
    // Where cores go to a program, the limit alone does not count.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}
