//! What was read, handed to the room that wants it. A reply that no one waits for any more is dropped in the first line.

use crate::domain::record::Record as _;
use crate::domain::request_error::RequestError;

use crate::app::core::{Effect, Intent, Read, Reply, Slot, Ticket, Tone};
use crate::app::overlay::{Dialogs, Overlay, cell_popup};
use crate::app::panes::stack::SidePane;

use crate::app::rooms::Rooms;

/// A reply to the request with this number.
pub(in crate::app) fn replied(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    sent: Option<u64>,
    ticket: Ticket,
    read: Read,
    result: Result<Reply, RequestError>,
) {
    if !rooms.cx.tickets.is_current(ticket) && ticket.slot != Slot::Labels {
        return;
    }
    let result = match result {
        Ok(reply) if is_held(rooms, dialogs, ticket) => return rooms.sync.watch.held.push((sent, ticket, read, reply)),
        result => result,
    };
    // What our own writes are known to have done comes before what this says.
    rooms.writes.take_in_fresh(&mut rooms.store);
    if rooms.sync.is_overtaken(&mut rooms.cx, &mut rooms.store, sent, ticket, &read, &result) {
        return;
    }
    hand_over(rooms, dialogs, sent, ticket.slot, read, result);
}

/// Hands it to the room that asked for it.
fn hand_over(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    sent: Option<u64>,
    slot: Slot,
    read: Read,
    result: Result<Reply, RequestError>,
) {
    // Where someone types, no one is asked who they are.
    let is_busy = dialogs.current.is_some() || rooms.panes.form().is_some();
    let Rooms { cx, store, sync, writes, panes, .. } = &mut *rooms;
    match (read, result) {
        (Read::Page { number, size, .. }, Ok(Reply::Page(answer))) => sync.page(cx, store, sent, number, size, answer),
        (Read::Some { ids, .. }, Ok(Reply::Page(answer))) => sync.watch_read_came(cx, store, sent, ids, answer),
        (Read::Some { .. }, Err(error)) => sync.watch_read_failed(cx, error, is_busy),
        (Read::Record { id, known }, result) if slot == Slot::Watch => {
            sync.detail_watched(cx, store, id, known.as_ref(), result, is_busy);
        }
        (Read::Page { number, size, .. }, Err(error)) => sync.no_page(cx, store, number, size, error),
        (Read::Record { id, .. }, result) if slot == Slot::Base => panes.base(cx, store, id, result),
        (Read::Record { id, .. }, result) if slot == Slot::Deletion => dialogs.deletion_read(cx, store, id, result),
        (Read::Record { id, .. }, result) if slot == Slot::Whole => cell_popup::whole_came(rooms, dialogs, id, result),
        (Read::Many { ids, .. }, result) => writes.many_came(cx, store, sent, &ids, result),
        (Read::Check(draft), Ok(Reply::Checked(checked))) => panes.checked(cx, store, draft.base().id(), checked),
        (Read::Check(draft), Err(error)) => panes.not_checked(cx, store, draft.base().id(), &error),
        (Read::Preview(draft), Ok(Reply::Preview { body, curl })) => panes.previewed(draft.base().id(), body, curl),
        (Read::Preview(_), Err(error)) => cx.say(Tone::Bad, format!("This draft cannot be sent: {}", error.message)),
        (Read::Record { id, known }, Ok(Reply::Record(answer))) => store.record(cx, id, known.as_ref(), answer),
        (Read::Record { id, .. }, Err(error)) => panes.no_record(cx, store, id, &error),
        (Read::Related { relation, link }, Ok(Reply::Related(target))) => {
            sync.links_under_way.remove(&link);
            panes.related(cx, store, slot, relation, link, target);
        }
        (Read::Related { link, .. }, Err(error)) if slot == Slot::Labels => {
            if sync.links_under_way.remove(&link) {
                sync.links_failed.insert(link);
            }
            // Its label stays "?" until the next refresh; the status line says the rest.
            cx.no_catalogue(&error);
        }
        (Read::Target { .. } | Read::Related { .. }, Err(error)) => panes.no_target(cx, error),
        (Read::Target { relation, id }, Ok(Reply::Target(target))) => panes.target(store, relation, id, target),
        (Read::Targets(relation, _), Ok(Reply::Targets(answer))) => sync.catalogue_came(store, relation, answer),
        (Read::Targets(..), Err(error)) => cx.no_catalogue(&error),
        (Read::Exchanges, Ok(Reply::Exchanges(exchanges))) => dialogs.exchanges_came(exchanges),
        (Read::Profile(name), Ok(Reply::Profile(warning))) => {
            let losses = writes.losses(cx, store);
            let lines = dialogs.losses().into_iter().chain(losses).chain(warning).collect();
            dialogs.profile_reached(cx, name, lines);
        }
        (Read::Profile(name), Err(error)) => dialogs.profile_not_reached(cx, &name, &error),
        (Read::SignIn { user, .. }, Ok(_)) => signed_in(rooms, dialogs, &user),
        (Read::Login, Ok(Reply::Login(user, token))) => {
            cx.effect(Effect::UseToken(token));
            signed_in(rooms, dialogs, &user.unwrap_or_else(|| "earlier, by sipreg login".to_owned()));
        }
        (Read::SignIn { .. } | Read::SignInAgain, Err(error)) => cx.ask(Intent::SignIn(error)),
        (Read::Renew, Err(error)) => {
            // The old token may still hold; if it does not, the next request asks.
            cx.say(Tone::Bad, format!("The token was not renewed: {}", error.message));
            sync.token_until = None;
        }
        // Where no one is asked nothing fails.
        (Read::Exchanges | Read::Login, Err(_)) | (_, Ok(_)) => {}
    }
}

