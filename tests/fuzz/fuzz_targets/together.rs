#![no_main]

#[path = "../checks/together.rs"]
mod check;
#[path = "../checks/alone/seat.rs"]
mod seat;
#[path = "../checks/alone/server.rs"]
mod server;
#[path = "../../kit/records.rs"]
mod records;
#[path = "../../kit/setup.rs"]
mod setup;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
