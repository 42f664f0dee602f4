//! Which columns of the list fit into a width, and how wide each is: for drawing them and for knowing on which one
//! a click fell.

use std::collections::BTreeMap;

use crate::domain::query::fit::stretch;
use crate::domain::query::listing::column_of;
use crate::domain::query::{Column, Listed, ListedColumn, listing};
use crate::domain::record::ListColumn;
use crate::domain::text;

use crate::app::core::Context;
use crate::app::list::List;
use crate::app::store::Store;

pub use crate::domain::query::fit::{Placed, fit};

/// Columns up to this rank say which record it is and where it runs.
const ESSENTIAL: u8 = 4;

/// Rows that are measured at most.
const SAMPLE: usize = 500;

/// Of a hundred values so many are whole in a column before another column appears. Names that someone made long, or
/// filled with characters that are spelled out, take no column from all others.
const WHOLE: usize = 97;

/// Cells that the values of a column need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WidthNeed {
    /// Most of them.
    usual: u16,
    /// The longest one.
    longest: u16,
}

/// Cells in front of the columns: mark or draft, the worst that is known, and a blank.
pub const SIGNS: u16 = 3;

/// Cells of the id in the table of columns: a user who chose another width gets that.
const ID_AS_COMES: u16 = 5;

/// Cells of the id where no id is longer.
const ID_WIDTH: u16 = 4;

impl List {
    /// Notes how long the values of each column are: columns grow to most of them before another one appears, and to
    /// the longest one after that. Of a long list only
    /// some rows are looked at, the same ones for each: filters and scrolling change no width.
    pub(in crate::app) fn measure_columns(&mut self, store: &Store) {
        let count = store.records.len();
        let step = count.div_ceil(SAMPLE).max(1);
        let mut cells: BTreeMap<Listed, Vec<u16>> = BTreeMap::new();
        let columns: Vec<ListedColumn> = listing::all()
            .into_iter()
            .filter(|column| !matches!(column.shows, Listed::Column(Column::Id | Column::Live)))
            .collect();
        for row in (0..count).step_by(step).filter_map(|position| store.records.at(position)) {
            for column in &columns {
                let width = text::width(&column.shows.text(&row, &store.targets));
                cells.entry(column.shows).or_default().push(u16::try_from(width).unwrap_or(u16::MAX));
            }
        }
        let need = |mut cells: Vec<u16>| {
            cells.sort_unstable();
            let usual = (cells.len() * WHOLE / 100).min(cells.len().saturating_sub(1));
            let at = |index: usize| cells.get(index).copied().unwrap_or_default();
            WidthNeed { usual: at(usual), longest: at(cells.len().saturating_sub(1)) }
        };
        self.needs = cells.into_iter().map(|(shows, cells)| (shows, need(cells))).collect();
    }
}

/// The columns of ranks up to this one, and the one under the column cursor.
fn up_to(columns: &[ListedColumn], wanted: Option<Listed>, rank: u8) -> Vec<ListedColumn> {
    columns.iter().filter(|column| column.looks.rank <= rank || wanted == Some(column.shows)).copied().collect()
}

impl List {
    /// The columns of the list as they stand on the screen now; their places count from behind the signs.
    pub fn placed_columns(&self, cx: &Context, store: &Store) -> Vec<Placed> {
        let (columns, wanted) = (self.sized_columns(store), self.rows.column);
        let width = cx.layout().rows.width.saturating_sub(SIGNS);
        // Those that show where a record runs come first, cut where they must; another one only once these are whole.
        let mut placed = fit(&up_to(&columns, wanted, ESSENTIAL), wanted, width);
        let mut ranks: Vec<u8> = columns.iter().map(|column| column.looks.rank).collect();
        ranks.sort_unstable();
        for rank in ranks.into_iter().filter(|rank| (ESSENTIAL + 1..ListColumn::HIDDEN).contains(rank)) {
            let more = fit(&up_to(&columns, wanted, rank), wanted, width);
            let is_whole = |Placed { column, width, .. }: &Placed| {
                // A state that is longer says less at its end.
                let whole =
                    if column.shows == Listed::Column(Column::Live) { column.looks.good } else { column.looks.max };
                column.looks.rank >= rank || *width >= whole
            };
            if more.len() <= placed.len() || !more.iter().all(is_whole) {
                break;
            }
            placed = more;
        }
        let chosen = self.listed_columns(store);
        stretch(&mut placed, width, |column| {
            let chosen = chosen.iter().find(|chosen| chosen.shows == column.shows);
            chosen.and_then(|chosen| self.limit(chosen)).map_or(0, |need| need.longest)
        });
        placed
    }

    /// The columns that the list can show: that of the live state where someone is asked for it.
    pub(in crate::app) fn listed_columns(&self, store: &Store) -> Vec<ListedColumn> {
        let mut columns = self.columns.listed();
        if store.live.every.is_none() {
            columns.retain(|column| column.shows != Listed::Column(Column::Live));
        }
        columns
    }

