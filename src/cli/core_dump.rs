//! Keeps passwords and tokens out of core files: the memory of this process is written nowhere, and other processes of
//! the same user cannot look into it.

use rustix::process::{Resource, Rlimit, setrlimit};

/// From now on, no core file of this process or of what it starts, and no debugger at it. Where the system refuses
/// that, everything else still works.
pub fn forbid() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // The limit does not hold where cores are piped to a program.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
