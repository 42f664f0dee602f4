//! The screens that have keys of their own.

/// Where the keyboard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere, while nothing is being typed.
    Global,
    /// The list of registrations.
    List,
    /// One registration.
    Detail,
    /// A JSON:API document.
    Document,
    /// A pop, node or transport protocol.
    Target,
    /// The form, while no text is typed.
    Form,
    /// The review before a save.
    Review,
    /// A conflict, field by field.
    Conflict,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Global,
        Self::List,
        Self::Detail,
        Self::Document,
        Self::Target,
        Self::Form,
        Self::Review,
        Self::Conflict,
    ];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Detail => "detail",
            Self::Document => "document",
            Self::Target => "target",
            Self::Form => "form",
            Self::Review => "review",
            Self::Conflict => "conflict",
        }
    }

    /// Heading in help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::List => "List",
            Self::Detail => "Detail",
            Self::Document => "Document",
            Self::Target => "POP, node, transport",
            Self::Form => "Form",
            Self::Review => "Review",
            Self::Conflict => "Conflict",
        }
    }
}
