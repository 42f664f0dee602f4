//! The review of a save: its body and its curl command, and the way back.

use crate::app::core::{Context, Effect, Slot, Tone};
use crate::app::form::{Form, FormStage};
use crate::app::panes::Panes;
use crate::app::panes::copy::LONGEST;
use crate::domain::clipping::Clipping;

impl Panes {
    /// The body and the command of a review are there.
    pub(in crate::app) fn previewed(&mut self, id: u64, body: String, curl: String) {
        if let Some(FormStage::Review(review)) = self.form_of(id).map(|form| &mut form.stage) {
            review.body_text = Some(body);
            review.curl = Some(curl);
        }
    }

    /// One step back within the form; what was asked is forgotten. Returns whether there is one.
    pub(in crate::app) fn back_in_form(&mut self, cx: &mut Context) -> bool {
        let Some(form) = self.form_mut() else { return false };
        match &mut form.stage {
            FormStage::Review(review) if review.body => review.body = false,
            FormStage::Review(_) | FormStage::Conflict(_) | FormStage::Checking => {
                form.stage = FormStage::Editing;
                form.pager = crate::app::widget::Pager::default();
                cx.give_up(&[Slot::Check]);
            }
            // The long help is a step of its own.
            FormStage::Editing if form.long_help => form.long_help = false,
            FormStage::Reading | FormStage::Editing | FormStage::Saving => return false,
        }
        true
    }

    pub(in crate::app) fn show_body(&mut self) {
        if let Some(Form { stage: FormStage::Review(review), pager, .. }) = self.form_mut() {
            review.body = !review.body;
            *pager = crate::app::widget::Pager::default();
        }
    }

    pub(in crate::app) fn copy_curl(&mut self, cx: &mut Context) {
        let Some(Form { stage: FormStage::Review(review), .. }) = self.form() else { return };
        let Some(curl) = review.curl.clone() else { return };
        if curl.len() > LONGEST {
            let length = curl.len();
            let reported =
                format!("Not copied: the curl command has {length} bytes, the terminal's clipboard takes {LONGEST}");
            cx.say(Tone::Bad, reported);
            return;
        }
        cx.say(Tone::Plain, "Copied the curl command, without token and password");
        cx.effect(Effect::Copy(Clipping::line(&curl)));
    }
}
