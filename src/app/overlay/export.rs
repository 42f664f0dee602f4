//! Records written to a file, as the command `export` writes them: which ones, in which form, and never over a file
//! that is there without a word. Passwords are masked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::text::visible;

use crate::app::core::{Context, Effect, Tone, Unexported};
use crate::app::jobs::export::{ExportJob, FileFormat, Present};
use crate::app::list::List;
use crate::app::model::argument_mistake::ArgumentMistake;
use crate::app::overlay::{Dialogs, Overlay, Question, Yes};
use crate::app::store::Store;
use crate::app::write::bulk::registrations;

impl List {
    /// `:export FILE`.
    pub(in crate::app) fn export(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        argument: &str,
    ) -> Result<(), ArgumentMistake> {
        let path = argument.trim();
        let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        let form = match ending.as_deref() {
            Some("csv") => FileFormat::Csv,
            Some("json") => FileFormat::Json,
            Some("jsonl") => FileFormat::Lines,
            Some(_) | None => return Err(ArgumentMistake::FileName),
        };
        let chosen = self.targets(store);
        let ids: Arc<[u64]> = if chosen.is_empty() { self.rows.ids(&store.records).collect() } else { chosen.into() };
        let (path, present) = (path.to_owned(), Present::Kept);
        let (records, targets) = (store.records.clone(), store.targets.clone());
        cx.effect(Effect::Export(Box::new(ExportJob {
            path,
            present,
            form,
            records,
            ids,
            targets,
            whole: BTreeMap::new(),
        })));
        Ok(())
    }
}

impl Dialogs {
    /// The file was written, or was not.
    pub(in crate::app) fn exported(
        &mut self,
        cx: &mut Context,
        export: Box<ExportJob>,
        result: Result<usize, Unexported>,
    ) {
        let path = visible(&export.path).into_owned();
        match result {
            Ok(count) => {
                let many = registrations(count);
                let left_out = match export.ids.len().saturating_sub(count) {
                    0 => String::new(),
                    gone => format!("; {gone} no longer exist"),
                };
                let text = format!("Exported {many} to {path} (passwords masked, readable only by you){left_out}");
                cx.say(Tone::Good, text);
            }
            Err(why @ (Unexported::Unread(..) | Unexported::Unwritten(_))) => {
                cx.say(Tone::Bad, format!("{path} was not written: {why}"));
                if let Unexported::Unread(_, error) = &why {
                    cx.ask_sign_in_after(error);
                }
            }
            Err(Unexported::Exists) if self.current.is_some() => {
                cx.say(Tone::Bad, format!("Not exported: {path} exists already"));
            }
            Err(Unexported::Exists) => {
                let facts = vec![format!("{path} exists already.")];
                let question =
                    Question::of_sentences("Overwrite the file?", "overwrite", facts, Yes::Overwrite(export));
                self.current = Some(Overlay::Question(question));
            }
        }
    }
}
