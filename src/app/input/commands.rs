//! What each command does, and why it cannot be used here and now: an arm of one table a command. Its name, keys and
//! help stand in its row of `keys::command`.

use crate::domain::change::merge::{Choice, Side};
use crate::domain::formats::toml::Passwords;
use crate::domain::record::field::FieldId;
use crate::domain::record::relation::Relation;
use crate::domain::record::value::Value;
use crate::keys::command::{Command, Scope};

use crate::app::App;
use crate::app::core::effect::Effect;
use crate::app::input::availability::{Refusal, plain};
use crate::app::input::program;
use crate::app::lock::Why;
use crate::app::overlay::Overlay;
use crate::app::overlay::help::Help;
use crate::app::overlay::messages::Messages;
use crate::app::widget::pager::Pager;

/// What a command does.
struct Action {
    /// Why it cannot be used just now.
    why_not: fn(&App, Command) -> Refusal,
    /// What it does without an argument.
    run: fn(&mut App, Command),
    /// What it does with one, if it takes one.
    with: Option<With>,
}

/// Reads an argument, or returns what is wrong with it.
type With = fn(&mut App, &str) -> Result<(), String>;

impl Action {
    const fn with(self, with: With) -> Self {
        Self { with: Some(with), ..self }
    }
}

/// A command that can always be used where it works.
const fn free(run: fn(&mut App, Command)) -> Action {
    Action { why_not: |_, _| None, run, with: None }
}

