//! Programs on a real pseudo-terminal: what a user would see, byte for byte. The console runs against the embedded
//! server over HTTP.

#[cfg(test)]
#[path = "pty/bell.rs"]
mod bell;

#[cfg(test)]
#[path = "pty/browsing.rs"]
mod browsing;

#[cfg(test)]
#[path = "pty/commands.rs"]
mod commands;

#[cfg(test)]
#[path = "pty/draft_files.rs"]
mod draft_files;

#[cfg(test)]
#[path = "pty/editing.rs"]
mod editing;

#[cfg(test)]
#[path = "pty/editor_ended.rs"]
mod editor_ended;

#[cfg(test)]
#[path = "pty/ending.rs"]
mod ending;

#[cfg(test)]
#[path = "pty/faults.rs"]
mod faults;

#[cfg(test)]
#[path = "pty/finding.rs"]
mod finding;

#[cfg(test)]
#[path = "pty/first_run.rs"]
mod first_run;

#[cfg(test)]
#[path = "pty/full_disk.rs"]
mod full_disk;

#[cfg(test)]
#[path = "pty/grammar.rs"]
mod grammar;

#[cfg(test)]
#[path = "pty/hostile.rs"]
mod hostile;

#[cfg(test)]
#[path = "pty/hostile_commands.rs"]
mod hostile_commands;

#[cfg(test)]
#[path = "pty/hostile_headers.rs"]
mod hostile_headers;

#[cfg(test)]
#[path = "pty/keys.rs"]
mod keys;

#[path = "kit/kit.rs"]
mod kit;

#[cfg(test)]
#[path = "pty/kit_tests.rs"]
mod kit_tests;

#[cfg(test)]
#[path = "pty/live.rs"]
mod live;

#[cfg(test)]
#[path = "pty/locked.rs"]
mod locked;

#[cfg(test)]
#[path = "pty/machine.rs"]
mod machine;

#[cfg(test)]
#[path = "pty/many.rs"]
mod many;

#[cfg(test)]
#[path = "pty/meanwhile.rs"]
mod meanwhile;

#[cfg(test)]
#[path = "pty/odd.rs"]
mod odd;

#[cfg(test)]
#[path = "pty/profiles.rs"]
mod profiles;

#[cfg(test)]
#[path = "pty/programs.rs"]
mod programs;

#[cfg(test)]
#[path = "pty/prompts.rs"]
mod prompts;

#[cfg(test)]
#[path = "pty/proxies.rs"]
mod proxies;

#[cfg(test)]
#[path = "pty/screens.rs"]
mod screens;

#[cfg(test)]
#[path = "pty/past.rs"]
mod past;

#[cfg(test)]
#[path = "pty/planted.rs"]
mod planted;

#[cfg(test)]
#[path = "pty/secrets.rs"]
mod secrets;

#[cfg(test)]
#[path = "pty/signing_in.rs"]
mod signing_in;

#[cfg(test)]
#[path = "pty/stalls.rs"]
mod stalls;

#[cfg(test)]
#[path = "pty/terminal_tests.rs"]
mod terminal_tests;

#[cfg(test)]
#[path = "pty/together.rs"]
mod together;

#[cfg(test)]
#[path = "pty/watching.rs"]
mod watching;

#[cfg(test)]
#[path = "pty/which_server.rs"]
mod which_server;

#[cfg(test)]
#[path = "pty/whole.rs"]
mod whole;
