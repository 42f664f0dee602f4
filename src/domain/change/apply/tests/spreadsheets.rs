//! Files saved by a spreadsheet, or edited by people.

use std::fmt::Write as _;

use super::*;

fn noted(file: &[u8]) -> (Vec<RowStep>, Vec<String>) {
    let records = [record(16, "betatel-1"), record(17, "betatel-2")];
    let plan = planned_as(file, &records, Damages::Reported).unwrap();
    (plan.rows.into_iter().map(|planned| planned.step).collect(), read(file).notes)
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn files_of_spreadsheets_of_other_countries_are_read_and_noted() {
    let same = |file: &[u8], expected: &[&str]| {
        let (steps, notes) = noted(file);
        assert_eq!(steps, [RowStep::Unchanged(16), RowStep::Unchanged(17)], "{notes:?}");
        assert_eq!(notes, expected);
    };
    let rows = "id,name,enabled\n16,betatel-1,true\n17,betatel-2,true\n";
    same(rows.as_bytes(), &[]);
    same(rows.replace(',', ";").as_bytes(), &["read as semicolon-separated"]);
    same(rows.replace(',', "\t").as_bytes(), &["read as tab-separated"]);
    same(format!("sep=;\r\n{}", rows.replace(',', ";")).as_bytes(), &["read as semicolon-separated"]);
    same(format!("\u{feff}{rows}").as_bytes(), &[]);
    same(&utf16(&format!("\u{feff}{rows}"), true), &["read as UTF-16"]);
    same(&utf16(&format!("\u{feff}{rows}"), false), &["read as UTF-16"]);
    same(&utf16(rows, true), &["read as UTF-16"]);
    same(
        &utf16("\u{feff}sep=\t\nid\tname\tenabled\n16\tbetatel-1\tWAHR\n17\tbetatel-2\tTRUE\n", true),
        &["read as UTF-16", "read as tab-separated", "read values in another spelling: WAHR as true"],
    );
    same(
        b"ID, Name ,enabled,,\n16,betatel-1,vrai,,\n,,,,\n17,betatel-2,true,,\n,,,,\n",
        &[
            "read column names in another spelling: \"ID\" as id, \" Name \" as name",
            "read values in another spelling: vrai as true",
            "skipped 2 empty rows",
        ],
    );
    same(
        b"id,name,retry-delay\n16.0,betatel-1,5.0\n17,betatel-2,\"5,0\"\n",
        &["read values in another spelling: 5.0 as 5, 5,0 as 5"],
    );
    same(
        &utf16("\u{feff}[{\"id\":\"16\",\"Enabled\":\"PRAWDA\"},{\"id\":17}]", true)[2..],
        &[
            "read as UTF-16",
            "read column names in another spelling: \"Enabled\" as enabled",
            "read values in another spelling: PRAWDA as true",
        ],
    );
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() {
    let reported = mistakes("id,name,expire\n\n16,\"betatel-1\",-1\n,,\n17,\"a\nb\",\n18,x,9x\n");
    assert!(reported[0].starts_with("row 3, column expire: "), "{reported:?}");
    assert_eq!(
        reported[1],
        "row 6: no registration is called \"x\"; to create it the row needs domain, username, contact"
    );
}

#[test]
fn mistakes_of_shape_and_of_value_are_told_in_one_run() {
    let reported = mistakes("id,colour,expire,\n16,red,-1,\n17,red,60,x\nx,red,60,\n16,red,y,\n");
    let begin = [
        "row 1, column colour: ",
        "row 2, column expire: ",
        "row 3: has 4 cells under 3 columns",
        "row 4, column id: ",
        "row 5: is the same registration as row 2",
        "row 5, column expire: ",
    ];
    assert_eq!(reported.len(), begin.len(), "{reported:?}");
    for (reported, begin) in reported.iter().zip(begin) {
        assert!(reported.starts_with(begin), "{reported:?}");
    }
}

#[test]
fn a_name_that_is_nearly_there_gets_a_suggestion() {
    let reported = |name: &str| mistakes(&format!("name,expire\n{name},60\n"));
    assert_eq!(
        reported("betatel-1 "),
        ["row 2: no registration is called \"betatel-1 \"; did you mean betatel-1 (16)?"]
    );
    assert_eq!(reported("BetaTel-2"), ["row 2: no registration is called \"BetaTel-2\"; did you mean betatel-2 (17)?"]);
    assert_eq!(reported("betatle-2"), ["row 2: no registration is called \"betatle-2\"; did you mean betatel-2 (17)?"]);
    let masked = format!("name,domain,username,contact,auth-password\nbetatel-1 ,d,u,sip:u@d,{MASK}\n");
    let [meant, masked] = mistakes(&masked).try_into().unwrap();
    assert_eq!(meant, "row 2: no registration is called \"betatel-1 \"; did you mean betatel-1 (16)?");
    assert!(masked.contains("is masked in this file"), "{masked}");
    let file = "name,domain,username,contact\nBETATEL-1,d.example,u,sip:u@192.0.2.1\n";
    let plan = planned(file, &[record(16, "betatel-1")]).unwrap();
    assert_eq!(plan.rows[0].similar.as_ref().map(|near| near.id), Some(16));
    let plan = planned("name,domain,username,contact\nother,d.example,u,sip:u@192.0.2.1\n", &[record(16, "betatel-1")]);
    assert_eq!(plan.unwrap().rows[0].similar, None);
}

#[test]
fn what_a_spreadsheet_damaged_is_told_and_only_applied_where_that_is_wanted() {
    let mut old = record(16, "betatel-1");
    old.set(FieldId::Username, text("49302235077"));
    old.set(FieldId::DisplayUsername, text("1-2"));
    let file = "id,username,display-username,contact,expire\n16,4.9E+10,02. Jan,#NAME?,####\n";
    let plan = planned(file, std::slice::from_ref(&old)).unwrap();
    let reported: Vec<(FieldId, &str, &str)> = plan.rows[0]
        .damaged
        .iter()
        .map(|damaged| (damaged.field, damaged.old.as_str(), damaged.new.as_str()))
        .collect();
    assert_eq!(
        reported,
        [
            (FieldId::Username, "49302235077", "4.9E+10"),
            (FieldId::DisplayUsername, "1-2", "02. Jan"),
            (FieldId::Contact, "sip:100@192.0.2.1", "#NAME?"),
            (FieldId::Expire, "", "####"),
        ]
    );
    let wanted = planned_as(file.as_bytes(), &[old.clone()], Damages::Wanted).unwrap_err();
    assert_eq!(wanted.len(), 2, "{wanted:?}");
    let file = "id,username,display-username\n16,4.9E+10,02. Jan\n";
    let plan = planned_as(file.as_bytes(), &[old], Damages::Wanted).unwrap();
    assert_eq!(
        changes(&plan.rows[0].step),
        [(FieldId::Username, text("4.9E+10")), (FieldId::DisplayUsername, text("02. Jan"))]
    );
    assert_eq!(plan.rows[0].damaged.len(), 2);
    let new = planned("name,domain,username,contact\nx,d.example,4.9E+10,sip:u@192.0.2.1\n", &[]).unwrap();
    assert_eq!(new.rows[0].damaged.len(), 1);
    let guarded = planned("name,domain,username,contact\nx,d.example,'4.9E+10,sip:u@192.0.2.1\n", &[]).unwrap();
    assert_eq!(guarded.rows[0].damaged, []);
}

#[test]
fn a_damaged_password_is_told_without_it() {
    let mut old = record(16, "betatel-1");
    old.set(FieldId::AuthPassword, Value::Secret(Secret::new("0049301234")));
    let plan = planned("id,auth-password\n16,49301234\n", &[old]).unwrap();
    assert_eq!(plan.rows[0].damaged.len(), 1);
    assert!(!format!("{:?}", plan.rows[0].damaged).contains("49301234"), "{plan:?}");
}

/// The order in which the moves name rows and give names, checked: no move takes a name that a record still has.
fn carried_out(file: &str, records: &[Registration]) -> Vec<(u64, String, bool)> {
    let plan = planned(file, records).unwrap();
    let mut names: HashMap<u64, String> =
        records.iter().map(|record| (record.id(), record.name().to_owned())).collect();
    let moved: Vec<usize> = plan.moves.iter().map(|step| step.row).collect();
    let free = plan.rows.iter().enumerate().filter(|(row, _)| !moved.contains(row));
    let free = free.filter_map(|(_, planned)| match &planned.step {
        RowStep::Change(draft) => Some((draft.clone(), false)),
        RowStep::Create(_) | RowStep::Unchanged(_) => None,
    });
    let mut reported = Vec::new();
    for (at, step) in plan.moves.iter().enumerate() {
        assert!(step.after.is_none_or(|before| before < at), "{:?}", plan.moves);
    }
    for (draft, temporary) in free.chain(plan.moves.iter().map(|step| (step.draft.clone(), step.temporary))) {
        let name = draft.name().to_owned();
        assert_eq!(names.get(&draft.id()).map(String::as_str), Some(draft.base().name()));
        assert!(names.iter().all(|(id, held)| *id == draft.id() || *held != name), "{name} is taken: {names:?}");
        names.insert(draft.id(), name.clone());
        reported.push((draft.id(), name, temporary));
    }
    reported
}

#[test]
fn renames_in_a_chain_are_ordered_and_a_swap_goes_by_a_temporary_name() {
    let records = [record(1, "a"), record(2, "b"), record(3, "c"), record(4, "d"), record(5, "e")];
    let reported = carried_out("id,name\n1,b\n2,c\n3,z\n", &records);
    assert_eq!(reported.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [3, 2, 1]);
    let reported = carried_out("id,name\n1,b\n2,a\n4,e\n", &records[..4]);
    assert_eq!(reported.iter().filter(|(.., temporary)| *temporary).count(), 1, "{reported:?}");
    assert_eq!(reported.len(), 4);
    carried_out("id,name,expire\n1,b,5\n2,c,6\n3,a,7\n4,e,8\n5,d,9\n", &records);
}

proptest! {
    #[test]
    fn any_renaming_works_in_one_run(wanted in proptest::collection::hash_set(0_u8..12, 8), seed in any::<u64>()) {
        let records: Vec<Registration> = (1..=8).map(|id| record(id, &format!("n{id}"))).collect();
        let mut wanted: Vec<u8> = wanted.into_iter().collect();
        let turn = usize::try_from(seed % 8).unwrap();
        wanted.rotate_left(turn);
        let mut file = "id,name\n".to_owned();
        for (record, name) in records.iter().zip(&wanted) {
            writeln!(file, "{},n{name}", record.id()).unwrap();
        }
        carried_out(&file, &records);
    }
}

/// What a spreadsheet writes of a cell that it read, as far as `LibreOffice` and Excel were seen to: see
/// `tests/spreadsheet`. Knows nothing of the rules that are tested.
fn through_a_spreadsheet(cell: &str, german: bool) -> String {
    // A column of full-width digits is one of numbers, too.
    let plain: String = cell
        .chars()
        .map(|c| match u32::from(c) {
            code @ 0xff10..=0xff19 => char::from_u32(code - 0xff10 + 0x30).unwrap(),
            0x2212 => '-',
            0xa0 | 0x202f => ' ',
            _ => c,
        })
        .collect();
    let text = plain.trim();
    let (decimal, group) = if german { (',', '.') } else { ('.', ',') };
    let number = |text: &str| -> Option<f64> {
        let whole = text.split(decimal).next()?.trim_start_matches(['+', '-']);
        let groups: Vec<&str> = whole.split([group, ' ']).collect();
        let grouped = groups.len() > 1;
        let part = text.split_once(decimal).map_or("", |(_, part)| part);
        if (whole.contains(group) && whole.contains(' ')) || part.contains([group, ' ']) {
            return None;
        }
        if grouped && (groups[0].is_empty() || groups[0].len() > 3 || groups[1..].iter().any(|part| part.len() != 3)) {
            return None;
        }
        let text: String = text.chars().filter(|c| !grouped || (*c != group && *c != ' ')).collect();
        let plain = text.replace(decimal, ".");
        let begins = plain.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
        plain.parse::<f64>().ok().filter(|number| begins && number.is_finite())
    };
    let written = |number: f64| {
        let shown = if number.abs() >= 1e11 {
            let shown = format!("{number:.14e}");
            let (mantissa, power) = shown.split_once('e').unwrap();
            let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
            format!("{mantissa}E+{power}")
        } else {
            // Fifteen digits are shown.
            format!("{number:.14e}").parse::<f64>().unwrap().to_string()
        };
        if german { shown.replace('.', ",") } else { shown }
    };
    if let Some(number) = number(text) {
        return written(number);
    }
    // Losses of accountants, shares, amounts of money.
    if let Some(loss) = text.strip_prefix('(').and_then(|text| number(text.strip_suffix(')')?)) {
        return written(-loss.abs());
    }
    if let Some(share) = text.strip_suffix('%').and_then(|text| number(text.trim())) {
        return written(share / 100.0);
    }
    let money = ["$", "€", "£", "EUR", "USD"].iter().find_map(|sign| {
        let text = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign))?;
        number(text.trim())
    });
    if let Some(money) = money {
        return written(money);
    }
    match text.to_lowercase().as_str() {
        "true" => return if german { "WAHR" } else { "TRUE" }.to_owned(),
        "false" => return if german { "FALSCH" } else { "FALSE" }.to_owned(),
        _ => {}
    }
    let moment: Vec<&str> = text.split(':').collect();
    if let [hours, minutes] = moment.as_slice()
        && let (Ok(hours @ 0..=23), Ok(minutes @ 0..=59)) = (hours.parse::<u32>(), minutes.parse::<u32>())
    {
        return if german {
            format!("{hours:02}:{minutes:02}:00")
        } else {
            written(f64::from(hours * 60 + minutes) / 1440.0)
        };
    }
    let numbers: Vec<&str> = text.split(['-', '/', '.']).collect();
    if let [day, month] | [day, month, "2026"] = numbers.as_slice()
        && let (Ok(day @ 1..=31), Ok(month @ 1..=12)) = (day.parse::<u32>(), month.parse::<u32>())
    {
        return if german { format!("{day:02}.{month:02}.2026") } else { format!("{month}/{day}/2026") };
    }
    if plain.starts_with(['=', '+', '-', '@']) {
        return "#NAME?".to_owned();
    }
    cell.to_owned()
}

