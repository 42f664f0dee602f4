//! That the log of this process could not be written: said once, by whoever has the screen. There is one log in a
//! process, so there is one of these.

use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, Waker};

/// What is known.
#[derive(Debug)]
enum Word {
    /// Everything was written so far.
    Fine,
    /// This failed, and was not shown yet.
    Due(String),
    Said,
}

static WORD: Mutex<Word> = Mutex::new(Word::Fine);
/// Who waits for it.
static WAITING: Mutex<Option<Waker>> = Mutex::new(None);

/// Notes an error, in a sentence. Only the first counts.
pub fn note(sentence: impl FnOnce() -> String) {
    let mut word = WORD.lock().unwrap_or_else(PoisonError::into_inner);
    if matches!(*word, Word::Fine) {
        *word = Word::Due(sentence());
        drop(word);
        if let Some(waiting) = WAITING.lock().unwrap_or_else(PoisonError::into_inner).take() {
            waiting.wake();
        }
    }
}

/// What is to be said; the next call has nothing.
pub fn take() -> Option<String> {
    let mut word = WORD.lock().unwrap_or_else(PoisonError::into_inner);
    match std::mem::replace(&mut *word, Word::Said) {
        Word::Due(sentence) => Some(sentence),
        earlier @ (Word::Fine | Word::Said) => {
            *word = earlier;
            None
        }
    }
}

/// Waits until something is to be said, which may be never.
pub async fn happened() -> String {
    poll_fn(|context| {
        // Whoever notes something from now on wakes us.
        *WAITING.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        take().map_or(Poll::Pending, Poll::Ready)
    })
    .await
}
