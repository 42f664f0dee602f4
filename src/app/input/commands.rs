//! What each command does, and why it cannot be used here and now: an arm of one table a command. Its name, keys and
//! help stand in its row of `keys::command`.

use crate::domain::change::Decision;
use crate::domain::change::merge::MergeSide;
use crate::domain::formats::toml::TomlPassword;
use crate::domain::record::{FieldId, Relation, Value};
use crate::keys::{Command, Scope, ServerUse};

use crate::app::core::{CommandRefusal, Effect, Intent};
use crate::app::input::availability::{Unavailable, plain};
use crate::app::input::{Input, arguments, availability, ending, marks, moving, program, session, typing};
use crate::app::model::argument_mistake::ArgumentMistake;
use crate::app::overlay::action_menu::Actions;
use crate::app::overlay::filter::Filtering;
use crate::app::overlay::help::Help;
use crate::app::overlay::many::Many;
use crate::app::overlay::messages::Messages;
use crate::app::overlay::{
    Dialogs, Overlay, bulk, cell_popup, clipboard, column_picker, comparison, filter_builder, help, many, new_drafts,
    palette, recreate, reveal, sort, toggle, undo, views,
};
use crate::app::rooms::Rooms;
use crate::app::widget::Pager;
use crate::app::write::bulk::Task;

/// What a command does.
struct Action {
    /// Why it cannot be used just now.
    why_not: fn(&Rooms, &Dialogs, Command) -> Unavailable,
    /// What it does without an argument.
    run: fn(&mut Rooms, &mut Dialogs, Command),
    /// What it does with one, if it takes one.
    with: Option<With>,
}

/// Reads an argument, or returns what is wrong with it.
type With = fn(&mut Rooms, &mut Dialogs, &str) -> Result<(), ArgumentMistake>;

impl Action {
    const fn with(self, with: With) -> Self {
        Self { with: Some(with), ..self }
    }
}

/// A command that can always be used where it works.
const fn free(run: fn(&mut Rooms, &mut Dialogs, Command)) -> Action {
    Action { why_not: |_, _, _| None, run, with: None }
}

const fn unless(
    why_not: fn(&Rooms, &Dialogs, Command) -> Unavailable,
    run: fn(&mut Rooms, &mut Dialogs, Command),
) -> Action {
    Action { why_not, run, with: None }
}

