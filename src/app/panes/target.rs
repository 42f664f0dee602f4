//! A pop, node or transport protocol, and the registrations on it.

use crate::domain::query::Collection;
use crate::domain::record::{Record as _, Relation, Resolved, Target, Targets};
use crate::domain::request_error::RequestError;
use crate::domain::text::{visible, width as text_width};

use crate::app::panes::record::LABEL;
use crate::app::widget::line::hanging;
use crate::app::widget::{Leads, Meant, Pager, TextLine};

/// Registrations listed by name; the count is of all.
const LISTED: usize = 200;

/// State of the pane.
#[derive(Debug, Clone)]
pub struct TargetPane {
    /// What it is.
    pub relation: Relation,
    /// Its id, once known.
    pub id: Option<u64>,
    /// Cursor and scroll position.
    pub pager: Pager,
    /// Whether it was read.
    pub read: bool,
    /// Why it could not be read.
    pub error: Option<RequestError>,
    /// Loaded registrations on it: how many, how many of them enabled, and the first of them.
    pub on_it: (usize, usize, Vec<u64>),
}

impl TargetPane {
    /// Nothing read yet.
    pub fn new(relation: Relation, id: Option<u64>) -> Self {
        Self { relation, id, pager: Pager::default(), read: false, error: None, on_it: (0, 0, Vec::new()) }
    }

    /// Counts the loaded registrations on it again.
    pub fn count(&mut self, records: &Collection, targets: &Targets) {
        let Some(id) = self.id else { return };
        let field = self.relation.field();
        let mut on_it = (0, 0, Vec::new());
        for row in records.iter().filter(|row| targets.resolve(row.get(field)) == Resolved::Target(id)) {
            on_it.0 += 1;
            on_it.1 += usize::from(row.enabled() == Some(true));
            if on_it.2.len() < LISTED {
                on_it.2.push(row.id());
            }
        }
        self.on_it = on_it;
    }

    /// What the pane says, in lines of at most `width` cells.
    pub fn lines(&self, records: &Collection, targets: &Targets, width: usize) -> Vec<TextLine> {
        let mut lines = Vec::new();
        let Some(id) = self.id else {
            lines.push(TextLine::new(Meant::Help, format!("loading the {}…", self.relation.noun())));
            return lines;
        };
        let known = targets.get(self.relation, id);
        lines.push(TextLine::labelled("id", id.to_string()));
        lines.push(TextLine::labelled(
            "name",
            known.and_then(|target| target.name.clone()).unwrap_or_else(|| "?".into()),
        ));
        if let Some(target) = known {
            self.attributes(&mut lines, target, targets, width);
        }
        lines.push(TextLine::new(Meant::Heading, "REGISTRATIONS ON IT"));
        let (count, enabled, first) = &self.on_it;
        lines.push(TextLine::new(Meant::Text, format!("{count} in the list, {enabled} of them enabled")));
        for id in first {
            let name = records.get(*id).map(|row| row.name().to_owned()).unwrap_or_default();
            lines.push(TextLine::new(Meant::Text, format!("{id:>7} {name}")).leading(Leads::Registration(*id)));
        }
        if *count > first.len() {
            lines.push(TextLine::new(Meant::Help, format!("and {} more", count - first.len())));
        }
        lines
    }

    fn attributes(&self, lines: &mut Vec<TextLine>, target: &Target, targets: &Targets, width: usize) {
        for (name, value) in &target.attributes {
            // Beside the labels of known attributes, one cell short of the values at least.
            let name = visible(name);
            let gap = (LABEL - 2).saturating_sub(text_width(&name)).max(1);
            lines.extend(hanging(&format!("{name}{:gap$}{value}", ""), width));
        }
        if let Some(pop) = target.pop {
            let name = targets.name(Relation::Pop, pop).unwrap_or("?");
            lines.push(
                TextLine::labelled("pop", format!("{name}  (id {pop})")).leading(Leads::Target(Relation::Pop, pop)),
            );
        }
        if self.relation == Relation::Pop {
            let nodes: Vec<_> =
                targets.of(Relation::Node).into_iter().filter(|node| node.pop == Some(target.id)).collect();
            if !nodes.is_empty() {
                lines.push(TextLine::new(Meant::Heading, "NODES IN IT"));
            }
            for node in nodes {
                lines.push(
                    TextLine::new(Meant::Text, format!("{:>7} {}", node.id, node.name.as_deref().unwrap_or("?")))
                        .leading(Leads::Target(Relation::Node, node.id)),
                );
            }
        }
    }
}