const fn unless(why_not: fn(&App, Command) -> Refusal, run: fn(&mut App, Command)) -> Action {
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
        | Command::Last => free(App::moved),
        Command::Open => unless(|app, _| app.nothing_to_open(), |app, _| app.open()),
        Command::NextPane | Command::PreviousPane => free(|app, _| app.other_pane()),
        Command::TurnPane => free(|app, _| app.store.turn_pane(&mut app.cx)),
        Command::Escape | Command::Decline => free(|app, _| app.step_back()),
        Command::Back => free(|app, _| app.back()),
        Command::Interrupt => unless(|app, _| app.nothing_runs(), |app, _| app.interrupt()),
        Command::Quit => free(|app, _| app.quit()),
        Command::Help => free(|app, _| {
            app.overlay.current = Some(Overlay::Help(Box::new(Help::new(app.panes.scope()))));
        }),
        Command::Palette => free(|app, _| app.open_palette("")),
        Command::Actions => free(|app, _| app.overlay.open_actions()),
        Command::Messages => free(|app, _| {
            let pager = Pager::at_end(app.cx.notices.all().len(), app.cx.overlay_height());
            app.overlay.current = Some(Overlay::Messages(Messages(pager)));
        }),
        Command::Journal => free(|app, _| app.overlay.open_history(&mut app.cx, &app.store, None)),
        Command::RecordHistory => unless(
            |app, _| app.no_subject("show the history of").or_else(|| app.only_in_the_form()),
            |app, _| {
                let of = app.subject();
                app.overlay.open_history(&mut app.cx, &app.store, of);
            },
        ),
        Command::Profiles => unless(|app, _| app.overlay.no_profiles(), |app, _| app.overlay.open_profiles(&app.cx))
            .with(|app, name| app.overlay.open_profile(&mut app.cx, name.trim())),
        Command::Exchanges => free(|app, _| app.overlay.open_inspector(&mut app.cx)),
        Command::Lint => free(|app, _| app.overlay.open_lint(&mut app.cx, &mut app.store)),
        Command::Overview => free(|app, _| app.overlay.open_overview(&mut app.cx, &mut app.store)),
        Command::Watch => free(|app, _| app.toggle_watch()).with(App::watch_every),
        Command::Refresh => free(|app, _| app.refresh()),
        Command::Reload => free(|app, _| app.sync.reload(&mut app.cx, &mut app.store)),
        Command::Redraw => free(|app, _| app.cx.effect(Effect::Redraw)),
        Command::Suspend => free(|app, _| app.cx.effect(Effect::Suspend)),
        Command::Lock => free(|app, _| app.lock(Why::Asked)),
        Command::Progress => unless(|app, _| app.no_progress(), |app, _| app.show_progress()),
        Command::GoToId => free(App::ask_argument).with(App::go_to),
        Command::GoPop => unless(|app, _| app.nowhere(Relation::Pop), |app, _| app.go_to_target(Relation::Pop)),
        Command::GoNode => unless(|app, _| app.nowhere(Relation::Node), |app, _| app.go_to_target(Relation::Node)),
        Command::GoTransport => unless(
            |app, _| app.nowhere(Relation::TransportProtocol),
            |app, _| app.go_to_target(Relation::TransportProtocol),
        ),
        Command::RevealPassword => unless(|app, _| app.panes.no_password(&app.store), |app, _| app.reveal_password()),
        Command::ShowDocument => {
            unless(|app, _| app.panes.no_document(&app.store), |app, _| app.panes.show_document(&app.store))
        }

        Command::Edit => unless(|app, _| app.no_edit(), |app, _| app.edit()),
        Command::EditText => unless(|app, _| app.no_text(), |app, _| app.edit_text(Passwords::Left)),
        Command::EditTextWithPassword => unless(|app, _| app.no_text(), |app, _| app.edit_text(Passwords::Included)),
        Command::SetField => unless(|app, _| app.no_edit().or_else(|| app.form_is_past_editing()), App::ask_argument)
            .with(App::set_field),
        Command::Create => unless(|app, _| app.cx.read_only(), |app, _| app.create()),
        Command::Clone => {
            unless(|app, _| app.cx.read_only().or_else(|| app.no_subject("copy")), |app, _| app.clone_record())
        }
        Command::Toggle => unless(
            |app, _| app.no_toggle(),
            |app, _| if app.many() { app.overlay.ask_what_for_many() } else { app.toggle() },
        ),
        Command::Bounce => unless(|app, _| app.no_bounce(), |app, _| app.bounce()),
        Command::Delete => {
            unless(|app, _| app.no_delete(), |app, _| if app.many() { app.delete_marked() } else { app.ask_delete() })
        }
        Command::Undo | Command::Redo => {
            unless(|app, command| app.writes.no_undo(&app.cx, &app.store, command), App::ask_undo)
        }
        Command::Discard => unless(|app, _| app.no_discard(), |app, _| app.discard()),
        Command::TakeDraft => unless(
            |app, _| app.panes.no_second_draft(&app.store),
            |app, _| app.panes.take_draft(&mut app.cx, &mut app.store),
        ),
        Command::Recreate => unless(|app, _| app.no_recreate(), |app, _| app.ask_recreate()),

        Command::Input => {
            unless(|app, _| app.panes.form_reads(&app.store), |app, _| app.panes.input(&mut app.cx, &mut app.store))
        }
        Command::FindField => unless(|app, _| app.panes.form_reads(&app.store), |app, _| app.panes.find_field()),
        Command::SetNull => unless(
            |app, _| app.panes.form_reads(&app.store).or_else(|| app.panes.not_null()),
            |app, _| app.panes.set_null(&mut app.cx, &mut app.store),
        ),
        Command::Revert => unless(
            |app, _| app.panes.form_reads(&app.store).or_else(|| app.panes.nothing_to_revert(&app.store)),
            |app, _| app.panes.revert_field(&mut app.cx, &mut app.store),
        ),
        Command::LongHelp => free(|app, _| {
            if let Some(form) = app.panes.form_mut() {
                form.long_help = !form.long_help;
            }
        }),
        Command::ShowBase => free(|app, _| {
            if let Some(form) = app.panes.form_mut() {
                form.with_base = !form.with_base;
            }
        }),
        Command::NextMarked | Command::PreviousMarked => unless(
            |app, _| app.panes.no_marked_field(&app.store),
            |app, command| app.panes.next_marked(&app.cx, &app.store, command),
        ),
        Command::Save => unless(
            |app, _| app.panes.no_save(&app.cx, &app.store),
            |app, _| app.panes.begin_save(&mut app.cx, &mut app.store),
        ),
        Command::Apply => unless(
            |app, _| {
                app.panes.no_review(&app.store).or_else(|| app.panes.unread_review(&app.cx, &app.store).and_then(plain))
            },
            |app, _| app.panes.apply(&mut app.cx, &mut app.store),
        ),
        Command::ShowBody => unless(|app, _| app.panes.no_review(&app.store), |app, _| app.panes.show_body()),
        Command::CopyCurl => unless(|app, _| app.panes.no_curl(&app.store), |app, _| app.panes.copy_curl(&mut app.cx)),
        Command::Mine => unless(
            |app, _| app.panes.nothing_to_decide(&app.cx),
            |app, _| app.panes.choose(&mut app.cx, &app.store, Choice::Mine),
        ),
        Command::Theirs => unless(
            |app, _| app.panes.nothing_to_decide(&app.cx),
            |app, _| app.panes.choose(&mut app.cx, &app.store, Choice::Theirs),
        ),
        Command::TypeChoice => unless(
            |app, _| app.panes.nothing_to_decide(&app.cx),
            |app, _| app.panes.type_choice(&mut app.cx, &mut app.store),
        ),
        Command::AllMine => free(|app, _| app.panes.choose_all(&mut app.cx, Side::Mine)),
        Command::AllTheirs => free(|app, _| app.panes.choose_all(&mut app.cx, Side::Theirs)),

        Command::Mark => unless(|app, _| app.no_subject("mark"), |app, _| app.mark()),
        Command::MarkRange => {
            unless(|app, _| app.no_subject("mark"), |app, _| app.list.begin_or_mark_range(&mut app.cx, &mut app.store))
        }
        Command::RangeDown => unless(|app, _| app.no_subject("mark"), |app, _| app.extend_range(Command::Down)),
        Command::RangeUp => unless(|app, _| app.no_subject("mark"), |app, _| app.extend_range(Command::Up)),
        Command::MarkAll => unless(
            |app, _| app.list.nothing_to_mark(&app.store),
            |app, _| app.list.mark_all(&mut app.cx, &mut app.store),
        ),
        Command::ClearMarks => {
            unless(|app, _| app.store.no_marks(), |app, _| app.list.clear_marks(&mut app.cx, &mut app.store))
        }
        Command::BulkEnable => {
            unless(|app, _| app.no_bulk(), |app, _| app.set_marked(vec![(FieldId::Enabled, Value::Flag(true))]))
        }
        Command::BulkDisable => {
            unless(|app, _| app.no_bulk(), |app, _| app.set_marked(vec![(FieldId::Enabled, Value::Flag(false))]))
        }
        Command::BulkSet => unless(|app, _| app.no_bulk(), App::ask_argument).with(App::set_field_of_many),
        Command::BulkDelete => unless(|app, _| app.no_bulk(), |app, _| app.delete_marked()),
        Command::Export => unless(|app, _| app.list.nothing_to_export(&app.store), App::ask_argument)
            .with(|app, file| app.list.export(&mut app.cx, &mut app.store, file)),

        Command::Filter => free(|app, _| app.open_filter())
            .with(|app, text| app.list.filter_by_text(&mut app.cx, &mut app.store, text)),
        Command::BuildFilter => free(|app, _| app.open_builder()),
        Command::SameValue => unless(|app, _| app.no_cell(), |app, _| app.list.same_value(&mut app.cx, &mut app.store)),
        Command::SameDomain => {
            unless(|app, _| app.no_subject("narrow by"), |app, _| app.list.same_domain(&mut app.cx, &mut app.store))
        }
        Command::NextMatch | Command::PreviousMatch => free(App::next_match),
        Command::ColumnLeft | Command::ColumnRight => free(|app, command| app.list.move_column(&app.store, command)),
        Command::ShowValue => unless(|app, _| app.no_cell(), |app, _| app.show_value()),
        Command::Sort => {
            free(|app, _| app.open_sort()).with(|app, text| app.list.sort_by_text(&mut app.cx, &mut app.store, text))
        }
        Command::ReverseSort => free(|app, _| app.list.reverse_sort(&mut app.cx, &mut app.store)),
        Command::SortLeft | Command::SortRight => {
            free(|app, command| app.list.move_sort(&mut app.cx, &mut app.store, command))
        }
        Command::Columns => free(|app, _| app.open_columns()).with(|app, text| app.list.columns_of(&mut app.cx, text)),
        Command::Views => free(|app, _| app.open_views()),
        Command::ShowView => {
            free(App::ask_argument).with(|app, name| app.list.view_called(&mut app.cx, &mut app.store, name))
        }
        Command::View(_) => unless(
            |app, command| command.digit().and_then(|digit| app.list.no_view(&app.cx, digit)),
            |app, command| {
                if let Some(digit) = command.digit() {
                    app.list.show_view(&mut app.cx, &mut app.store, digit);
                }
            },
        ),
        Command::Compare => unless(|app, _| app.no_subject("compare"), |app, _| app.compare()),
        Command::CopyId
        | Command::CopyName
        | Command::CopyCell
        | Command::CopyAddress
        | Command::CopyContact
        | Command::CopyJson
        | Command::CopyRequest
        | Command::CopyTicket => unless(|app, command| app.copied(command).err(), App::copy),
        Command::Custom(_) => unless(
            |app, command| command.custom().and_then(|custom| program::of(app, custom).err()).and_then(plain),
            |app, command| {
                if let Some(custom) = command.custom() {
                    program::run(app, custom);
                }
            },
        ),
    }
}

