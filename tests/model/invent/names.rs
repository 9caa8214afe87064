//! Names in the path of a call, and its query.

use super::*;

impl<'a> Inventor<'a> {
    pub(super) fn path(&mut self, op: Op) -> Vec<String> {
        let (_, route) = op.route();
        let parameters = route.matches("{}").count();
        if route.starts_with("/plans/{}") {
            let mut path = vec![self.plan_name()];
            if parameters == 2 {
                path.push(if route.contains("/regional/") {
                    self.currency()
                } else if route.contains("/features/") {
                    self.feature_on_plan()
                } else {
                    self.price_id()
                });
            }
            return path;
        }
        if route.starts_with("/features/{}") {
            return vec![self.feature_name()];
        }
        if parameters == 0 {
            return Vec::new();
        }
        let group = self.group_id();
        let member = (parameters == 2).then(|| self.member(&group));
        std::iter::once(group).chain(member).collect()
    }

    pub(super) fn query(&mut self, op: Op) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        if op == Op::ListPlans && self.dice.chance(70) {
            query.push((
                "includePrivate",
                self.dice
                    .one(&["true", "true", "false", "maybe"])
                    .to_owned(),
            ));
        }
        if self.dice.chance(60) {
            query.push((
                "limit",
                self.dice
                    .one(&["1", "2", "3", "4", "100", "0", "101", "x"])
                    .to_owned(),
            ));
            if self.dice.chance(5) {
                query.push(("cursor", FORGED_CURSOR.to_owned()));
            }
        }
        query
    }

    /// Often a currency.
    pub(super) fn currency_query(&mut self) -> Vec<(&'static str, String)> {
        if self.dice.chance(50) {
            return Vec::new();
        }
        vec![("currency", self.currency())]
    }

    /// The id or code of a plan, mostly an existing one, which is remembered.
    pub(super) fn plan_name(&mut self) -> String {
        if self.dice.chance(8) {
            return self.stranger(&["pln_nobody", "nobody", "max"]);
        }
        self.plan = self.richer_plan();
        let by_code = self.dice.chance(40);
        let name = self
            .plan
            .map(|plan| if by_code { &plan.code } else { &plan.id });
        name.cloned().unwrap_or_else(|| "nobody".to_owned())
    }

    /// The one of two random plans with more content, on which more can go wrong.
    pub(super) fn richer_plan(&mut self) -> Option<&'a Plan> {
        let plans = &self.model.plans;
        let (one, other) = (self.dice.pick(plans)?, self.dice.pick(plans)?);
        let worth = |plan: &Plan| 2 * plan.prices.len() + plan.features.len();
        Some(if worth(one) >= worth(other) {
            one
        } else {
            other
        })
    }

    pub(super) fn plan_id(&mut self) -> String {
        if self.dice.chance(10) {
            return self.stranger(&["pln_nobody", "pro", "team"]);
        }
        self.dice
            .pick(&self.model.plans)
            .map_or("pln_nobody".to_owned(), |plan| plan.id.clone())
    }

    pub(super) fn price_id(&mut self) -> String {
        let own = self.plan.and_then(|plan| self.dice.pick(&plan.prices));
        match own {
            Some(price) if !self.dice.chance(8) => price.id.clone(),
            _ => self.stranger(&["prc_nobody", "monthly"]),
        }
    }

    /// A currency, mostly one for which the plan has a rate.
    pub(super) fn currency(&mut self) -> String {
        let rates = self.plan.map_or(&[][..], |plan| &plan.rates);
        match self.dice.pick(rates) {
            Some(rate) if self.dice.chance(75) => rate.currency.clone(),
            _ if self.dice.chance(30) => self.dice.one(&["EUR", "JPY", "xxx"]).to_owned(),
            _ => self.dice.one(&CURRENCIES).to_owned(),
        }
    }

    pub(super) fn feature_name(&mut self) -> String {
        if self.dice.chance(8) {
            return self.stranger(&["feat_nobody", "nothing", "disk"]);
        }
        let by_code = self.dice.chance(50);
        let feature = self.dice.pick(&self.model.features);
        let name = feature.map(|feature| if by_code { &feature.code } else { &feature.id });
        name.cloned().unwrap_or_else(|| "nothing".to_owned())
    }

    pub(super) fn feature_on_plan(&mut self) -> String {
        let own = self.plan.and_then(|plan| self.dice.pick(&plan.features));
        match own {
            Some(on) if !self.dice.chance(10) => {
                let by_code = self.dice.chance(40);
                let feature = self.model.feature_of(on);
                if by_code {
                    feature.code.clone()
                } else {
                    feature.id.clone()
                }
            }
            _ => self.feature_name(),
        }
    }

    pub(super) fn group_id(&mut self) -> String {
        if self.dice.chance(8) {
            return self.stranger(&["grp_nobody", "nothing"]);
        }
        let groups = &self.model.groups;
        let (Some(one), Some(other)) = (self.dice.pick(groups), self.dice.pick(groups)) else {
            return "grp_nobody".to_owned();
        };
        let is_fuller = self.model.members(&one.id).len() >= self.model.members(&other.id).len();
        if is_fuller {
            one.id.clone()
        } else {
            other.id.clone()
        }
    }

    pub(super) fn member(&mut self, group: &str) -> String {
        let members = self.model.members(group);
        match self.dice.pick(&members) {
            Some(plan) if !self.dice.chance(15) => plan.id.clone(),
            _ => self.plan_id(),
        }
    }

    /// An unsuitable name: an invented one, one of another kind or another plan, or one of a
    /// deleted object.
    pub(super) fn stranger(&mut self, made_up: &[&str]) -> String {
        let issued = self.dice.pick(&self.model.issued);
        match issued {
            Some(id) if self.dice.chance(65) => id.clone(),
            _ => self.dice.one(made_up).to_owned(),
        }
    }
}
