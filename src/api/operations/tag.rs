//! The groups that the document shows operations in.

use poem_openapi::Tags;

/// A group of operations; [`Tag::ORDER`] is their order in the document.
#[derive(Debug, Tags)]
#[allow(missing_docs)]
pub enum Tag {
    /// What customers can choose between. A plan shows its features, its prices and what
    /// they are in every currency.
    Plans,
    /// What plans include: features with their limits and what use beyond them costs.
    #[oai(rename = "Plan features")]
    PlanFeatures,
    /// What plans cost: one price per billing interval, one of them the default.
    #[oai(rename = "Plan prices")]
    PlanPrices,
    /// What plans cost in other currencies: derived from US dollars at a rate, or set by hand.
    #[oai(rename = "Regional pricing")]
    RegionalPricing,
    /// Where the money values of plans come from: exchange rates, exact products and rounding.
    Explain,
    /// What a plan can include.
    Features,
    /// Plans that are shown together, in an order.
    #[oai(rename = "Plan groups")]
    PlanGroups,
    /// The whole catalog as one document, and what looks wrong in it.
    Catalog,
    /// Changes of many things at once, which are looked at and then applied, whole or not at all.
    Changesets,
    /// Who changed what, when and why.
    History,
    /// Who may open the catalog.
    #[oai(rename = "API keys")]
    ApiKeys,
    /// The currencies that the server knows.
    Currencies,
}

impl Tag {
    /// The names of the groups, in the order in which a newcomer needs them.
    pub const ORDER: &'static [&'static str] = &[
        "Plans",
        "Plan features",
        "Plan prices",
        "Regional pricing",
        "Explain",
        "Features",
        "Plan groups",
        "Catalog",
        "Changesets",
        "History",
        "Currencies",
        "API keys",
    ];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Tag;
    use crate::api::document::DOCUMENT;

    #[test]
    fn the_order_has_every_tag() {
        let tags = DOCUMENT["tags"].as_array().unwrap();
        let listed: BTreeSet<_> = tags.iter().filter_map(|tag| tag["name"].as_str()).collect();
        let ordered: BTreeSet<_> = Tag::ORDER.iter().copied().collect();
        assert_eq!(ordered, listed, "`Tag::ORDER` has every tag of the enum");
    }
}
