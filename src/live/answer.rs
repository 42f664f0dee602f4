//! Takes an answer apart while it arrives: the objects of its `result` one by one, and the rest as one small document.
//! So an answer of megabytes is never in memory as a whole.

use crate::domain::live::round::Unreachable;

/// Most bytes of one object, and of what is around them.
const MOST: usize = 64 << 10;

/// Deepest nesting.
const DEEPEST: usize = 32;

/// The member whose objects are taken out.
const RESULT: &[u8] = b"result";

/// What is wrong with an answer, as the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// Not whole.
    #[error("it ends in the middle")]
    Unfinished,
    /// An object, or what is around the objects, is too long.
    #[error("a part of it has more than {MOST} bytes")]
    LongPart,
    /// A comma without an object.
    #[error("a comma too many")]
    Comma,
    /// Two objects without a comma.
    #[error("no comma between two registrations")]
    NoComma,
    /// Something else than an object in the list.
    #[error("a registration is not an object")]
    NoObject,
    /// Nested deeper than anything that nodes write.
    #[error("it is nested too deeply")]
    Deep,
    /// A bracket too many.
    #[error("it closes what was not open")]
    Unopened,
    /// An object that cannot be read: what the parser says.
    #[error("{0}")]
    Json(String),
    /// More objects than are taken.
    #[error("more than {0} {1}")]
    TooMany(usize, &'static str),
    /// An object that says of no node.
    #[error("it has neither node_id nor node")]
    NoNode,
}

impl From<AnswerFault> for Unreachable {
    fn from(fault: AnswerFault) -> Self {
        Self::Garbage(fault.to_string())
    }
}

/// Whether a byte stands in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Quoted {
    #[default]
    No,
    Yes,
    /// Behind a backslash.
    Escaped,
}

/// What must come next between the objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Due {
    /// An object, or the end: none was read yet.
    #[default]
    Any,
    /// A comma, or the end.
    Comma,
    /// An object.
    Object,
}

/// Reads one answer.
#[derive(Debug, Default)]
pub struct AnswerReader {
    /// How deep the member `result` stands: 1 in JSON-RPC, 2 in Prometheus.
    level: usize,
    depth: usize,
    quoted: Quoted,
    /// The last text at the level of `result`: its key, if a colon follows.
    text: Vec<u8>,
    key_is_result: bool,
    in_result: bool,
    due: Due,
    envelope: Vec<u8>,
    object: Vec<u8>,
}

impl AnswerReader {
    /// For answers whose `result` stands this deep.
    pub fn at_level(level: usize) -> Self {
        Self { level, ..Self::default() }
    }

