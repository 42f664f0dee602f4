//! What each command does, and why it cannot be used here and now: an arm a command in each. Its name, keys and help
//! stand in its row of `keys::command`.

use crate::domain::change::Decision;
use crate::domain::change::merge::MergeSide;
use crate::domain::formats::toml::TomlPassword;
use crate::domain::record::{FieldId, Relation, Value};
use crate::keys::{Command, Scope, ServerUse};

use crate::app::core::{CommandRefusal, Effect, Intent};
use crate::app::input::availability::{Unavailable, plain};
use crate::app::input::{Input, arguments, availability, ending, marks, moving, program, session, typing};
use crate::app::model::argument_mistake::ArgumentMistake;
use crate::app::overlay::filter::Filtering;
use crate::app::overlay::help::Help;
use crate::app::overlay::messages::Messages;
use crate::app::overlay::{
    Dialogs, Overlay, bulk, cell_popup, clipboard, column_picker, comparison, filter_builder, help, many, new_drafts,
    palette, recreate, reveal, sort, toggle, undo, views,
};
use crate::app::rooms::Rooms;
use crate::app::widget::Pager;
use crate::app::write::bulk::Task;

/// Reads an argument, or returns what is wrong with it.
type Reader = fn(&mut Rooms, &mut Dialogs, &str) -> Result<(), ArgumentMistake>;

