#![no_main]

#[path = "../checks/input.rs"]
mod check;
#[path = "../../kit/setup.rs"]
mod setup;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
