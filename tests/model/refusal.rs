//! How the model says no.

/// One thing that is wrong, by the names under which an answer may report it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Paths of fields; a `*` at the end stands for any rest.
    pub names: Vec<String>,
    /// Found only by deriving a regional value.
    pub derived: bool,
}

impl Fault {
    pub fn at(name: impl Into<String>) -> Self {
        Self {
            names: vec![name.into()],
            derived: false,
        }
    }

    /// A fault of several fields together: which of them is to blame is the answer's to say.
    pub fn between(names: &[&str]) -> Self {
        Self {
            names: names.iter().map(ToString::to_string).collect(),
            derived: false,
        }
    }

    pub fn of_derived(name: impl Into<String>) -> Self {
        Self {
            names: vec![name.into()],
            derived: true,
        }
    }

    pub fn is_named(&self, field: &str) -> bool {
        self.names.iter().any(|name| match name.strip_suffix('*') {
            Some(start) => field.starts_with(start),
            None => field == name,
        })
    }
}

/// Why a call is refused, in the order in which the reasons are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    InvalidJson,
    Invalid(Vec<Fault>),
    NotFound(&'static str),
    Conflict(&'static str),
}

impl Refusal {
    pub fn status(&self) -> u16 {
        match self {
            Self::InvalidJson | Self::Invalid(_) => 400,
            Self::NotFound(_) => 404,
            Self::Conflict(_) => 409,
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::InvalidJson | Self::Invalid(_) => "validation_error",
            Self::NotFound(_) => "not_found_error",
            Self::Conflict(_) => "conflict_error",
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::Invalid(_) => "validation_error",
            Self::NotFound(code) | Self::Conflict(code) => code,
        }
    }
}

/// Refuses when anything was found.
pub fn refuse_if_any(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(faults))
    }
}