    /// What the values of a column need, as far as it may grow; nothing of one that has the width that the user gave it.
    fn limit(&self, column: &ListedColumn) -> Option<WidthNeed> {
        let most = column_of(column.shows).looks.max;
        let measured = column.looks.min < column.looks.max && column.shows != Listed::Column(Column::Live);
        let need = self.needs.get(&column.shows).filter(|_| measured)?;
        let title = u16::try_from(column.looks.title.len()).unwrap_or(u16::MAX);
        let bound = |cells: u16| cells.max(title).min(most);
        Some(WidthNeed { usual: bound(need.usual), longest: bound(need.longest) })
    }

    /// All columns, that of the id as wide as the longest id: an id that is cut is another id.
    fn sized_columns(&self, store: &Store) -> Vec<ListedColumn> {
        let longest = store.records.id_at(store.records.len().saturating_sub(1)).unwrap_or_default();
        let digits = u16::try_from(longest.checked_ilog10().unwrap_or_default() + 1).unwrap_or(u16::MAX);
        let mut columns = self.listed_columns(store);
        for column in &mut columns {
            // One that the user gave a width keeps it. What nodes say changes and comes late: its room is there before.
            let Some(WidthNeed { usual: width, .. }) = self.limit(column) else { continue };
            let looks = column.looks;
            // One that appears late takes nothing from those before it.
            let good = if looks.rank <= ESSENTIAL { looks.good } else { looks.min }.min(width);
            column.looks = ListColumn { min: looks.min.min(width), good, max: width, ..looks };
        }
        for column in columns.iter_mut().filter(|column| column.shows == Listed::Column(Column::Id)) {
            let width = ID_WIDTH.max(digits).max(if column.looks.min == ID_AS_COMES { 0 } else { column.looks.min });
            // What a user adds to it gives way; what an id needs does not.
            let min = column.looks.min.min(ID_WIDTH).max(digits);
            column.looks = ListColumn { min, good: width, max: width, ..column.looks };
        }
        columns
    }
}

impl List {
    /// Columns of the list that the column cursor visits, in the order of the screen.
    pub fn visited_columns(&self, store: &Store) -> Vec<Listed> {
        self.listed_columns(store).iter().map(|column| column.shows).collect()
    }

    /// Other columns are shown. One that is hidden has no cursor: no one would see what is copied or looked for.
    pub(in crate::app) fn clamp_column(&mut self) {
        let visited: Vec<Listed> = self.columns.listed().iter().map(|column| column.shows).collect();
        self.rows.column = self.rows.column.filter(|column| visited.contains(column));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::model::columns::Columns;
    use crate::app::model::columns::heading;
    use crate::domain::record::FieldId;

    #[test]
    fn a_column_wider_than_the_screen_is_cut_when_the_cursor_is_on_it() {
        let columns = Columns::of_words(&["contact:120".into(), "id".into(), "name".into()]).listed();
        let contact = Listed::Column(Column::Field(FieldId::Contact));
        let placed = fit(&columns, Some(contact), 40);
        assert_eq!(placed.iter().map(|place| place.column.looks.title).collect::<Vec<_>>(), ["CONTACT", "ID"]);
        assert_eq!(placed.iter().map(|place| (place.x, place.width)).collect::<Vec<_>>(), [(0, 34), (35, 5)]);
    }

    /// Any columns that a user can choose.
    fn chosen() -> impl Strategy<Value = Vec<ListedColumn>> {
        let word = (0..listing::all().len(), proptest::option::of(0_u16..200)).prop_map(|(at, width)| {
            let name = listing::all().get(at).map_or("id", |column| heading(column.shows));
            width.map_or_else(|| name.to_owned(), |width| format!("{name}:{width}"))
        });
        proptest::collection::vec(word, 0..8).prop_map(|words| Columns::of_words(&words).listed())
    }

    proptest! {
        #[test]
        fn columns_lie_side_by_side_within_the_width(
            columns in chosen(),
            wanted in proptest::option::of(0_usize..8),
            width in 0_u16..400,
        ) {
            let wanted = wanted.and_then(|at| columns.get(at)).map(|column| column.shows);
            let placed = fit(&columns, wanted, width);
            let mut free_from = 0;
            for place in &placed {
                prop_assert!(place.x >= free_from);
                prop_assert!(place.width >= place.column.looks.min && place.width <= place.column.looks.max);
                free_from = place.x + place.width + 1;
            }
            prop_assert!(placed.is_empty() || free_from <= width + 1);
            let shows: Vec<Listed> = placed.iter().map(|place| place.column.shows).collect();
            let in_order: Vec<Listed> =
                columns.iter().map(|column| column.shows).filter(|listed| shows.contains(listed)).collect();
            prop_assert_eq!(&shows, &in_order);
            // The id has what it needs, and the column under the cursor what is left.
            let id = Listed::Column(Column::Id);
            let needed = columns.iter().find(|column| column.shows == id).map_or(0, |column| column.looks.min);
            prop_assert!(width < needed || shows.contains(&id));
            prop_assert!(width < needed + 2 || wanted.is_none_or(|wanted| shows.contains(&wanted)));
        }
    }
}