fn tempting_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,20}",
        "0[0-9]{1,12}",
        "[+][0-9]{3,14}",
        "[0-9]{1,3}[eE][0-9]{1,2}",
        "[0-9]{1,2}[-/][0-9]{1,2}",
        "[0-9]{1,3}[.][0-9]{1,4}",
        "(TRUE|true|False|=A1|-x|@x|#NAME[?])",
        "[a-z]{1,6}-[0-9]{1,2}",
        "[0-9]{1,2}[.][0-9]{1,2}[.]2026",
        "[0-9]{1,2}:[0-9]{2}",
        "[(][0-9]{1,4}([.,][0-9]{1,2})?[)]",
        "[0-9]{1,3}([.,][0-9]{1,2})? ?%",
        "([$€£]|EUR )[0-9]{1,5}|[0-9]{1,5} ?(€|USD|EUR)",
        "[0-9]{1,3}([., \u{a0}\u{202f}][0-9]{3}){1,3}",
        "[-\u{2212}]?[０-９]{1,13}",
        "[ \t\u{a0}]{0,2}[-+]?[0-9]{1,6}[ \u{a0}]{0,2}",
    ]
}

proptest! {
    #[test]
    fn a_round_trip_through_a_spreadsheet_changes_nothing_or_is_told(
        texts in proptest::collection::vec(tempting_text(), 6), guarded in any::<bool>(), german in any::<bool>()
    ) {
        let fields = [
            FieldId::Username, FieldId::DisplayUsername, FieldId::AuthUser, FieldId::SipInterfaceName, FieldId::Domain,
            FieldId::AuthPassword,
        ];
        let mut old = record(16, "betatel-1");
        for (field, text) in fields.into_iter().zip(&texts) {
            old.set(field, if field == FieldId::AuthPassword { Value::Secret(Secret::new(text.as_str())) } else { Value::Text(text.clone()) });
        }
        let columns = std::iter::once(Column::Id).chain(fields.map(Column::Field)).collect();
        let mut sheet = Sheet::new(columns, JsonPasswords::Shown);
        sheet.header();
        let mut file = sheet.take();
        sheet.row(&old, &known());
        let line = sheet.take();
        let mut lines = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let cells = lines.records().next().unwrap().unwrap();
        let cells = cells.iter().map(|cell| {
            // Of a file without apostrophes, as an older version or a script writes it.
            let cell = if guarded { cell } else { cell.strip_prefix('\'').unwrap_or(cell) };
            through_a_spreadsheet(cell, german)
        });
        let mut saved = csv::Writer::from_writer(Vec::new());
        saved.write_record(cells).unwrap();
        file.push_str(&String::from_utf8(saved.into_inner().unwrap()).unwrap());
        let plan = planned_as(file.as_bytes(), &[old], Damages::Reported);
        let plan = plan.unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{file}"));
        let changed: Vec<(FieldId, Value)> = changes(&plan.rows[0].step);
        if guarded {
            prop_assert!(changed.is_empty() && plan.rows[0].damaged.is_empty(), "{}{:?}", file, plan);
        }
        for (field, _) in changed {
            prop_assert!(plan.rows[0].damaged.iter().any(|damaged| damaged.field == field), "{}{:?}", file, plan);
        }
    }
}
