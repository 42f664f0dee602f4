//! What comes from outside, and what rooms want of each other, handed to the rooms that it is for.

pub(in crate::app) mod replies;
pub(in crate::app) mod timers;

use ratatui::layout::Position;

use crate::domain::record::Record as _;

use crate::app::core::{Effect, Intent, Message, System, Tone};
use crate::app::form::FormStage;
use crate::app::input::{Input, commands, keyboard, mouse};
use crate::app::list::ShownRecords;
use crate::app::lock::{self, Lock, Why};
use crate::app::overlay::bulk::BulkBox;
use crate::app::overlay::{Dialogs, Overlay};
use crate::app::panes::Focus;
use crate::app::rooms::Rooms;

/// Takes in what happened, but for keys.
pub(in crate::app) fn message(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    input: &mut Input,
    message: Message,
    is_locked: bool,
) {
    let Rooms { cx, store, sync, writes, list, panes } = &mut *rooms;
    match message {
        // The app takes keys itself, one after the other.
        Message::Typed(_) | Message::Held(_) => {}
        Message::Started => {
            cx.extend([Effect::FindDrafts, Effect::FindUnfinished, Effect::FindPending]);
            sync.sweep.start(cx);
        }
        Message::Unknown(what) => cx.say(Tone::Plain, format!("Unknown key {what}. Nothing was done.")),
        Message::Burst(burst) => input.burst(rooms, dialogs, burst),
        Message::Pasted(text) => keyboard::pasted(rooms, dialogs, text.expose()),
        Message::Pointed { how, column, row } => {
            let at = Position { x: column, y: row };
            mouse::pointed(rooms, dialogs, input, how, at);
        }
        Message::Resized(columns, rows) => {
            cx.size = (columns, rows);
            store.touch();
        }
        Message::Reply { ticket, read, result } => {
            let sent = cx.finish_request(ticket);
            replies::replied(rooms, dialogs, sent, ticket, read, result);
        }
        Message::Outcome { number, outcome } => writes.outcome(cx, store, number, outcome),
        Message::Unnoted { number, why } => writes.unnoted(cx, store, number, &why),
        Message::DraftKept { id, result } => store.draft_kept(cx, id, result),
        Message::DraftsFound { drafts, unreadable } => store.drafts_found(cx, drafts, unreadable),
        Message::DraftsSeen(seen) => panes.drafts_seen(cx, store, *seen),
        Message::UnfinishedFound { plans, bounces, unreadable } => {
            for unread in unreadable {
                cx.say(Tone::Bad, unread.to_string());
            }
            writes.unfinished_found(cx, plans, bounces);
        }
        Message::PendingFound(found) => panes.pending_found(cx, store, found),
        Message::Exported { export, result } => dialogs.exported(cx, export, result),
        Message::Report(text) => cx.say(Tone::Bad, text),
        Message::DiskFailed(why) => cx.say(Tone::Bad, why.to_string()),
        Message::TextEdited { text, failure } => {
            input.typing.forget();
            panes.text_edited(cx, store, text, failure);
        }
        Message::Ran { ticket, result } => {
            input.typing.forget();
            dialogs.program_ended(cx, ticket, result, is_locked);
        }
        Message::JournalRead { ticket, file } => dialogs.journal_read(cx, store, ticket, *file),
        Message::Arranged { ticket, ids } => {
            if cx.tickets.is_current(ticket) {
                list.arranged(cx, store, ShownRecords::Ids(ids));
            }
        }
        Message::Counted { counted } => list.counted(store, *counted),
        Message::Surveyed { ticket, places } => {
            if cx.tickets.is_current(ticket) {
                dialogs.surveyed(places);
            }
        }
        Message::Linted { ticket, findings } => {
            if cx.tickets.is_current(ticket) {
                dialogs.linted(cx, findings);
            }
        }
        Message::Live { ticket, news } => {
            if cx.tickets.is_current(ticket) {
                store.live_came(cx, news);
                list.live_changed(store);
                store.follow_live(cx);
                writes.bounce_seen_off(cx, store);
            }
        }
        Message::NotKept(why) => cx.say(Tone::Bad, format!("Columns and views were not saved: {why}")),
        Message::LooksKept { change, result } => list.looks_kept(cx, *change, result),
        Message::Linked(link) => sync.linked(cx, link),
        Message::Woke => timers::woke(rooms),
        Message::System(System::Terminate | System::HangUp) => cx.effect(Effect::Quit),
        Message::System(System::Resumed) => {
            input.typing.forget();
            cx.effect(Effect::Redraw);
        }
    }
}

/// Does what a room wants of another one.
pub(in crate::app) fn intent(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    input: &mut Input,
    lock: &mut Lock,
    intent: Intent,
) {
    let Rooms { cx, store, list, panes, .. } = &mut *rooms;
    match intent {
        Intent::Run(command) => commands::run(rooms, dialogs, input, command),
        Intent::Lock => lock::lock(rooms, dialogs, input, lock, Why::Asked),
        Intent::SignIn(error) => dialogs.ask_sign_in(cx, error),
        Intent::ShowBulk => dialogs.current = Some(Overlay::Batch(BulkBox)),
        Intent::OfferBulk => {
            dialogs.current.get_or_insert(Overlay::Batch(BulkBox));
        }
        Intent::HideBulk => {
            if matches!(dialogs.current, Some(Overlay::Batch(_))) {
                dialogs.current = None;
            }
        }
        Intent::RecordRead(id) => panes.record_read(id),
        Intent::CloseRecord(id) => panes.close_record(id),
        Intent::Applied { id, action, fields } => {
            store.live_touched(cx, id, action, fields);
            list.live_changed(store);
        }
        Intent::Saved { id, sent, now } => panes.finish(cx, store, id, &sent, &now),
        Intent::Made { old, sent, now, said: (tone, text) } => {
            if let Some(sent) = sent {
                panes.finish_new(cx, store, old, &sent, &now);
            }
            let follows = panes.focus == Focus::List;
            let shown = list.show_made(cx, store, now.registration.id(), follows);
            cx.say(tone, format!("{text}{}", if shown { "" } else { " (hidden by the filter)" }));
        }
        Intent::NotSaved { id, sent, complaint, of_history } => {
            panes.not_saved(cx, store, id, &sent, complaint.as_ref(), of_history);
        }
        Intent::Conflict(id, merge, upshot) => panes.moved_under(cx, store, id, merge, Some(upshot)),
        Intent::CheckDraft(id) => {
            panes.stage(id, FormStage::Editing);
            panes.check(cx, store, id);
        }
        Intent::DeleteAgain { id, now, moved, of } => dialogs.ask_delete_again(id, now, moved, of),
    }
}
