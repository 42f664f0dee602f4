//! What a spreadsheet does to texts that pass through it: which texts it takes for something else (a number, a date, a
//! truth value, a formula), and whether a text that came back is what one of them made of the text that was exported.

mod damage;
mod date;
mod number;
mod words;

pub use damage::{TextDamage, damage, suspect};
pub use words::flag;

use std::net::{Ipv4Addr, SocketAddrV4};

/// From this many digits on a spreadsheet may write a number as `4.9E+10`.
const LONG: usize = 11;

/// Whether a spreadsheet would store something else than this text: a number, a date, a time, a truth value, an error.
/// Formulas are not meant here: they are known by their first sign.
pub fn would_change(text: &str) -> bool {
    // With a space beside it, even the shortest number is written back without it.
    let is_safe = is_short_integer(text);
    let text = text.trim();
    if is_safe || text.parse::<Ipv4Addr>().is_ok() || text.parse::<SocketAddrV4>().is_ok() {
        return false;
    }
    looks_like_number(text) || date::parts(text).is_some() || words::truth(text).is_some() || words::is_error(text)
}

fn looks_like_number(text: &str) -> bool {
    const SIGNS: &str = ".,:/-+()%'’ \u{a0}\u{202f}\u{2212}eE";
    let amount = number::without_currency(text);
    let all = amount.chars().all(|c| c.is_numeric() || SIGNS.contains(c)) && amount.contains(char::is_numeric);
    all && !amount.starts_with(['e', 'E'])
}

/// Digits that a spreadsheet writes back as they are.
fn is_short_integer(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() < LONG && (text == "0" || !text.starts_with('0'))
}

#[cfg(test)]
mod tests;
