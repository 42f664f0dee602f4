#![no_main]

#[path = "../checks/keys.rs"]
mod check;
#[path = "../../kit/records.rs"]
mod records;
#[path = "../../kit/setup.rs"]
mod setup;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