/// What a command does without an argument. Who adds a command adds its row to `keys::command`, its arm here, and one
/// to [`why_not`] where it cannot always be used.
#[expect(clippy::too_many_lines, reason = "an arm a command")]
fn perform(rooms: &mut Rooms, dialogs: &mut Dialogs, command: Command) {
    let many = rooms.many();
    let Rooms { cx, store, sync, list, panes, .. } = &mut *rooms;
    match command {
        Command::Down
        | Command::Up
        | Command::HalfDown
        | Command::HalfUp
        | Command::PageDown
        | Command::PageUp
        | Command::First
        | Command::Last => moving::moved(rooms, command),
        Command::Open => moving::open(rooms),
        Command::NextPane | Command::PreviousPane => moving::other_pane(rooms),
        Command::TurnPane => store.turn_pane(cx),
        Command::Escape | Command::Decline => moving::step_back(rooms),
        Command::Back => ending::back(rooms, dialogs),
        Command::Interrupt => ending::interrupt(rooms, dialogs),
        Command::Quit => ending::quit(rooms, dialogs),
        Command::Help => {
            let refuses = |command: &Command| is_refused_by_profile(rooms, dialogs, *command);
            let hidden = rooms.cx.setup.keymap.rows().map(|row| row.command).filter(refuses).collect();
            dialogs.current = Some(Overlay::Help(Box::new(Help::new(rooms.panes.scope(), hidden))));
        }
        Command::Palette => palette::open_palette(rooms, dialogs, ""),
        Command::Actions => dialogs.open_actions(),
        Command::Messages => {
            let pager = Pager::at_end(cx.notices.all().len(), cx.overlay_height());
            dialogs.current = Some(Overlay::Messages(Messages(pager)));
        }
        Command::Journal => dialogs.open_history(cx, store, None),
        Command::RecordHistory => {
            let of = rooms.subject();
            dialogs.open_history(&mut rooms.cx, &rooms.store, of);
        }
        Command::Profiles => dialogs.open_profiles(cx),
        Command::Exchanges => dialogs.open_inspector(cx),
        Command::Lint => dialogs.open_lint(cx, store),
        Command::Overview => dialogs.open_overview(cx, store),
        Command::Watch => {
            let in_view = rooms.in_view();
            rooms.sync.toggle_watch(&mut rooms.cx, &mut rooms.store, &in_view);
        }
        Command::Refresh => session::refresh(rooms),
        Command::Reload => sync.reload(cx, store),
        Command::Redraw => cx.effect(Effect::Redraw),
        Command::Suspend => cx.effect(Effect::Suspend),
        Command::Lock => cx.ask(Intent::Lock),
        Command::Progress => bulk::show_progress(rooms, dialogs),
        Command::GoToId | Command::SetField | Command::BulkSet | Command::Export | Command::ShowView => {
            help::ask_argument(rooms, dialogs, command);
        }
        Command::GoPop => moving::go_to_target(rooms, Relation::Pop),
        Command::GoNode => moving::go_to_target(rooms, Relation::Node),
        Command::GoTransport => moving::go_to_target(rooms, Relation::TransportProtocol),
        Command::RevealPassword => reveal::reveal_password(rooms, dialogs),
        Command::ShowDocument => panes.show_document(store),
        Command::Edit => rooms.edit(),
        Command::EditText => rooms.edit_text(TomlPassword::Left),
        Command::EditTextWithPassword => rooms.edit_text(TomlPassword::Included),
        Command::Create => new_drafts::create(rooms, dialogs),
        Command::Clone => {
            if let Some(id) = rooms.subject() {
                rooms.panes.clone_record(&mut rooms.cx, &rooms.store, id);
            }
        }
        Command::Toggle if many => dialogs.ask_what_for_many(),
        Command::Toggle => toggle::toggle(rooms, dialogs),
        Command::Bounce => rooms.begin_bulk(Task::Bounce, rooms.chosen()),
        Command::Delete if !many => dialogs.ask_delete(rooms),
        Command::Delete | Command::BulkDelete => rooms.begin_bulk(Task::Delete, rooms.list.targets(&rooms.store)),
        Command::Undo | Command::Redo => undo::ask_undo(rooms, dialogs, command),
        Command::Discard => {
            if let Some(id) = rooms.subject() {
                rooms.panes.discard(&mut rooms.cx, &mut rooms.store, id);
            }
        }
        Command::TakeDraft => panes.take_draft(cx, store),
        Command::Recreate => recreate::ask_recreate(rooms, dialogs),
        Command::Input => panes.input(cx, store),
        Command::FindField => panes.find_field(),
        Command::SetNull => panes.set_null(cx, store),
        Command::Revert => panes.revert_field(cx, store),
        Command::LongHelp => {
            if let Some(form) = panes.form_mut() {
                form.long_help = !form.long_help;
            }
        }
        Command::ShowBase => {
            if let Some(form) = panes.form_mut() {
                form.with_base = !form.with_base;
            }
        }
        Command::NextMarked | Command::PreviousMarked => panes.next_marked(cx, store, command),
        Command::Save => panes.begin_save(cx, store),
        Command::Apply => panes.apply(cx, store),
        Command::ShowBody => panes.show_body(),
        Command::CopyCurl => panes.copy_curl(cx),
        Command::Mine => panes.choose(cx, store, Decision::Mine),
        Command::Theirs => panes.choose(cx, store, Decision::Theirs),
        Command::TypeChoice => panes.type_choice(cx, store),
        Command::AllMine => panes.choose_all(cx, MergeSide::Mine),
        Command::AllTheirs => panes.choose_all(cx, MergeSide::Theirs),
        Command::Mark => marks::mark(rooms),
        Command::MarkRange => list.begin_or_mark_range(cx, store),
        Command::RangeDown => marks::extend_range(rooms, Command::Down),
        Command::RangeUp => marks::extend_range(rooms, Command::Up),
        Command::MarkAll => list.mark_all(cx, store),
        Command::ClearMarks => list.clear_marks(cx, store),
        Command::BulkEnable => rooms.set_marked(vec![(FieldId::Enabled, Value::Flag(true))]),
        Command::BulkDisable => rooms.set_marked(vec![(FieldId::Enabled, Value::Flag(false))]),
        Command::Filter => dialogs.current = Some(Overlay::Filter(Box::new(Filtering::begin(list)))),
        Command::BuildFilter => filter_builder::open_builder(rooms, dialogs),
        Command::SameValue => list.same_value(cx, store),
        Command::SameDomain => list.same_domain(cx, store),
        Command::NextMatch | Command::PreviousMatch => {
            if list.next_match(cx, store, command) {
                panes.stack.clear();
            }
        }
        Command::ColumnLeft | Command::ColumnRight => list.move_column(store, command),
        Command::ShowValue => cell_popup::show_value(rooms, dialogs),
        Command::Sort => sort::open_sort(rooms, dialogs),
        Command::ReverseSort => list.reverse_sort(cx, store),
        Command::SortLeft | Command::SortRight => list.move_sort(cx, store, command),
        Command::Columns => column_picker::open_columns(rooms, dialogs),
        Command::Views => views::open_views(rooms, dialogs),
        Command::View(_) => {
            if let Some(digit) = command.digit() {
                list.show_view(cx, store, digit);
            }
        }
        Command::Compare => comparison::compare(rooms, dialogs),
        Command::CopyId
        | Command::CopyName
        | Command::CopyCell
        | Command::CopyAddress
        | Command::CopyContact
        | Command::CopyJson
        | Command::CopyRequest
        | Command::CopyTicket => clipboard::copy(rooms, command),
        Command::Custom(_) => {
            if let Some(custom) = command.custom() {
                program::run(rooms, dialogs, custom);
            }
        }
    }
}

