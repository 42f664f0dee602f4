//! One request to one answer: routing, sign-in, media types, reading, writing. Pure: the time is an argument,
//! and nothing here knows of sockets, delays or rehearsed faults.

use std::net::IpAddr;

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::directives::{self, Fields, Include};
use super::document::{self, UnreadableBody};
use super::errors::{self, ErrorMember};
use super::kind::CollectionKind;
use super::media::{self, JSON_API, bare_format};
use super::numbers::{lenient, strict};
use super::options::{Creation, Preconditions, User};
use super::origin;
use super::query::{Param, Params};
use super::render::DocumentShape;
use super::routes::{ApiRoute, PREFIX, recognise};
use super::store::{Collections, Search, WriteRefusal, WriteRequest};
use super::token;
use crate::domain::record::Secret;

/// Longest query that the server's front reads, in bytes.
const LONGEST_QUERY: usize = 10 * 1024;

const WRONG_CREDENTIALS: &str = "Incorrect login or password.";
const WRONG_ADDRESS: &str = "Your IP address is not allowed.";

/// A request as it arrived.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    /// Without the question mark; empty where there is none.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) peer: IpAddr,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The method, or what a proxy that knows only POST means.
    pub(super) fn effective_method(&self) -> String {
        match self.header("x-http-method-override") {
            Some(method) if self.method == "POST" => method.trim().to_ascii_uppercase(),
            _ => self.method.clone(),
        }
    }
}

/// Who may sign in, and in which ways this server differs from others of its kind.
#[derive(Debug)]
pub(super) struct ServerSite {
    pub(super) users: Vec<User>,
    pub(super) signing_key: Secret,
    /// Seconds.
    pub(super) token_lifetime: Option<u64>,
    pub(super) creation: Creation,
    pub(super) preconditions: Preconditions,
}

/// What the body said, by its media type.
enum Body {
    /// A JSON:API document, or the parser's complaint about it.
    Document(Result<Map<String, Value>, ErrorMember>),
    /// Other JSON.
    Json(Map<String, Value>),
    /// A form.
    Form(Params),
    /// Nothing that is read.
    Unread,
}

/// Answers a request; `now` is Unix time in seconds.
pub(super) fn answer(store: &mut Collections, site: &ServerSite, request: &Request, now: u64) -> Answer {
    if request.query.len() > LONGEST_QUERY {
        return Answer::slammed();
    }
    let accept = request.header("accept");
    let method = request.effective_method();
    let Some(routed) = recognise(&method, &request.path) else {
        return Answer::not_routed(bare_format(accept));
    };
    let (Ok(params), Some(body)) = (Params::parse(&request.query), read_body(request)) else {
        return Answer::unreadable(bare_format(accept));
    };
    let mut answer = if routed.action == ApiRoute::SignIn {
        sign_in(site, request, &body, now)
    } else if authenticate(site, request, &params, now).is_none() {
        Answer::unauthorized()
    } else {
        let mut exchange = Exchange { store, site, request, params: &params, origin: origin::of(&request.headers) };
        exchange.perform(&routed.action, body).unwrap_or_else(|errors| Answer::errors(&errors))
    };
    answer.varies &= media::varies(accept, routed.format.as_deref());
    if matches!(method.as_str(), "GET" | "HEAD") {
        answer = answer.or_not_modified(request.header("if-none-match"));
    }
    answer
}

/// Reads the body; `None` is one that the framework itself refuses.
fn read_body(request: &Request) -> Option<Body> {
    if request.body.is_empty() {
        return Some(Body::Document(Ok(Map::new())));
    }
    let text = || std::str::from_utf8(&request.body).ok();
    match media::essence(request.header("content-type")) {
        JSON_API => Some(Body::Document(document::members(text()?))),
        "application/json" => match serde_json::from_str(text()?).ok()? {
            Value::Object(members) => Some(Body::Json(members)),
            _ => Some(Body::Json(Map::new())),
        },
        "application/x-www-form-urlencoded" => Some(Body::Form(Params::parse(text()?).ok()?)),
        _ => Some(Body::Unread),
    }
}