fn signed_in(rooms: &mut Rooms, dialogs: &mut Dialogs, user: &str) {
    rooms.cx.give_up(&[Slot::Login]);
    if matches!(dialogs.current, Some(Overlay::SignIn(_))) {
        dialogs.current = None;
    }
    rooms.cx.say(Tone::Good, format!("Signed in as {user}"));
    rooms.cx.setup.user = Some(user.to_owned());
    // What was asked for when the sign-in ended goes on.
    rooms.writes.batch_signed_in(&mut rooms.cx, &mut rooms.store);
    let failed = |side: &&SidePane| match side {
        SidePane::Detail(pane) => pane.error.is_some(),
        SidePane::Target(pane) => pane.error.is_some(),
        SidePane::Document { .. } | SidePane::Form(_) => false,
    };
    if let Some(side) = rooms.panes.stack.last().filter(failed) {
        rooms.store.read_shown(&mut rooms.cx, side);
    }
    if rooms.sync.sweep.is_running() {
        rooms.sync.sweep.retry(&mut rooms.cx, &rooms.store.records);
    } else if rooms.store.loaded.synced.is_none() {
        rooms.sync.sweep.start(&mut rooms.cx);
    }
}

/// Whether a reply has to wait: rows do not move under an open dialog.
pub(in crate::app) fn is_held(rooms: &Rooms, dialogs: &Dialogs, ticket: Ticket) -> bool {
    let watched = ticket.slot == Slot::Watch || (ticket.slot == Slot::List && rooms.sync.watch.sweeps());
    watched && !matches!(dialogs.current, None | Some(Overlay::SignIn(_)))
}

/// What waited for a dialog to be closed.
pub(in crate::app) fn release_held(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    if dialogs.current.is_some() || rooms.sync.watch.held.is_empty() {
        return;
    }
    let held = std::mem::take(&mut rooms.sync.watch.held);
    for (sent, ticket, read, reply) in held {
        replied(rooms, dialogs, sent, ticket, read, Ok(reply));
    }
}
