//! Features of the catalog.

use serde_json::{Value, json};

use super::catalog::{ANY_TIME, Answer, Feature, LIVEMODE, Model};
use super::choices;
use super::refusal::{Fault, Refusal};
use super::schema::{Sent, put};

impl Model {
    pub fn list_features(&self) -> Value {
        self.features.iter().map(shown).collect()
    }

    pub fn get_feature(&self, name: &str) -> Answer {
        Ok(shown(&self.features[self.feature_at(name)?]))
    }

    pub fn create_feature(&mut self, sent: Sent, fresh: &str) -> Answer {
        let feature = Feature {
            id: fresh.to_owned(),
            name: sent.name().unwrap_or_default(),
            code: sent.text("code").unwrap_or_default(),
            kind: sent.text("type").unwrap_or_default(),
            description: sent.text("description"),
            unit_name: sent.text("unitName"),
        };
        if choices::is_reserved_code(&feature.code, "feat_") {
            return Err(Refusal::Invalid(vec![Fault::at("code")]));
        }
        if self.features.iter().any(|other| other.code == feature.code) {
            return Err(Refusal::Conflict("feature_already_exists"));
        }
        let data = shown(&feature);
        self.features.push(feature);
        Ok(data)
    }

    pub fn update_feature(&mut self, name: &str, sent: Sent) -> Answer {
        let index = self.feature_at(name)?;
        let feature = &mut self.features[index];
        put(&mut feature.name, sent.name());
        put(&mut feature.description, sent.text_or_null("description"));
        put(&mut feature.unit_name, sent.text_or_null("unitName"));
        Ok(shown(feature))
    }

    /// Deleted plans are not in the model, so their features do not count as used.
    pub fn delete_feature(&mut self, name: &str) -> Answer {
        let index = self.feature_at(name)?;
        let id = self.features[index].id.clone();
        if self.plans.iter().any(|plan| plan.feature_at(&id).is_ok()) {
            return Err(Refusal::Conflict("feature_in_use"));
        }
        self.features.remove(index);
        Ok(json!({"id": id, "deleted": true, "object": "feature", "livemode": LIVEMODE}))
    }
}

fn shown(feature: &Feature) -> Value {
    json!({
        "id": feature.id,
        "name": feature.name,
        "code": feature.code,
        "type": feature.kind,
        "description": feature.description,
        "unitName": feature.unit_name,
        "createdAt": ANY_TIME,
        "updatedAt": ANY_TIME,
        "object": "feature",
        "livemode": LIVEMODE,
    })
}
