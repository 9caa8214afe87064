//! Plan groups and the positions of plans in them.

use serde_json::{Value, json};

use super::catalog::{ANY_TIME, Answer, Group, LIVEMODE, Model, Plan, Seat};
use super::choices;
use super::plans::NoPositionLeft;
use super::refusal::{Fault, Refusal};
use super::schema::{Sent, put};

impl Model {
    pub fn list_groups(&self) -> Value {
        self.groups
            .iter()
            .map(|group| self.group_shown(group))
            .collect()
    }

    pub fn get_group(&self, id: &str) -> Answer {
        Ok(self.group_shown(&self.groups[self.group_at(id)?]))
    }

    pub fn create_group(&mut self, sent: Sent, fresh: &str) -> Answer {
        let group = Group {
            id: fresh.to_owned(),
            name: sent.name().unwrap_or_default(),
            description: sent.text("description"),
            is_public: sent.flag("isPublic").unwrap_or(true),
        };
        self.refuse_taken_name(&group)?;
        let data = self.group_shown(&group);
        self.groups.push(group);
        Ok(data)
    }

    pub fn update_group(&mut self, id: &str, sent: Sent) -> Answer {
        let index = self.group_at(id)?;
        let mut group = self.groups[index].clone();
        put(&mut group.name, sent.name());
        put(&mut group.description, sent.text_or_null("description"));
        put(&mut group.is_public, sent.flag("isPublic"));
        self.refuse_taken_name(&group)?;
        let data = self.group_shown(&group);
        self.groups[index] = group;
        Ok(data)
    }

    fn refuse_taken_name(&self, group: &Group) -> Result<(), Refusal> {
        let is_taken = self
            .groups
            .iter()
            .any(|other| other.id != group.id && other.name == group.name);
        if is_taken {
            Err(Refusal::Conflict("duplicate"))
        } else {
            Ok(())
        }
    }

    pub fn delete_group(&mut self, id: &str) -> Answer {
        self.groups.remove(self.group_at(id)?);
        for plan in self.plans.iter_mut().filter(|plan| plan.is_in(id)) {
            plan.seat = None;
        }
        Ok(json!({"id": id, "deleted": true, "object": "plan_group", "livemode": LIVEMODE}))
    }

    pub fn add_to_group(&mut self, id: &str, sent: Sent) -> Answer {
        self.group_at(id)?;
        let index = self.group_plan_at(&sent.text("planId").unwrap_or_default())?;
        let seat = match sent.int("sortOrder") {
            Some(place) => Ok(Seat {
                group: id.to_owned(),
                place,
            }),
            None => self.next_seat(id),
        };
        let no_place =
            |NoPositionLeft| Refusal::Invalid(vec![Fault::at(choices::NO_POSITION_LEFT_ON_ADD)]);
        let seat = seat.map_err(no_place)?;
        let plan = &mut self.plans[index];
        if plan.seat.is_some() {
            return Err(Refusal::Conflict(choices::ALREADY_IN_A_GROUP));
        }
        plan.seat = Some(seat);
        Ok(json!({"success": true, "object": "plan_group", "livemode": LIVEMODE}))
    }

    pub fn remove_from_group(&mut self, id: &str, plan: &str) -> Answer {
        self.group_at(id)?;
        let index = self.group_plan_at(plan)?;
        let plan = &mut self.plans[index];
        if !plan.is_in(id) {
            return Err(Refusal::NotFound(choices::NOT_IN_THE_GROUP));
        }
        plan.seat = None;
        Ok(json!({"id": plan.id, "removed": true, "object": "plan_group", "livemode": LIVEMODE}))
    }

    /// The body must list each of the group's plans exactly once; an unknown plan is refused in the
    /// same way.
    pub fn reorder_group(&mut self, id: &str, sent: Sent) -> Answer {
        self.group_at(id)?;
        let mut named: Vec<usize> = Vec::new();
        for name in sent.texts("planIds") {
            match self.group_plan_at(name) {
                Ok(index) if self.plans[index].is_in(id) && !named.contains(&index) => {
                    named.push(index)
                }
                _ => return Err(wrong_plans()),
            }
        }
        if named.len() != self.plans.iter().filter(|plan| plan.is_in(id)).count() {
            return Err(wrong_plans());
        }
        for (place, index) in (0..).zip(named) {
            self.plans[index].seat = Some(Seat {
                group: id.to_owned(),
                place,
            });
        }
        Ok(json!({"reordered": true, "object": "plan_group", "livemode": LIVEMODE}))
    }

    /// The plans of a group in order.
    pub fn members(&self, group: &str) -> Vec<&Plan> {
        let mut members: Vec<&Plan> = self.plans.iter().filter(|plan| plan.is_in(group)).collect();
        members.sort_by_key(|plan| (plan.sort_order(), plan.born));
        members
    }

    fn group_shown(&self, group: &Group) -> Value {
        let item =
            |plan: &Plan| json!({"id": plan.id, "name": plan.name, "sortOrder": plan.sort_order()});
        let plans: Vec<Value> = self.members(&group.id).into_iter().map(item).collect();
        json!({
            "id": group.id,
            "name": group.name,
            "description": group.description,
            "isPublic": group.is_public,
            "createdAt": ANY_TIME,
            "updatedAt": ANY_TIME,
            "plans": plans,
            "object": "plan_group",
            "livemode": LIVEMODE,
        })
    }
}

fn wrong_plans() -> Refusal {
    Refusal::Invalid(vec![Fault::at("planIds*")])
}