    /// Takes in the next bytes; each object that is whole goes to `take`.
    ///
    /// # Errors
    /// What is wrong, and what `take` says.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Result<(), AnswerFault>,
    ) -> Result<(), AnswerFault> {
        for byte in bytes {
            self.next(*byte, take)?;
        }
        Ok(())
    }

    /// The document without the objects, which is to be read as a whole.
    ///
    /// # Errors
    /// It is not whole.
    pub fn finish(self) -> Result<Vec<u8>, AnswerFault> {
        if self.depth > 0 || self.quoted != Quoted::No {
            return Err(AnswerFault::Unfinished);
        }
        Ok(self.envelope)
    }

    /// Whether an object of the result is being read.
    const fn in_object(&self) -> bool {
        self.in_result && self.depth > self.level + 1
    }

    fn keep(&mut self, byte: u8) -> Result<(), AnswerFault> {
        let room = if self.in_object() { &mut self.object } else { &mut self.envelope };
        if room.len() >= MOST {
            return Err(AnswerFault::LongPart);
        }
        room.push(byte);
        Ok(())
    }

    fn next(&mut self, byte: u8, take: &mut dyn FnMut(&[u8]) -> Result<(), AnswerFault>) -> Result<(), AnswerFault> {
        if self.quoted != Quoted::No {
            return self.next_of_text(byte);
        }
        let between = self.in_result && self.depth == self.level + 1;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' if between => return Ok(()),
            b',' if between => {
                if self.due != Due::Comma {
                    return Err(AnswerFault::Comma);
                }
                self.due = Due::Object;
                return Ok(());
            }
            b'{' if between => {
                if self.due == Due::Comma {
                    return Err(AnswerFault::NoComma);
                }
                self.object.clear();
            }
            b']' if between && self.due == Due::Object => return Err(AnswerFault::Comma),
            b']' if between => {}
            _ if between => return Err(AnswerFault::NoObject),
            _ => {}
        }
        match byte {
            b'{' | b'[' => {
                let opens = byte == b'[' && self.depth == self.level && self.key_is_result && !self.in_result;
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(AnswerFault::Deep);
                }
                self.keep(byte)?;
                if opens {
                    (self.in_result, self.due) = (true, Due::Any);
                    // A second `result` is no list of registrations.
                    self.key_is_result = false;
                }
            }
            b'}' | b']' => {
                let whole = self.in_object() && self.depth == self.level + 2;
                self.keep(byte)?;
                self.depth = self.depth.checked_sub(1).ok_or(AnswerFault::Unopened)?;
                if whole {
                    self.due = Due::Comma;
                    take(&self.object)?;
                } else if self.in_result && self.depth == self.level {
                    self.in_result = false;
                }
            }
            b'"' => {
                self.quoted = Quoted::Yes;
                self.text.clear();
                self.keep(byte)?;
            }
            b':' | b',' => {
                if self.depth == self.level && !self.in_object() {
                    self.key_is_result = byte == b':' && self.text == RESULT;
                }
                self.keep(byte)?;
            }
            _ => self.keep(byte)?,
        }
        Ok(())
    }

    fn next_of_text(&mut self, byte: u8) -> Result<(), AnswerFault> {
        self.keep(byte)?;
        match (self.quoted, byte) {
            (Quoted::Escaped, _) => self.quoted = Quoted::Yes,
            (_, b'\\') => self.quoted = Quoted::Escaped,
            (_, b'"') => {
                self.quoted = Quoted::No;
                return Ok(());
            }
            (Quoted::No | Quoted::Yes, _) => {}
        }
        // One byte more than the longest key, so that a longer text is another one.
        if !self.in_object() && self.text.len() <= RESULT.len() {
            self.text.push(byte);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(level: usize, text: &str, part: usize) -> Result<(Vec<String>, String), AnswerFault> {
        let mut reader = AnswerReader::at_level(level);
        let mut objects = Vec::new();
        for part in text.as_bytes().chunks(part) {
            reader.feed(part, &mut |object| {
                objects.push(String::from_utf8_lossy(object).into_owned());
                Ok(())
            })?;
        }
        Ok((objects, String::from_utf8_lossy(&reader.finish()?).into_owned()))
    }

    #[test]
    fn objects_come_one_by_one_whatever_the_order_of_members_and_the_parts() {
        let text = r#"{"jsonrpc":"2.0","result":[{"id":"1","a":[1,{"b":"]}"}]} , {"id":"2\"]"}],"id":"7"}"#;
        for part in 1..text.len() {
            let (objects, rest) = read(1, text, part).unwrap();
            assert_eq!(objects, [r#"{"id":"1","a":[1,{"b":"]}"}]}"#, r#"{"id":"2\"]"}"#]);
            assert_eq!(rest, r#"{"jsonrpc":"2.0","result":[],"id":"7"}"#);
        }
    }

    #[test]
    fn only_the_result_at_its_level_is_taken_apart() {
        let deep = r#"{"status":"success","data":{"resultType":"vector","result":[{"x":1}]}}"#;
        assert_eq!(read(2, deep, 9).unwrap().0, [r#"{"x":1}"#]);
        assert_eq!(read(1, deep, 9).unwrap().0, Vec::<String>::new());
        let misleading = r#"{"id":"result","other":[{"x":1}],"error":{"result":[{"y":1}]}}"#;
        assert_eq!(read(1, misleading, 9).unwrap(), (Vec::new(), misleading.to_owned()));
        assert_eq!(read(1, r#"{"result":12}"#, 3).unwrap().1, r#"{"result":12}"#);
    }

    #[test]
    fn what_is_no_list_of_objects_is_refused() {
        for (wrong, fault) in [
            (r#"{"result":[1]}"#, AnswerFault::NoObject),
            (r#"{"result":["x"]}"#, AnswerFault::NoObject),
            (r#"{"result":[{}{}]}"#, AnswerFault::NoComma),
            (r#"{"result":[,{}]}"#, AnswerFault::Comma),
            (r#"{"result":[{},]}"#, AnswerFault::Comma),
            (r#"{"result":[{}"#, AnswerFault::Unfinished),
            ("}", AnswerFault::Unopened),
        ] {
            assert_eq!(read(1, wrong, 4), Err(fault), "{wrong}");
        }
    }

    #[test]
    fn nothing_grows_without_end() {
        let long = format!(r#"{{"result":[{{"x":"{}"}}]}}"#, "y".repeat(MOST));
        assert_eq!(read(1, &long, 4_096), Err(AnswerFault::LongPart));
        assert_eq!(read(1, &"[".repeat(100), 64), Err(AnswerFault::Deep));
        assert_eq!(read(1, &format!(r#"{{"x":"{}"}}"#, "y".repeat(MOST)), 4_096), Err(AnswerFault::LongPart));
    }
}
