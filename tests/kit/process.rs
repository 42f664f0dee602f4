//! What a running program took of the machine, from `/proc`.

use std::fs;
use std::time::Duration;

/// What a program and its threads took since they started.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Time on a processor.
    pub cpu: Duration,
    /// How often a thread went to sleep and was woken.
    pub wakeups: u64,
    /// How often a thread was taken off the processor.
    pub preempted: u64,
}

impl Usage {
    /// Of a program that runs.
    pub fn of(pid: u32) -> Self {
        let mut usage = Self::default();
        for task in fs::read_dir(format!("/proc/{pid}/task")).expect("the program is there") {
            let task = task.expect("a thread").path();
            // A thread may end while they are read.
            let Ok(scheduled) = fs::read_to_string(task.join("schedstat")) else { continue };
            let Ok(status) = fs::read_to_string(task.join("status")) else { continue };
            let nanoseconds = scheduled.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or_default();
            usage.cpu += Duration::from_nanos(nanoseconds);
            usage.wakeups += number(&status, "voluntary_ctxt_switches:").unwrap_or_default();
            usage.preempted += number(&status, "nonvoluntary_ctxt_switches:").unwrap_or_default();
        }
        usage
    }

    /// What was taken since an earlier look. Threads that ended meanwhile are not counted.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            wakeups: self.wakeups.saturating_sub(earlier.wakeups),
            preempted: self.preempted.saturating_sub(earlier.preempted),
        }
    }
}

/// Memory of a program in KiB: its peak (`VmHWM`) and now (`VmRSS`).
pub fn memory(pid: u32) -> (u64, u64) {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the program is there");
    let of = |name| number(&status, name).expect("a figure");
    (of("VmHWM:"), of("VmRSS:"))
}

fn number(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
