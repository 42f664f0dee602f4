//! How long the checks take over 100,000 records, each compared with all others: what the records have in common,
//! then every finding with its text, as `L` and `sipreg lint` want it; and the signs alone, as the list wants them.
//! `cargo bench --bench lint [RECORDS]`; ends in 1 where the findings take more than 300 ms.
#![expect(clippy::disallowed_methods, reason = "measuring takes a clock")]
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use sipreg::domain::query::{RowRef, Segment};
use sipreg::domain::record::{FieldId, Registration, Relation, Target, Targets, Value};
use sipreg::domain::rules::lint::{is_signed, lint_all, tally};
use sipreg::domain::rules::{Census, CheckContext, OnServer, Severity};

/// How often each is measured; the best counts.
const ROUNDS: usize = 7;

/// What census and findings may take.
const LIMIT: Duration = Duration::from_millis(300);

/// Records a piece of memory, as they come from the server.
const PAGE: u64 = 1_000;

fn main() -> ExitCode {
    let records = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(100_000);
    let targets = targets();
    let pages: Vec<Segment> = (0..records / PAGE)
        .map(|page| Segment::of(&(page * PAGE..(page + 1) * PAGE).map(record).collect::<Vec<_>>()))
        .collect();
    let rows: Vec<RowRef<'_>> = pages.iter().flat_map(Segment::iter).collect();
    let best = |measure: &dyn Fn() -> usize| {
        let took = (0..ROUNDS).map(|_| {
            let start = Instant::now();
            let found = measure();
            (start.elapsed(), found)
        });
        took.min().unwrap_or_default()
    };
    let (counting, _) = best(&|| {
        std::hint::black_box(Census::of_many(&rows, &targets));
        rows.len()
    });
    let census = Census::of_many(&rows, &targets);
    let context = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
    let (signs, signed) = best(&|| rows.iter().filter(|row| is_signed(*row, &context)).count());
    let (findings, with_problems) = best(&|| tally(&lint_all(&rows, &context)).records());
    let all = counting + findings;
    println!("{records} records, the best of {ROUNDS} rounds");
    println!("census    {:7.1} ms", ms(counting));
    println!("signs     {:7.1} ms  ({signed} rows with a sign)", ms(signs));
    println!("findings  {:7.1} ms  ({with_problems} records)", ms(findings));
    println!("lint      {:7.1} ms, limit {:.1} ms", ms(all), ms(LIMIT));
    let counted = tally(&lint_all(&rows, &context));
    println!("{}; DOWN: {}", counted.sentence(), counted.has(Severity::Down));
    if all > LIMIT { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

/// Six pops, fourteen nodes, three transports.
fn targets() -> Targets {
    let mut targets = Targets::default();
    let mut learn = |relation, id, name: String, pop| {
        targets.add(Target { relation, id, name: Some(name), pop, attributes: Vec::new() });
    };
    for pop in 1..=6 {
        learn(Relation::Pop, pop, format!("P{pop}"), None);
    }
    for node in 1..=14 {
        learn(Relation::Node, node, format!("p-n{node}"), Some(node % 6 + 1));
    }
    for (id, name) in [(1, "UDP"), (2, "TCP"), (3, "TLS")] {
        learn(Relation::TransportProtocol, id, name.to_owned(), None);
    }
    for relation in Relation::ALL {
        targets.note_complete(relation);
    }
    targets
}

/// A record of a carrier's estate: most are sound, some share an address, some are wrong.
fn record(id: u64) -> Registration {
    let mut record = Registration::new(id);
    let transport = id % 5 / 2 + 1;
    let parameter = ["", ";transport=tcp", ";transport=tls"].get(usize::try_from(transport - 1).unwrap_or(0)).copied();
    let parameter = parameter.unwrap_or_default();
    let carrier = id % 700;
    let text = |text: String| Value::Text(text);
    // One in fifty has the address of the one before it.
    let user = if id % 50 == 49 { id - 1 } else { id };
    let contact = format!("sip:{user}@192.0.2.{}:5060{parameter}", user % 40 + 10);
    let contact = if parameter.is_empty() || id.is_multiple_of(7) { contact } else { format!("<{contact}>") };
    let domain = match id % 60 {
        0 => format!("_sip._udp.carrier{carrier}.example"),
        1 => format!("2001:db8::{carrier:x}"),
        _ => format!("sip.carrier{carrier}.example"),
    };
    let routes = match id % 5 {
        0 => vec![format!("<sip:edge.carrier{carrier}.example{parameter};lr>")],
        1 => vec![format!("<sip:edge.carrier{carrier}.example;lr>"), "<sip:hop2.example;lr>".to_owned()],
        _ => Vec::new(),
    };
    let node = id % 14 + 1;
    for (field, value) in [
        (FieldId::Name, text(format!("carrier{carrier}-{id}"))),
        (FieldId::Enabled, Value::Flag(!id.is_multiple_of(11))),
        (FieldId::Pop, if id.is_multiple_of(8) { Value::Null } else { Value::Reference(node % 6 + 1) }),
        (
            FieldId::Node,
            if id.is_multiple_of(3) { Value::Null } else { Value::Reference(if id % 80 == 7 { 1 } else { node }) },
        ),
        (FieldId::TransportProtocol, Value::Reference(transport)),
        (FieldId::SipInterfaceName, if id.is_multiple_of(5) { text("input".to_owned()) } else { Value::Null }),
        (FieldId::SipSchemaId, Value::Number(1)),
        (FieldId::Domain, text(domain)),
        (FieldId::Username, text(user.to_string())),
        (FieldId::DisplayUsername, if id.is_multiple_of(4) { text(format!("Carrier {carrier}")) } else { Value::Null }),
        (FieldId::Contact, text(contact)),
        (FieldId::RouteSet, Value::Texts(routes)),
        (FieldId::AuthUser, text(user.to_string())),
        (FieldId::AuthPassword, Value::Withheld),
        (FieldId::Expire, if id.is_multiple_of(3) { Value::Null } else { Value::Number(3_600) }),
        (FieldId::ForceExpire, Value::Flag(false)),
        (FieldId::RetryDelay, Value::Number(if id.is_multiple_of(9) { 1 } else { 30 })),
        (FieldId::MaxAttempts, Value::Null),
    ] {
        record.set(field, value);
    }
    record
}