/// Why a command cannot be used just now, where it works at all. What has no arm can always be used.
fn why_not(rooms: &Rooms, dialogs: &Dialogs, command: Command) -> Unavailable {
    let Rooms { cx, store, writes, list, panes, .. } = rooms;
    match command {
        Command::Open => availability::nothing_to_open(rooms),
        Command::Interrupt => availability::nothing_runs(rooms, dialogs),
        Command::RecordHistory => {
            availability::no_subject(rooms, "show the history of").or_else(|| availability::only_in_the_form(rooms))
        }
        Command::Profiles => dialogs.no_profiles(),
        Command::Progress => availability::no_progress(rooms),
        Command::GoPop => availability::nowhere(rooms, Relation::Pop),
        Command::GoNode => availability::nowhere(rooms, Relation::Node),
        Command::GoTransport => availability::nowhere(rooms, Relation::TransportProtocol),
        Command::RevealPassword => panes.no_password(store),
        Command::ShowDocument => panes.no_document(store),
        Command::Edit => availability::no_edit(rooms),
        Command::EditText | Command::EditTextWithPassword => availability::no_text(rooms),
        Command::SetField => availability::no_edit(rooms).or_else(|| availability::form_is_past_editing(rooms)),
        Command::Create => cx.read_only(),
        Command::Clone => cx.read_only().or_else(|| availability::no_subject(rooms, "copy")),
        Command::Toggle => availability::no_toggle(rooms),
        Command::Bounce => availability::no_bounce(rooms),
        Command::Delete => availability::no_delete(rooms),
        Command::Undo | Command::Redo => writes.no_undo(cx, store, command),
        Command::Discard => availability::no_discard(rooms),
        Command::TakeDraft => panes.no_second_draft(store),
        Command::Recreate => availability::no_recreate(rooms),
        Command::Input | Command::FindField => panes.form_reads(store),
        Command::SetNull => panes.form_reads(store).or_else(|| panes.not_null()),
        Command::Revert => panes.form_reads(store).or_else(|| panes.nothing_to_revert(store)),
        Command::NextMarked | Command::PreviousMarked => panes.no_marked_field(store),
        Command::Save => panes.no_save(cx, store),
        Command::Apply => panes.no_review(store).or_else(|| panes.unread_review(cx, store).and_then(plain)),
        Command::ShowBody => panes.no_review(store),
        Command::CopyCurl => panes.no_curl(store),
        Command::Mine | Command::Theirs | Command::TypeChoice => panes.nothing_to_decide(cx),
        Command::Mark | Command::MarkRange | Command::RangeDown | Command::RangeUp => {
            availability::no_subject(rooms, "mark")
        }
        Command::MarkAll => list.nothing_to_mark(store),
        Command::ClearMarks => store.no_marks(),
        Command::BulkEnable | Command::BulkDisable | Command::BulkSet | Command::BulkDelete => {
            availability::no_bulk(rooms)
        }
        Command::Export => list.nothing_to_export(store),
        Command::SameValue | Command::ShowValue => availability::no_cell(rooms),
        Command::SameDomain => availability::no_subject(rooms, "narrow by"),
        Command::View(_) => command.digit().and_then(|digit| list.no_view(cx, digit)),
        Command::Compare => availability::no_subject(rooms, "compare"),
        Command::CopyId
        | Command::CopyName
        | Command::CopyCell
        | Command::CopyAddress
        | Command::CopyContact
        | Command::CopyJson
        | Command::CopyRequest
        | Command::CopyTicket => clipboard::copied(rooms, command).err(),
        Command::Custom(_) => {
            let why = program::of(rooms, dialogs, command.custom()?).err()?;
            plain(why.to_string())
        }
        _ => None,
    }
}

