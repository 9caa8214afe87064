//! Enums.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::api::schema::describe::Schema;
use crate::domain::change::{Action, ActorType, Cause, ObjectType};
use crate::domain::changeset::{ChangesetStatus, Prune};
use crate::domain::explain::Source;
use crate::domain::feature::FeatureType;
use crate::domain::lint::{LintRule, Severity};
use crate::domain::money::Currency;
use crate::domain::permission::{Access, PlanAccess};
use crate::domain::plan::ConsumptionModel;
use crate::domain::plan_feature::PricingMode;
use crate::domain::plan_price::{BillingInterval, DiscountType};
use crate::domain::scope::Mode;

/// Enums of the domain. They are components of the document, so that clients get a type for each.
macro_rules! words {
    ($($name:ident $(as $wire:literal)?: $doc:literal),+ $(,)?) => {
        $(
            impl Schema for $name {
                fn schema(registry: &mut Registry) -> MetaSchemaRef {
                    #[allow(unused_variables)]
                    let name = stringify!($name);
                    $(let name = $wire;)?
                    registry.create_schema::<Self, _>(name.to_owned(), |_| MetaSchema {
                        description: Some($doc),
                        enum_items: $name::ALL.iter().map(|word| word.as_str().into()).collect(),
                        ..MetaSchema::new("string")
                    });
                    MetaSchemaRef::Reference(name.to_owned())
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let word = String::deserialize(from)?;
                    $name::from_word(&word).ok_or_else(|| D::Error::custom("the word is unknown"))
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.as_str())
                }
            }
        )+
    };
}

words!(
    Action as "ChangeAction": "What happened to an object.",
    ActorType: "Who made a change: a client with an API key, an operator at the command line, or the server itself, which logs changes that an older program left out.",
    Cause as "ChangeCause": "Why a field has another value: the call asked for it (`request`), or it followed from what the call asked for (`derived`).",
    ChangesetStatus: "What became of a changeset: it can be applied (`open`), what it was made from has moved (`stale`), or it was `applied` or `discarded`.",
    LintRule: "A rule that finds what looks wrong.",
    Mode: "The mode of a catalog: for trying things out, or for selling.",
    Prune: "What happens to objects that a source does not have: they stay (`none`), or they are deleted in the sections that the source has (`all`).",
    Severity: "How bad a finding is: almost certainly a mistake (`error`), probably one (`warning`), or worth knowing (`info`).",
    ObjectType: "The kinds of objects that a catalog has.",
    Access: "What a key may do with a resource: look at it, or change it.",
    BillingInterval: "How often a price is charged.",
    ConsumptionModel: "How customers of a plan pay for what they use: `metered` bills it afterwards, `credits` takes it from credits, `balance` from a balance of money.",
    Currency as "CurrencyCode": "A currency by its ISO 4217 code in lower case.",
    DiscountType: "What the value of a discount counts: basis points (`percentage`, 2500 is 25 %) or minor units of the currency (`amount`).",
    FeatureType: "How a feature is measured: on or off, by use, by people, or as a durable allowance.",
    PlanAccess: "What a key may do with plans: read them, change them, or read only what the public may see of public plans.",
    Source as "ValueSource": "Where a value comes from: it was set in US dollars (`base`), it is converted from its base at an exchange rate and follows it (`derived`), or it was set by hand in its currency (`manual`).",
    PricingMode: "How use of a feature is priced in a balance plan: at a `fixed` price, or at what the AI model costs plus a margin.",
);
