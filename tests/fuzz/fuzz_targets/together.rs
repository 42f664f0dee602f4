#![no_main]

#[path = "../checks/together.rs"]
mod check;
#[path = "../checks/alone/seat.rs"]
mod seat;
#[path = "../checks/alone/server.rs"]
mod server;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