/// What reads the argument of a command, if it takes one.
fn reader(command: Command) -> Option<Reader> {
    Some(match command {
        Command::Profiles => |rooms, dialogs, name| dialogs.open_profile(&mut rooms.cx, name.trim()),
        Command::Watch => |rooms, _, period| {
            let in_view = rooms.in_view();
            rooms.sync.watch_every(&mut rooms.cx, &mut rooms.store, &in_view, period)
        },
        Command::GoToId => |rooms, _, record| arguments::go_to(rooms, record),
        Command::SetField => |rooms, _, change| arguments::set_field(rooms, change),
        Command::BulkSet => many::set_field_of_many,
        Command::Export => |rooms, _, file| rooms.list.export(&mut rooms.cx, &mut rooms.store, file),
        Command::Filter => |rooms, _, text| rooms.list.filter_by_text(&mut rooms.cx, &mut rooms.store, text),
        Command::Sort => |rooms, _, text| rooms.list.sort_by_text(&mut rooms.cx, &mut rooms.store, text),
        Command::Columns => |rooms, _, text| rooms.list.columns_of(&mut rooms.cx, text),
        Command::ShowView => |rooms, _, name| rooms.list.view_called(&mut rooms.cx, &mut rooms.store, name),
        _ => return None,
    })
}

/// Runs a command where it can be used; else says why not.
pub(in crate::app) fn run(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, command: Command) {
    if let Some(refusal) = refusal(rooms, dialogs, command) {
        rooms.cx.refuse(refusal);
    } else if !typing::bars(rooms, input, command) {
        perform(rooms, dialogs, command);
    }
}

/// Runs a command with its argument.
///
/// # Errors
/// What is wrong with the argument.
pub(in crate::app) fn run_with(
    rooms: &mut Rooms,
    dialogs: &mut Dialogs,
    command: Command,
    argument: &str,
) -> Result<(), ArgumentMistake> {
    match reader(command) {
        Some(read) => read(rooms, dialogs, argument),
        None => Err(ArgumentMistake::NotTaken(command.row().name)),
    }
}

pub(in crate::app) fn refusal(rooms: &Rooms, dialogs: &Dialogs, command: Command) -> Unavailable {
    if !command.row().works_in(rooms.panes.scope()) {
        let screens: Vec<&str> = command.row().scopes.iter().copied().map(Scope::title).collect();
        return plain(format!(":{} works only in: {}", command.row().name, screens.join("; ")));
    }
    why_not(rooms, dialogs, command)
}

/// Whether the access of the profile is why a command cannot be used here, whatever the record.
pub fn is_refused_by_profile(rooms: &Rooms, dialogs: &Dialogs, command: Command) -> bool {
    if rooms.cx.why_read_only().is_none() {
        return false;
    }
    // Where there is nothing to undo that is said first.
    let writes = command.row().writes != ServerUse::Nothing;
    writes || matches!(refusal(rooms, dialogs, command), Some(CommandRefusal::ReadOnly(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::COMMANDS;

    #[test]
    fn every_command_with_an_argument_in_its_row_reads_one_and_no_other_does() {
        for row in COMMANDS {
            assert_eq!(reader(row.command).is_some(), row.argument.is_some(), "{}", row.name);
        }
    }
}
