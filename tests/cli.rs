//! The binary as a script or a person at a prompt meets it: streams, exit codes, files. Each test has a home of
//! its own and no environment.

#[cfg(test)]
#[path = "cli/codes.rs"]
mod codes;

#[cfg(test)]
#[path = "cli/completions.rs"]
mod completions;

#[cfg(test)]
#[path = "cli/config.rs"]
mod config;

#[cfg(test)]
#[path = "cli/cookbook.rs"]
mod cookbook;

#[cfg(test)]
#[path = "cli/docs.rs"]
mod docs;

#[cfg(test)]
#[path = "cli/doctor.rs"]
mod doctor;

#[cfg(test)]
#[path = "cli/help.rs"]
mod help;

#[path = "kit/kit.rs"]
mod kit;

#[cfg(test)]
#[path = "cli/lint.rs"]
mod lint;

#[cfg(test)]
#[path = "cli/list.rs"]
mod list;

#[cfg(test)]
#[path = "cli/login.rs"]
mod login;

#[cfg(test)]
#[path = "cli/manual.rs"]
mod manual;

#[cfg(test)]
#[path = "cli/paging.rs"]
mod paging;

#[cfg(test)]
#[path = "cli/serving.rs"]
mod serving;

#[cfg(test)]
#[path = "cli/show.rs"]
mod show;

#[cfg(test)]
#[path = "cli/streams.rs"]
mod streams;

#[cfg(test)]
#[path = "cli/system_errors.rs"]
mod system_errors;

#[cfg(test)]
#[path = "cli/version.rs"]
mod version;