impl App {
    /// Runs a command where it can be used; else says why not.
    pub(in crate::app) fn run(&mut self, command: Command) {
        if let Some((tone, why)) = self.refusal(command) {
            self.cx.say(tone, why);
        } else if !self.bars(command) {
            (action(command).run)(self, command);
        }
    }

    /// Runs a command with its argument.
    ///
    /// # Errors
    /// What is wrong with the argument.
    pub(in crate::app) fn run_with(&mut self, command: Command, argument: &str) -> Result<(), String> {
        match action(command).with {
            Some(with) => with(self, argument),
            None => Err(format!(":{} takes no argument", command.row().name)),
        }
    }

    /// Why a command cannot be used on this screen, or just now. `None`: it can.
    #[must_use]
    pub fn why_not(&self, command: Command) -> Option<String> {
        self.refusal(command).map(|(_, why)| why)
    }

    pub(in crate::app) fn refusal(&self, command: Command) -> Refusal {
        if !command.row().works_in(self.panes.scope()) {
            let screens: Vec<&str> = command.row().scopes.iter().copied().map(Scope::title).collect();
            return plain(format!(":{} works only in: {}", command.row().name, screens.join("; ")));
        }
        (action(command).why_not)(self, command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::command::COMMANDS;

    #[test]
    fn every_command_with_an_argument_in_its_row_reads_one_and_no_other_does() {
        for row in COMMANDS {
            assert_eq!(action(row.command).with.is_some(), row.argument.is_some(), "{}", row.name);
        }
    }
}