/// The table. Who adds a command adds its row to `keys::command` and its arm here.
#[expect(clippy::too_many_lines, reason = "an arm a command")]
fn action(command: Command) -> Action {
    match command {
        Command::Down
        | Command::Up
        | Command::HalfDown
        | Command::HalfUp
        | Command::PageDown
        | Command::PageUp
        | Command::First
        | Command::Last => free(|rooms, _, command| moving::moved(rooms, command)),
        Command::Open => unless(|rooms, _, _| availability::nothing_to_open(rooms), |rooms, _, _| moving::open(rooms)),
        Command::NextPane | Command::PreviousPane => free(|rooms, _, _| moving::other_pane(rooms)),
        Command::TurnPane => free(|rooms, _, _| rooms.store.turn_pane(&mut rooms.cx)),
        Command::Escape | Command::Decline => free(|rooms, _, _| moving::step_back(rooms)),
        Command::Back => free(|rooms, dialogs, _| ending::back(rooms, dialogs)),
        Command::Interrupt => unless(
            |rooms, dialogs, _| availability::nothing_runs(rooms, dialogs),
            |rooms, dialogs, _| ending::interrupt(rooms, dialogs),
        ),
        Command::Quit => free(|rooms, dialogs, _| ending::quit(rooms, dialogs)),
        Command::Help => free(|rooms, dialogs, _| {
            let refuses = |command: &Command| is_refused_by_profile(rooms, dialogs, *command);
            let hidden = rooms.cx.setup.keymap.rows().map(|row| row.command).filter(refuses).collect();
            dialogs.current = Some(Overlay::Help(Box::new(Help::new(rooms.panes.scope(), hidden))));
        }),
        Command::Palette => free(|rooms, dialogs, _| palette::open_palette(rooms, dialogs, "")),
        Command::Actions => free(|_, dialogs, _| dialogs.current = Some(Overlay::Actions(Actions::default()))),
        Command::Messages => free(|rooms, dialogs, _| {
            let pager = Pager::at_end(rooms.cx.notices.all().len(), rooms.cx.overlay_height());
            dialogs.current = Some(Overlay::Messages(Messages(pager)));
        }),
        Command::Journal => free(|rooms, dialogs, _| dialogs.open_history(&mut rooms.cx, &rooms.store, None)),
        Command::RecordHistory => unless(
            |rooms, _, _| {
                availability::no_subject(rooms, "show the history of").or_else(|| availability::only_in_the_form(rooms))
            },
            |rooms, dialogs, _| {
                let of = rooms.subject();
                dialogs.open_history(&mut rooms.cx, &rooms.store, of);
            },
        ),
        Command::Profiles => {
            unless(|_, dialogs, _| dialogs.no_profiles(), |rooms, dialogs, _| dialogs.open_profiles(&rooms.cx))
                .with(|rooms, dialogs, name| dialogs.open_profile(&mut rooms.cx, name.trim()))
        }
        Command::Exchanges => free(|rooms, dialogs, _| dialogs.open_inspector(&mut rooms.cx)),
        Command::Lint => free(|rooms, dialogs, _| dialogs.open_lint(&mut rooms.cx, &mut rooms.store)),
        Command::Overview => free(|rooms, dialogs, _| dialogs.open_overview(&mut rooms.cx, &mut rooms.store)),
        Command::Watch => free(|rooms, _, _| {
            let in_view = rooms.in_view();
            rooms.sync.toggle_watch(&mut rooms.cx, &mut rooms.store, &in_view);
        })
        .with(|rooms, _, argument| {
            let in_view = rooms.in_view();
            rooms.sync.watch_every(&mut rooms.cx, &mut rooms.store, &in_view, argument)
        }),
        Command::Refresh => free(|rooms, _, _| session::refresh(rooms)),
        Command::Reload => free(|rooms, _, _| rooms.sync.reload(&mut rooms.cx, &mut rooms.store)),
        Command::Redraw => free(|rooms, _, _| rooms.cx.effect(Effect::Redraw)),
        Command::Suspend => free(|rooms, _, _| rooms.cx.effect(Effect::Suspend)),
        Command::Lock => free(|rooms, _, _| rooms.cx.ask(Intent::Lock)),
        Command::Progress => unless(
            |rooms, _, _| availability::no_progress(rooms),
            |rooms, dialogs, _| bulk::show_progress(rooms, dialogs),
        ),
        Command::GoToId => free(help::ask_argument).with(|rooms, _, argument| arguments::go_to(rooms, argument)),
        Command::GoPop => unless(
            |rooms, _, _| availability::nowhere(rooms, Relation::Pop),
            |rooms, _, _| moving::go_to_target(rooms, Relation::Pop),
        ),
        Command::GoNode => unless(
            |rooms, _, _| availability::nowhere(rooms, Relation::Node),
            |rooms, _, _| moving::go_to_target(rooms, Relation::Node),
        ),
        Command::GoTransport => unless(
            |rooms, _, _| availability::nowhere(rooms, Relation::TransportProtocol),
            |rooms, _, _| moving::go_to_target(rooms, Relation::TransportProtocol),
        ),
        Command::RevealPassword => unless(
            |rooms, _, _| rooms.panes.no_password(&rooms.store),
            |rooms, dialogs, _| reveal::reveal_password(rooms, dialogs),
        ),
        Command::ShowDocument => unless(
            |rooms, _, _| rooms.panes.no_document(&rooms.store),
            |rooms, _, _| rooms.panes.show_document(&rooms.store),
        ),

        Command::Edit => unless(|rooms, _, _| availability::no_edit(rooms), |rooms, _, _| rooms.edit()),
        Command::EditText => {
            unless(|rooms, _, _| availability::no_text(rooms), |rooms, _, _| rooms.edit_text(TomlPassword::Left))
        }
        Command::EditTextWithPassword => {
            unless(|rooms, _, _| availability::no_text(rooms), |rooms, _, _| rooms.edit_text(TomlPassword::Included))
        }
        Command::SetField => unless(
            |rooms, _, _| availability::no_edit(rooms).or_else(|| availability::form_is_past_editing(rooms)),
            help::ask_argument,
        )
        .with(|rooms, _, argument| arguments::set_field(rooms, argument)),
        Command::Create => {
            unless(|rooms, _, _| rooms.cx.read_only(), |rooms, dialogs, _| new_drafts::create(rooms, dialogs))
        }
        Command::Clone => unless(
            |rooms, _, _| rooms.cx.read_only().or_else(|| availability::no_subject(rooms, "copy")),
            |rooms, _, _| {
                if let Some(id) = rooms.subject() {
                    rooms.panes.clone_record(&mut rooms.cx, &rooms.store, id);
                }
            },
        ),
        Command::Toggle => unless(
            |rooms, _, _| availability::no_toggle(rooms),
            |rooms, dialogs, _| {
                if rooms.many() {
                    // Which of the marked ones are on may differ, so it is said what is meant.
                    dialogs.current = Some(Overlay::Many(Many::default()));
                } else {
                    toggle::toggle(rooms, dialogs);
                }
            },
        ),
        Command::Bounce => unless(
            |rooms, _, _| availability::no_bounce(rooms),
            |rooms, _, _| rooms.begin_bulk(Task::Bounce, rooms.chosen()),
        ),
        Command::Delete => unless(
            |rooms, _, _| availability::no_delete(rooms),
            |rooms, dialogs, _| {
                if rooms.many() {
                    rooms.begin_bulk(Task::Delete, rooms.list.targets(&rooms.store));
                } else if let Some(id) = rooms.subject() {
                    dialogs.ask_delete_of(&mut rooms.cx, id, None);
                }
            },
        ),
        Command::Undo | Command::Redo => {
            unless(|rooms, _, command| rooms.writes.no_undo(&rooms.cx, &rooms.store, command), undo::ask_undo)
        }
        Command::Discard => unless(
            |rooms, _, _| availability::no_discard(rooms),
            |rooms, _, _| {
                if let Some(id) = rooms.subject() {
                    rooms.panes.discard(&mut rooms.cx, &mut rooms.store, id);
                }
            },
        ),
        Command::TakeDraft => unless(
            |rooms, _, _| rooms.panes.no_second_draft(&rooms.store),
            |rooms, _, _| rooms.panes.take_draft(&mut rooms.cx, &mut rooms.store),
        ),
        Command::Recreate => unless(
            |rooms, _, _| availability::no_recreate(rooms),
            |rooms, dialogs, _| recreate::ask_recreate(rooms, dialogs),
        ),

        Command::Input => unless(
            |rooms, _, _| rooms.panes.form_reads(&rooms.store),
            |rooms, _, _| rooms.panes.input(&mut rooms.cx, &mut rooms.store),
        ),
        Command::FindField => {
            unless(|rooms, _, _| rooms.panes.form_reads(&rooms.store), |rooms, _, _| rooms.panes.find_field())
        }
        Command::SetNull => unless(
            |rooms, _, _| rooms.panes.form_reads(&rooms.store).or_else(|| rooms.panes.not_null()),
            |rooms, _, _| rooms.panes.set_null(&mut rooms.cx, &mut rooms.store),
        ),
        Command::Revert => unless(
            |rooms, _, _| rooms.panes.form_reads(&rooms.store).or_else(|| rooms.panes.nothing_to_revert(&rooms.store)),
            |rooms, _, _| rooms.panes.revert_field(&mut rooms.cx, &mut rooms.store),
        ),
        Command::LongHelp => free(|rooms, _, _| {
            if let Some(form) = rooms.panes.form_mut() {
                form.long_help = !form.long_help;
            }
        }),
        Command::ShowBase => free(|rooms, _, _| {
            if let Some(form) = rooms.panes.form_mut() {
                form.with_base = !form.with_base;
            }
        }),
        Command::NextMarked | Command::PreviousMarked => unless(
            |rooms, _, _| rooms.panes.no_marked_field(&rooms.store),
            |rooms, _, command| rooms.panes.next_marked(&rooms.cx, &rooms.store, command),
        ),
        Command::Save => unless(
            |rooms, _, _| rooms.panes.no_save(&rooms.cx, &rooms.store),
            |rooms, _, _| rooms.panes.begin_save(&mut rooms.cx, &mut rooms.store),
        ),
        Command::Apply => unless(
            |rooms, _, _| {
                rooms
                    .panes
                    .no_review(&rooms.store)
                    .or_else(|| rooms.panes.unread_review(&rooms.cx, &rooms.store).and_then(plain))
            },
            |rooms, _, _| rooms.panes.apply(&mut rooms.cx, &mut rooms.store),
        ),
        Command::ShowBody => {
            unless(|rooms, _, _| rooms.panes.no_review(&rooms.store), |rooms, _, _| rooms.panes.show_body())
        }
        Command::CopyCurl => {
            unless(|rooms, _, _| rooms.panes.no_curl(&rooms.store), |rooms, _, _| rooms.panes.copy_curl(&mut rooms.cx))
        }
        Command::Mine => unless(
            |rooms, _, _| rooms.panes.nothing_to_decide(&rooms.cx),
            |rooms, _, _| rooms.panes.choose(&mut rooms.cx, &rooms.store, Decision::Mine),
        ),
        Command::Theirs => unless(
            |rooms, _, _| rooms.panes.nothing_to_decide(&rooms.cx),
            |rooms, _, _| rooms.panes.choose(&mut rooms.cx, &rooms.store, Decision::Theirs),
        ),
        Command::TypeChoice => unless(
            |rooms, _, _| rooms.panes.nothing_to_decide(&rooms.cx),
            |rooms, _, _| rooms.panes.type_choice(&mut rooms.cx, &mut rooms.store),
        ),
        Command::AllMine => free(|rooms, _, _| rooms.panes.choose_all(&mut rooms.cx, MergeSide::Mine)),
        Command::AllTheirs => free(|rooms, _, _| rooms.panes.choose_all(&mut rooms.cx, MergeSide::Theirs)),

        Command::Mark => {
            unless(|rooms, _, _| availability::no_subject(rooms, "mark"), |rooms, _, _| marks::mark(rooms))
        }
        Command::MarkRange => unless(
            |rooms, _, _| availability::no_subject(rooms, "mark"),
            |rooms, _, _| rooms.list.begin_or_mark_range(&mut rooms.cx, &mut rooms.store),
        ),
        Command::RangeDown => unless(
            |rooms, _, _| availability::no_subject(rooms, "mark"),
            |rooms, _, _| marks::extend_range(rooms, Command::Down),
        ),
        Command::RangeUp => unless(
            |rooms, _, _| availability::no_subject(rooms, "mark"),
            |rooms, _, _| marks::extend_range(rooms, Command::Up),
        ),
        Command::MarkAll => unless(
            |rooms, _, _| rooms.list.nothing_to_mark(&rooms.store),
            |rooms, _, _| rooms.list.mark_all(&mut rooms.cx, &mut rooms.store),
        ),
        Command::ClearMarks => unless(
            |rooms, _, _| rooms.store.no_marks(),
            |rooms, _, _| rooms.list.clear_marks(&mut rooms.cx, &mut rooms.store),
        ),
        Command::BulkEnable => unless(
            |rooms, _, _| availability::no_bulk(rooms),
            |rooms, _, _| rooms.set_marked(vec![(FieldId::Enabled, Value::Flag(true))]),
        ),
        Command::BulkDisable => unless(
            |rooms, _, _| availability::no_bulk(rooms),
            |rooms, _, _| rooms.set_marked(vec![(FieldId::Enabled, Value::Flag(false))]),
        ),
        Command::BulkSet => {
            unless(|rooms, _, _| availability::no_bulk(rooms), help::ask_argument).with(many::set_field_of_many)
        }
        Command::BulkDelete => unless(
            |rooms, _, _| availability::no_bulk(rooms),
            |rooms, _, _| rooms.begin_bulk(Task::Delete, rooms.list.targets(&rooms.store)),
        ),
        Command::Export => unless(|rooms, _, _| rooms.list.nothing_to_export(&rooms.store), help::ask_argument)
            .with(|rooms, _, file| rooms.list.export(&mut rooms.cx, &mut rooms.store, file)),

        Command::Filter => free(|rooms, dialogs, _| {
            dialogs.current = Some(Overlay::Filter(Box::new(Filtering::begin(&mut rooms.list))));
        })
        .with(|rooms, _, text| rooms.list.filter_by_text(&mut rooms.cx, &mut rooms.store, text)),
        Command::BuildFilter => free(|rooms, dialogs, _| filter_builder::open_builder(rooms, dialogs)),
        Command::SameValue => unless(
            |rooms, _, _| availability::no_cell(rooms),
            |rooms, _, _| rooms.list.same_value(&mut rooms.cx, &mut rooms.store),
        ),
        Command::SameDomain => unless(
            |rooms, _, _| availability::no_subject(rooms, "narrow by"),
            |rooms, _, _| rooms.list.same_domain(&mut rooms.cx, &mut rooms.store),
        ),
        Command::NextMatch | Command::PreviousMatch => free(|rooms, _, command| {
            if rooms.list.next_match(&mut rooms.cx, &rooms.store, command) {
                rooms.panes.stack.clear();
            }
        }),
        Command::ColumnLeft | Command::ColumnRight => {
            free(|rooms, _, command| rooms.list.move_column(&rooms.store, command))
        }
        Command::ShowValue => unless(
            |rooms, _, _| availability::no_cell(rooms),
            |rooms, dialogs, _| cell_popup::show_value(rooms, dialogs),
        ),
        Command::Sort => free(|rooms, dialogs, _| sort::open_sort(rooms, dialogs))
            .with(|rooms, _, text| rooms.list.sort_by_text(&mut rooms.cx, &mut rooms.store, text)),
        Command::ReverseSort => free(|rooms, _, _| rooms.list.reverse_sort(&mut rooms.cx, &mut rooms.store)),
        Command::SortLeft | Command::SortRight => {
            free(|rooms, _, command| rooms.list.move_sort(&mut rooms.cx, &mut rooms.store, command))
        }
        Command::Columns => free(|rooms, dialogs, _| column_picker::open_columns(rooms, dialogs))
            .with(|rooms, _, text| rooms.list.columns_of(&mut rooms.cx, text)),
        Command::Views => free(|rooms, dialogs, _| views::open_views(rooms, dialogs)),
        Command::ShowView => free(help::ask_argument)
            .with(|rooms, _, name| rooms.list.view_called(&mut rooms.cx, &mut rooms.store, name)),
        Command::View(_) => unless(
            |rooms, _, command| command.digit().and_then(|digit| rooms.list.no_view(&rooms.cx, digit)),
            |rooms, _, command| {
                if let Some(digit) = command.digit() {
                    rooms.list.show_view(&mut rooms.cx, &mut rooms.store, digit);
                }
            },
        ),
        Command::Compare => unless(
            |rooms, _, _| availability::no_subject(rooms, "compare"),
            |rooms, dialogs, _| comparison::compare(rooms, dialogs),
        ),
        Command::CopyId
        | Command::CopyName
        | Command::CopyCell
        | Command::CopyAddress
        | Command::CopyContact
        | Command::CopyJson
        | Command::CopyRequest
        | Command::CopyTicket => unless(
            |rooms, _, command| clipboard::copied(rooms, command).err(),
            |rooms, _, command| clipboard::copy(rooms, command),
        ),
        Command::Custom(_) => unless(
            |rooms, dialogs, command| {
                let why = command.custom().and_then(|custom| program::of(rooms, dialogs, custom).err());
                why.and_then(|why| plain(why.to_string()))
            },
            |rooms, dialogs, command| {
                if let Some(custom) = command.custom() {
                    program::run(rooms, dialogs, custom);
                }
            },
        ),
    }
}

/// Runs a command where it can be used; else says why not.
pub(in crate::app) fn run(rooms: &mut Rooms, dialogs: &mut Dialogs, input: &mut Input, command: Command) {
    if let Some(refusal) = refusal(rooms, dialogs, command) {
        rooms.cx.refuse(refusal);
    } else if !typing::bars(rooms, input, command) {
        (action(command).run)(rooms, dialogs, command);
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
    match action(command).with {
        Some(with) => with(rooms, dialogs, argument),
        None => Err(ArgumentMistake::NotTaken(command.row().name)),
    }
}

pub(in crate::app) fn refusal(rooms: &Rooms, dialogs: &Dialogs, command: Command) -> Unavailable {
    if !command.row().works_in(rooms.panes.scope()) {
        let screens: Vec<&str> = command.row().scopes.iter().copied().map(Scope::title).collect();
        return plain(format!(":{} works only in: {}", command.row().name, screens.join("; ")));
    }
    (action(command).why_not)(rooms, dialogs, command)
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
            assert_eq!(action(row.command).with.is_some(), row.argument.is_some(), "{}", row.name);
        }
    }
}
