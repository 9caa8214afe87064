//! The calls that a walk can make, each with its name, route and body shape.

use serde_json::Value;

use super::schema::{self, Field};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    ListPlans,
    GetPlan,
    CreatePlan,
    UpdatePlan,
    DeletePlan,
    SetVisibility,
    AddPlanFeature,
    UpdatePlanFeature,
    RemovePlanFeature,
    AddPrice,
    UpdatePrice,
    DeletePrice,
    SetDefaultPrice,
    UpsertRegional,
    DeleteRegional,
    SetRegional,
    DeleteCurrency,
    ResyncCurrency,
    ExplainPlan,
    ListFeatures,
    GetFeature,
    CreateFeature,
    UpdateFeature,
    DeleteFeature,
    ListGroups,
    GetGroup,
    CreateGroup,
    UpdateGroup,
    DeleteGroup,
    AddToGroup,
    RemoveFromGroup,
    ReorderGroup,
}

impl Op {
    /// The method, and the path with `{}` for each parameter.
    pub fn route(self) -> (&'static str, &'static str) {
        match self {
            Self::ListPlans => ("GET", "/plans"),
            Self::GetPlan => ("GET", "/plans/{}"),
            Self::CreatePlan => ("POST", "/plans/manage"),
            Self::UpdatePlan => ("PUT", "/plans/{}/manage"),
            Self::DeletePlan => ("DELETE", "/plans/{}/manage"),
            Self::SetVisibility => ("PUT", "/plans/{}/visibility"),
            Self::AddPlanFeature => ("POST", "/plans/{}/features"),
            Self::UpdatePlanFeature => ("PUT", "/plans/{}/features/{}"),
            Self::RemovePlanFeature => ("DELETE", "/plans/{}/features/{}"),
            Self::AddPrice => ("POST", "/plans/{}/prices"),
            Self::UpdatePrice => ("PUT", "/plans/{}/prices/{}"),
            Self::DeletePrice => ("DELETE", "/plans/{}/prices/{}"),
            Self::SetDefaultPrice => ("PUT", "/plans/{}/prices/{}/default"),
            Self::UpsertRegional => ("PUT", "/plans/{}/prices/{}/regional"),
            Self::DeleteRegional => ("DELETE", "/plans/{}/prices/{}/regional"),
            Self::SetRegional => ("PUT", "/plans/{}/regional"),
            Self::DeleteCurrency => ("DELETE", "/plans/{}/regional/{}"),
            Self::ResyncCurrency => ("POST", "/plans/{}/regional/{}/resync"),
            Self::ExplainPlan => ("GET", "/plans/{}/explain"),
            Self::ListFeatures => ("GET", "/features"),
            Self::GetFeature => ("GET", "/features/{}"),
            Self::CreateFeature => ("POST", "/features/manage"),
            Self::UpdateFeature => ("PUT", "/features/{}/manage"),
            Self::DeleteFeature => ("DELETE", "/features/{}/manage"),
            Self::ListGroups => ("GET", "/plan-groups"),
            Self::GetGroup => ("GET", "/plan-groups/{}"),
            Self::CreateGroup => ("POST", "/plan-groups"),
            Self::UpdateGroup => ("PUT", "/plan-groups/{}"),
            Self::DeleteGroup => ("DELETE", "/plan-groups/{}"),
            Self::AddToGroup => ("POST", "/plan-groups/{}/plans"),
            Self::RemoveFromGroup => ("DELETE", "/plan-groups/{}/plans/{}"),
            // Must precede its sibling in a router: `reorder` is not a plan.
            Self::ReorderGroup => ("PUT", "/plan-groups/{}/plans/reorder"),
        }
    }

    /// The shape of the body; `None` if the call takes none.
    pub fn body(self) -> Option<&'static [Field]> {
        match self {
            Self::CreatePlan => Some(schema::CREATE_PLAN),
            Self::UpdatePlan => Some(schema::UPDATE_PLAN),
            Self::SetVisibility => Some(schema::SET_VISIBILITY),
            Self::AddPlanFeature => Some(schema::ADD_PLAN_FEATURE),
            Self::UpdatePlanFeature => Some(schema::UPDATE_PLAN_FEATURE),
            Self::AddPrice => Some(schema::ADD_PRICE),
            Self::UpdatePrice => Some(schema::UPDATE_PRICE),
            Self::UpsertRegional => Some(schema::UPSERT_REGIONAL),
            Self::SetRegional => Some(schema::SET_REGIONAL),
            Self::ResyncCurrency => Some(schema::RESYNC),
            Self::CreateFeature => Some(schema::CREATE_FEATURE),
            Self::UpdateFeature => Some(schema::UPDATE_FEATURE),
            Self::CreateGroup => Some(schema::CREATE_GROUP),
            Self::UpdateGroup => Some(schema::UPDATE_GROUP),
            Self::AddToGroup => Some(schema::ADD_TO_GROUP),
            Self::ReorderGroup => Some(schema::REORDER_GROUP),
            _ => None,
        }
    }

    /// The prefix of the id of a new object; `None` if the call creates none.
    pub fn makes(self) -> Option<&'static str> {
        match self {
            Self::CreatePlan => Some("pln_"),
            Self::AddPrice => Some("prc_"),
            Self::CreateFeature => Some("feat_"),
            Self::CreateGroup => Some("grp_"),
            _ => None,
        }
    }

    pub fn is_list(self) -> bool {
        matches!(
            self,
            Self::ListPlans | Self::ListFeatures | Self::ListGroups
        )
    }

    pub fn is_write(self) -> bool {
        self.route().0 != "GET"
    }
}

/// The body of a call.
#[derive(Clone, Debug)]
pub enum Payload {
    Nothing,
    Json(Value),
    /// Text that is not JSON.
    Broken(&'static str),
}

#[derive(Clone, Debug)]
pub struct Call {
    pub op: Op,
    pub path: Vec<String>,
    pub query: Vec<(&'static str, String)>,
    pub payload: Payload,
}

impl Call {
    /// A call with only a path.
    pub fn plain(op: Op, path: &[&str]) -> Self {
        let path = path.iter().map(ToString::to_string).collect();
        Self {
            op,
            path,
            query: Vec::new(),
            payload: Payload::Nothing,
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The path with its parameters, and the query. Only a cursor, which comes from the server, may
    /// need escaping; the walk's own values do not.
    pub fn target(&self) -> String {
        let mut target = self.op.route().1.to_owned();
        for parameter in &self.path {
            target = target.replacen("{}", parameter, 1);
        }
        for (index, (name, value)) in self.query.iter().enumerate() {
            let mark = if index == 0 { '?' } else { '&' };
            target.push_str(&format!("{mark}{name}={}", escaped(value)));
        }
        target
    }

    /// The text of the body, if there is one.
    pub fn text(&self) -> Option<String> {
        match &self.payload {
            Payload::Nothing => None,
            Payload::Json(value) => Some(value.to_string()),
            Payload::Broken(text) => Some((*text).to_owned()),
        }
    }
}

fn escaped(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

impl std::fmt::Display for Call {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{} {} {}",
            self.op.route().0,
            self.target(),
            self.text().unwrap_or_default()
        )
    }
}
