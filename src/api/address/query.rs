//! Parameters of a request: how they are encoded, which ones every list needs, how the time zone is written,
//! and how many ids fit into one.

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};
use percent_encoding::{AsciiSet, utf8_percent_encode};

use crate::domain::text::RESERVED;

/// What a record is read, checked and written with, so that its tags compare.
const INCLUDE: &str = "pop,node,transport-protocol";

/// Longest list of ids in one query, in bytes. The server's own limit is 10 KB for the query, a usual
/// proxy's is 8 KB for the request line.
const FILTER_BYTES: usize = 6_000;

/// Most ids in one query: the most that one page can answer.
const FILTER_IDS: usize = 1_000;

/// Parameters of a request, percent-encoded as they are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(String);

impl Query {
    /// The same with one more parameter.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(utf8_percent_encode(name, ENCODED));
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, ENCODED));
        self
    }

    /// The same with all parameters of another.
    pub(crate) fn joined(mut self, other: &Self) -> Self {
        if !self.0.is_empty() && !other.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(&other.0);
        self
    }

    /// The same, asking for the three relationships and what they refer to.
    pub(crate) fn with_labels(self) -> Self {
        self.with("include", INCLUDE)
    }

    /// The same, asking for one page. Every sort ends in the id: over ties, pages lose and repeat records.
    pub(crate) fn with_page(self, number: u32, size: u32, sort: &str) -> Self {
        let by_id = sort.split(',').any(|key| matches!(key, "id" | "-id"));
        let sort = match (sort.is_empty(), by_id) {
            (true, _) => "id".to_owned(),
            (false, true) => sort.to_owned(),
            (false, false) => format!("{sort},id"),
        };
        self.with("page[number]", &number.to_string()).with("page[size]", &size.to_string()).with("sort", &sort)
    }

    /// The same, naming the user's time zone.
    pub(crate) fn in_zone(self, zone: Option<Tz>, now: DateTime<Utc>) -> Self {
        match zone {
            Some(zone) => self.with("timezone", &zone_text(zone, now)),
            None => self,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(&self.0)
    }
}

/// All but unreserved characters and those that read well and mean nothing in a query.
const ENCODED: &AsciiSet = &RESERVED.remove(b',').remove(b'(').remove(b')').remove(b':');

/// A time zone as the API's documentation writes it: `(GMT+00:00) UTC`, with the offset in force at `now`.
pub fn zone_text(zone: Tz, now: DateTime<Utc>) -> String {
    let offset = zone.offset_from_utc_datetime(&now.naive_utc());
    let seconds = offset.fix().local_minus_utc();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("(GMT{sign}{:02}:{:02}) {}", minutes / 60, minutes % 60, offset.tz_id())
}

/// Lists of ids, each short enough for one query, none empty.
pub(crate) fn filter_chunks(ids: &[u64]) -> Vec<String> {
    let mut chunks: Vec<(usize, String)> = Vec::new();
    for id in ids {
        let id = id.to_string();
        match chunks.last_mut() {
            Some((count, text)) if *count < FILTER_IDS && text.len() + id.len() < FILTER_BYTES => {
                text.push(',');
                text.push_str(&id);
                *count += 1;
            }
            Some(_) | None => chunks.push((1, id)),
        }
    }
    chunks.into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_encoded_and_the_sort_ends_with_the_id() {
        let page = |sort| Query::default().with_labels().with_page(2, 50, sort);
        assert_eq!(
            page("id").text().unwrap(),
            "include=pop,node,transport-protocol&page%5Bnumber%5D=2&page%5Bsize%5D=50&sort=id"
        );
        assert!(page("-enabled").text().unwrap().ends_with("&sort=-enabled,id"));
        assert!(page("domain,-id").text().unwrap().ends_with("&sort=domain,-id"));
        assert!(page("").text().unwrap().ends_with("&sort=id"));
    }

    #[test]
    fn a_time_zone_is_written_as_the_documentation_does() {
        let winter = "2026-01-10T00:00:00Z".parse().unwrap();
        let summer = "2026-07-10T00:00:00Z".parse().unwrap();
        assert_eq!(zone_text(Tz::UTC, winter), "(GMT+00:00) UTC");
        assert_eq!(zone_text(Tz::Europe__Berlin, winter), "(GMT+01:00) Europe/Berlin");
        assert_eq!(zone_text(Tz::Europe__Berlin, summer), "(GMT+02:00) Europe/Berlin");
        assert_eq!(zone_text(Tz::America__St_Johns, winter), "(GMT-03:30) America/St_Johns");
        let query = Query::default().in_zone(Some(Tz::UTC), winter);
        assert_eq!(query.text(), Some("timezone=(GMT%2B00:00)%20UTC"));
    }

    #[test]
    fn ids_are_asked_for_in_queries_that_servers_take() {
        assert!(filter_chunks(&[]).is_empty());
        assert_eq!(filter_chunks(&[1, 22, 3]), ["1,22,3"]);
        let ids: Vec<u64> = (1_000_000_000..1_000_003_000).collect();
        let chunks = filter_chunks(&ids);
        assert!(chunks.iter().all(|chunk| chunk.len() <= FILTER_BYTES));
        let back: Vec<u64> = chunks.iter().flat_map(|chunk| chunk.split(',').map(|id| id.parse().unwrap())).collect();
        assert_eq!(back, ids);
        let short: Vec<u64> = (0..2_500).collect();
        assert!(filter_chunks(&short).iter().all(|chunk| chunk.split(',').count() <= FILTER_IDS));
    }
}
