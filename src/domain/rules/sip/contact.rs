//! The `contact` of a registration, read as server and node read it: the server looks for `sip:` in lower case
//! anywhere in the text, the node takes the first address and forgets the rest.

use crate::domain::rules::sip::address::{SipAddress, list};
use crate::domain::rules::sip::uri::{Uri, UriFault};

/// A contact that a node can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact<'a> {
    /// The first address.
    pub address: SipAddress<'a>,
    /// Its URI.
    pub uri: Uri<'a>,
    /// Whether there is text around the address that is no part of one.
    pub surrounded: bool,
    /// Whether more addresses follow behind a comma.
    pub several: bool,
}

/// Why a text is no contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactFault {
    /// No `sip:` in it: the server refuses it.
    NoSipUri,
    /// The node reads no address out of it, for this reason.
    Unreadable(&'static str),
}

impl<'a> Contact<'a> {
    /// Reads a contact.
    ///
    /// # Errors
    /// The text is not a contact.
    pub fn parse(text: &'a str) -> Result<Self, ContactFault> {
        // Nearly every contact begins so; looking anywhere takes longer.
        let begins = text.starts_with("sip:") || text.starts_with("<sip:");
        if !begins && !text.contains("sip:") {
            return Err(ContactFault::NoSipUri);
        }
        let mut addresses = list(text);
        let first = addresses.next().unwrap_or_default();
        let several = addresses.next().is_some();
        let mut address = SipAddress::parse(first).map_err(|fault| ContactFault::Unreadable(fault.reason()))?;
        let mut surrounded = !address.is_clean();
        if !address.bracketed && address.uri.contains(char::is_whitespace) {
            surrounded = true;
            let word = address.uri.split_whitespace().find(|word| word.starts_with("sip:"));
            address.uri = word.ok_or(ContactFault::Unreadable(UriFault::Scheme.reason()))?;
        }
        let uri = Uri::parse(address.uri).map_err(|fault| ContactFault::Unreadable(fault.reason()))?;
        Ok(Self { address, uri, surrounded, several })
    }

    /// Whether parameters or headers stand behind a URI without brackets.
    pub fn has_bare_parameters(&self) -> bool {
        !self.address.bracketed && (!self.address.after.is_empty() || self.address.uri.contains('?'))
    }

    /// The address as a node writes it: with brackets around the URI.
    pub fn sent(&self) -> String {
        let display = self.address.display;
        let space = if display.is_empty() { "" } else { " " };
        format!("{display}{space}<{}>{}", self.address.uri, self.address.after)
    }

    /// The same with the parameters inside of the brackets, where those of a URI belong.
    pub fn bracketed(&self) -> String {
        format!("<{}{}>", self.address.uri, self.address.after)
    }
}
