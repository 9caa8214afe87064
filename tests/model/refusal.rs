//! Refusals of the model.

/// A single fault, with the fields under which an answer may report it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Paths of fields; a trailing `*` matches any rest.
    pub names: Vec<String>,
    /// Found only when a regional value is derived.
    pub derived: bool,
}

impl Fault {
    pub fn at(name: impl Into<String>) -> Self {
        Self {
            names: vec![name.into()],
            derived: false,
        }
    }

    /// A fault of several fields together: the answer may name any of them.
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

/// The reasons for refusing a call, in the order in which they are checked.
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

/// Refuses if there are any faults.
pub fn refuse_if_any(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(faults))
    }
}
