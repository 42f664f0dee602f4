//! Room for large bodies, used again for the next page instead of being given back a hundred times: an allocator
//! that is asked for megabytes between the pieces that stay keeps several times as much as is in use. Passwords are in
//! bodies: a room is wiped before it is given back, and until then only the next body is written over them.

use std::sync::{Mutex, PoisonError};

use secrecy::zeroize::Zeroizing;

/// Bodies below this are not worth it.
const WORTH: usize = 64 << 10;

/// Rooms are as long as a multiple of this.
const STEP: usize = 256 << 10;

/// An announced length is trusted only so far.
const TRUSTED: usize = 4 << 20;

/// As many rooms as there are pages under way at a time.
const ROOMS: usize = 2;

/// Rooms that are free.
#[derive(Debug, Default)]
pub(super) struct BufferPool(Mutex<Vec<Zeroizing<Vec<u8>>>>);

impl BufferPool {
    /// An empty room for a body of a length, if the length is known.
    pub(super) fn take(&self, announced: Option<u64>) -> Zeroizing<Vec<u8>> {
        let announced = announced.map(|length| usize::try_from(length).unwrap_or(TRUSTED).min(TRUSTED));
        let kept = match announced {
            Some(length) if length < WORTH => None,
            Some(_) | None => self.rooms().pop(),
        };
        let mut length = announced.unwrap_or_default();
        if length >= WORTH {
            // Pages are about as long as each other; the next may be a little longer.
            length = length.next_multiple_of(STEP);
        }
        // One that is too small is not made larger, which would leave a copy of what was in it.
        kept.filter(|room| room.capacity() >= length).unwrap_or_else(|| Zeroizing::new(Vec::with_capacity(length)))
    }

    /// Keeps the room of a body that has been read.
    pub(super) fn keep(&self, mut room: Zeroizing<Vec<u8>>) {
        let mut rooms = self.rooms();
        if room.capacity() >= WORTH && room.capacity() <= TRUSTED && rooms.len() < ROOMS {
            room.clear();
            rooms.push(room);
        }
    }

    /// Gives all rooms back: no further page is due.
    pub(super) fn clear(&self) {
        *self.rooms() = Vec::new();
    }

    fn rooms(&self) -> std::sync::MutexGuard<'_, Vec<Zeroizing<Vec<u8>>>> {
        // A list of empty rooms is whole whatever happened to who held it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_used_again_empty_until_no_further_page_is_due() {
        let buffers = BufferPool::default();
        let mut body = buffers.take(Some(1 << 20));
        body.extend_from_slice(b"secret");
        let (place, capacity) = (body.as_ptr(), body.capacity());
        buffers.keep(body);
        let again = buffers.take(Some(1 << 20));
        assert_eq!((again.as_ptr(), again.capacity(), again.len()), (place, capacity, 0));
        buffers.keep(again);
        assert_eq!(buffers.take(Some(100)).capacity(), 100, "a small body gets a small room");
        let unknown = buffers.take(None);
        assert_eq!(unknown.as_ptr(), place, "a body of unknown length may be large");
        buffers.keep(Zeroizing::new(Vec::with_capacity(1 << 20)));
        buffers.clear();
        assert_eq!(buffers.take(None).capacity(), 0);
    }

    #[test]
    fn what_a_server_announces_is_trusted_only_so_far() {
        let buffers = BufferPool::default();
        assert!(buffers.take(Some(u64::MAX)).capacity() <= 8 << 20);
        buffers.keep(Zeroizing::new(Vec::with_capacity(16 << 20)));
        for _ in 0..5 {
            buffers.keep(Zeroizing::new(Vec::with_capacity(1 << 20)));
        }
        let kept = std::iter::from_fn(|| Some(buffers.take(None))).take_while(|room| room.capacity() > 0);
        assert_eq!(kept.count(), ROOMS);
    }
}