fn sign_in(site: &ServerSite, request: &Request, body: &Body, now: u64) -> Answer {
    let Some((name, password)) = credentials(body) else {
        return Answer::unreadable(bare_format(request.header("accept")));
    };
    let known = site.users.iter().find(|user| Some(user.name.as_str()) == name.as_deref());
    match known {
        Some(user) if password.as_deref() == Some(user.password.expose()) => {
            if !user.is_allowed_from(request.peer) {
                return Answer::sign_in_refused(WRONG_ADDRESS);
            }
            let expires = site.token_lifetime.map(|lifetime| now.saturating_add(lifetime));
            Answer::token(&token::issue(&site.signing_key, user.id, expires))
        }
        _ => Answer::sign_in_refused(WRONG_CREDENTIALS),
    }
}

/// User and password; `None` where there is no `auth` at all.
fn credentials(body: &Body) -> Option<(Option<String>, Option<String>)> {
    let of_members = |members: &Map<String, Value>| {
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        (!members.is_empty()).then(|| (text("username"), text("password")))
    };
    match body {
        Body::Document(Ok(members)) => of_members(members.get("auth")?.as_object()?),
        Body::Json(members) => match members.get("auth") {
            Some(wrapped) => of_members(wrapped.as_object()?),
            // The framework wraps what comes bare.
            None => of_members(members),
        },
        Body::Form(params) => match params.get("auth")? {
            Param::Map(auth) => {
                Some((auth.text("username").map(str::to_owned), auth.text("password").map(str::to_owned)))
            }
            Param::Absent | Param::Text(_) | Param::List(_) => None,
        },
        Body::Document(Err(_)) | Body::Unread => None,
    }
}

/// The user whose token came with the request. A `token` parameter hides the header.
fn authenticate(site: &ServerSite, request: &Request, params: &Params, now: u64) -> Option<u64> {
    let header = || request.header("authorization").and_then(|header| header.split_whitespace().next_back());
    let id = token::verify(&site.signing_key, params.text("token").or_else(header)?, now)?;
    let user = site.users.iter().find(|user| user.id == id)?;
    user.is_allowed_from(request.peer).then_some(id)
}

type Outcome<T> = Result<T, Vec<ErrorMember>>;

fn one<T>(error: ErrorMember) -> Outcome<T> {
    Err(vec![error])
}

struct Exchange<'a> {
    store: &'a mut Collections,
    site: &'a ServerSite,
    request: &'a Request,
    params: &'a Params,
    origin: String,
}

