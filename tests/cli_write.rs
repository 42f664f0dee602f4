//! The commands that write, as a script or a person at a prompt meets them: the binary over HTTP against the
//! embedded server, with faults, and with someone else who writes at the same time.

#[cfg(test)]
#[path = "cli_write/applying.rs"]
mod applying;

#[cfg(test)]
#[path = "cli_write/asking.rs"]
mod asking;

#[cfg(test)]
#[path = "cli_write/between.rs"]
mod between;

#[cfg(test)]
#[path = "cli_write/bouncing.rs"]
mod bouncing;

#[cfg(test)]
#[path = "cli_write/comparing.rs"]
mod comparing;

#[cfg(test)]
#[path = "cli_write/details.rs"]
mod details;

#[cfg(test)]
#[path = "cli_write/endings.rs"]
mod endings;

#[path = "kit/kit.rs"]
mod kit;

#[cfg(test)]
#[path = "cli_write/honest.rs"]
mod honest;

#[cfg(test)]
#[path = "cli_write/kept.rs"]
mod kept;

#[cfg(test)]
#[path = "cli_write/live.rs"]
mod live;

#[cfg(test)]
#[path = "cli_write/making.rs"]
mod making;

#[cfg(test)]
#[path = "cli_write/odd_servers.rs"]
mod odd_servers;

#[cfg(test)]
#[path = "cli_write/on_record.rs"]
mod on_record;

#[cfg(test)]
#[path = "cli_write/order.rs"]
mod order;

#[cfg(test)]
#[path = "cli_write/proxies.rs"]
mod proxies;

#[cfg(test)]
#[path = "cli_write/questions.rs"]
mod questions;

#[cfg(test)]
#[path = "cli_write/setting.rs"]
mod setting;

#[cfg(test)]
#[path = "cli_write/tools.rs"]
mod tools;

#[cfg(test)]
#[path = "cli_write/which_server.rs"]
mod which_server;