impl Exchange<'_> {
    fn perform(&mut self, action: &ApiRoute, body: Body) -> Outcome<Answer> {
        if action.takes_document() {
            media::check_content_type(self.request.header("content-type")).or_else(one)?;
        }
        media::check_accept(self.request.header("accept")).or_else(one)?;
        if self.params.get("_parser_exception").is_some() {
            return one(errors::internal());
        }
        let members = match body {
            Body::Document(members) => members.or_else(one)?,
            Body::Json(members) => members,
            Body::Form(_) | Body::Unread => Map::new(),
        };
        match action {
            ApiRoute::SignIn => one(errors::internal()),
            ApiRoute::Index(kind) => self.index(*kind),
            ApiRoute::Create(kind) => self.create(*kind, &members),
            ApiRoute::Show(kind, id) => self.show(*kind, id),
            ApiRoute::Update(kind, id) => self.update(*kind, id, &members),
            ApiRoute::Destroy(kind, id) => self.destroy(*kind, id),
            ApiRoute::ShowRelated(kind, id, link) => self.show_related(*kind, id, *link),
            ApiRoute::ShowLink(kind, id, link) => self.show_link(*kind, id, *link),
            ApiRoute::UpdateLink(kind, id, link) => {
                let draft = document::link_change(*kind, *link, &members).map_err(unreadable)?;
                self.write_link(*kind, id, &draft)
            }
            ApiRoute::DestroyLink(kind, id, link) => {
                self.write_link(*kind, id, &WriteRequest { links: vec![(*link, None)], ..WriteRequest::default() })
            }
        }
    }

    fn shape<'s>(&self, fields: &'s Fields, include: &'s Include) -> DocumentShape<'s> {
        DocumentShape::new(&self.origin, fields, include)
    }

    fn index(&mut self, kind: CollectionKind) -> Outcome<Answer> {
        let fields = directives::fields(self.params).or_else(one)?;
        let mut errors = Vec::new();
        let include = collect(directives::include(kind, self.params), &mut errors);
        let filters = collect(directives::filters(kind, self.params, &include), &mut errors);
        let sort = directives::sort(kind, self.params).or_else(one)?;
        let page = directives::page(self.params);
        let page = match page {
            Ok(page) if errors.is_empty() => page,
            Ok(_) => return Err(errors),
            Err(error) => {
                errors.push(error);
                return Err(errors);
            }
        };
        // Beyond 64 bits the database does not count.
        let offset = (page.number - 1).saturating_mul(page.size);
        let (Ok(offset), Ok(limit)) = (i64::try_from(offset), usize::try_from(page.size)) else {
            return one(errors::internal());
        };
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let found = self.store.find(kind, &Search { filters, sort, offset, limit });
        let shape = self.shape(&fields, &include);
        let links = shape.page_links(kind, self.params, page, found.total);
        Ok(Answer::document(200, shape.list(kind, &found, self.store, &links)))
    }

    fn show(&self, kind: CollectionKind, id: &str) -> Outcome<Answer> {
        let (fields, include) = self.fields_and_include(kind)?;
        let id = self.existing(kind, id)?;
        Ok(self.document(200, kind, id, &fields, &include))
    }

    fn fields_and_include(&self, kind: CollectionKind) -> Outcome<(Fields, Include)> {
        let fields = directives::fields(self.params).or_else(one)?;
        Ok((fields, directives::include(kind, self.params).or_else(one)?))
    }

    fn document(&self, status: u16, kind: CollectionKind, id: u64, fields: &Fields, include: &Include) -> Answer {
        let row = self.store.get(kind, id);
        Answer::document(status, self.shape(fields, include).single(kind, row, self.store))
    }

    /// The id in a path, read strictly, of a record that exists.
    fn existing(&self, kind: CollectionKind, id: &str) -> Outcome<u64> {
        let number = strict(id).ok_or_else(|| vec![errors::invalid_id(id)])?;
        let found = u64::try_from(number).ok().filter(|id| self.store.get(kind, *id).is_some());
        found.ok_or_else(|| vec![errors::not_found(&number.to_string())])
    }

    fn create(&mut self, kind: CollectionKind, members: &Map<String, Value>) -> Outcome<Answer> {
        let fields = directives::fields(self.params).or_else(one)?;
        let (include, draft) = self.include_and_draft(kind, document::creation(kind, members))?;
        let id = self.store.create(kind, &draft).map_err(|refusal| refused(refusal, ""))?;
        let mut answer = self.document(201, kind, id, &fields, &include);
        if self.site.creation == Creation::WithLocation {
            answer.location = Some(format!("{}{PREFIX}/{}/{id}", self.origin, kind.resource_type()));
        }
        Ok(answer)
    }

    fn update(&mut self, kind: CollectionKind, id: &str, members: &Map<String, Value>) -> Outcome<Answer> {
        let fields = directives::fields(self.params).or_else(one)?;
        let (include, draft) = self.include_and_draft(kind, document::change(kind, id, members))?;
        // A change does not read the id strictly: what is no number is 0, which no record has.
        let number = u64::try_from(lenient(id)).unwrap_or_default();
        if self.store.get(kind, number).is_none() {
            return one(errors::not_found(id));
        }
        self.check_precondition(kind, number)?;
        self.store.update(kind, number, &draft).map_err(|refusal| refused(refusal, id))?;
        Ok(self.document(200, kind, number, &fields, &include))
    }

    /// A wrong `include` and a wrong document are reported together.
    fn include_and_draft(
        &self,
        kind: CollectionKind,
        draft: Result<WriteRequest, UnreadableBody>,
    ) -> Outcome<(Include, WriteRequest)> {
        let mut errors = Vec::new();
        let include = collect(directives::include(kind, self.params), &mut errors);
        match draft {
            Ok(draft) if errors.is_empty() => Ok((include, draft)),
            Ok(_) => Err(errors),
            Err(UnreadableBody::Crashed) => one(errors::internal()),
            Err(UnreadableBody::Refused(error)) => {
                errors.push(error);
                Err(errors)
            }
        }
    }

    fn destroy(&mut self, kind: CollectionKind, id: &str) -> Outcome<Answer> {
        let number = self.existing(kind, id)?;
        self.check_precondition(kind, number)?;
        self.store.delete(kind, number).map_err(|refusal| refused(refusal, id))?;
        Ok(Answer::no_content())
    }

    fn show_related(&self, kind: CollectionKind, id: &str, link: usize) -> Outcome<Answer> {
        let target = kind.links().get(link).map_or(kind, |link| link.target);
        let (fields, include) = self.fields_and_include(target)?;
        let id = self.existing(kind, id)?;
        let row = self.store.get(kind, id).and_then(|row| row.link(link));
        let row = row.and_then(|id| self.store.get(target, id));
        Ok(Answer::document(200, self.shape(&fields, &include).single(target, row, self.store)))
    }

    fn show_link(&self, kind: CollectionKind, id: &str, link: usize) -> Outcome<Answer> {
        let id = self.existing(kind, id)?;
        let (fields, include) = (Fields::default(), Include::default());
        let row = self.store.get(kind, id);
        let body = row.map(|row| self.shape(&fields, &include).linkage(kind, row, link)).unwrap_or_default();
        Ok(Answer::document(200, body))
    }

    fn write_link(&mut self, kind: CollectionKind, id: &str, draft: &WriteRequest) -> Outcome<Answer> {
        let number = self.existing(kind, id)?;
        self.store.update(kind, number, draft).map_err(|refusal| refused(refusal, id))?;
        Ok(Answer::no_content())
    }

    /// What `If-Match` asks, where this server listens to it (RFC 9110, 13.1.1).
    fn check_precondition(&self, kind: CollectionKind, id: u64) -> Outcome<()> {
        let Some(wanted) = self.request.header("if-match") else { return Ok(()) };
        let holds = match self.site.preconditions {
            Preconditions::Ignored => true,
            _ if wanted.trim() == "*" => true,
            // Strong comparison: our tags are weak, and a weak tag equals nothing.
            Preconditions::Strong => false,
            Preconditions::Weak => {
                let (fields, include) = self.fields_and_include(kind)?;
                let current = self.document(200, kind, id, &fields, &include).etag.unwrap_or_default();
                let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
                wanted.split(',').any(|tag| opaque(tag) == opaque(&current))
            }
        };
        if holds { Ok(()) } else { one(errors::precondition_failed()) }
    }
}

/// Keeps the error and goes on with nothing.
fn collect<T: Default>(result: Result<T, ErrorMember>, errors: &mut Vec<ErrorMember>) -> T {
    result.unwrap_or_else(|error| {
        errors.push(error);
        T::default()
    })
}

fn unreadable(unreadable: UnreadableBody) -> Vec<ErrorMember> {
    match unreadable {
        UnreadableBody::Refused(error) => vec![error],
        UnreadableBody::Crashed => vec![errors::internal()],
    }
}

fn refused(refusal: WriteRefusal, id: &str) -> Vec<ErrorMember> {
    match refusal {
        WriteRefusal::Missing => vec![errors::not_found(id)],
        WriteRefusal::Invalid(errors) => errors,
        WriteRefusal::Broken => vec![errors::internal()],
    }
}
