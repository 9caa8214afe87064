//! Plans.

use super::fields::{Field, Fields, Reader, is_null};
use super::scalar::{code, description, no_code, optional, switch};
use super::{price, regional};
use crate::document::node::{Content, Entry};
use crate::domain::document::{PlanEntry, PlanFeatureEntry};
use crate::domain::money::UnitPrice;
use crate::domain::patch::Patch;
use crate::domain::plan::ConsumptionModel;
use crate::domain::plan_feature::{Overage, PlanFeatureSettings, PricingMode};
use crate::domain::text::Metadata;

pub(super) fn read(document: &Fields<'_>, reader: &mut Reader) -> Option<Vec<PlanEntry>> {
    let section = document.find("plans")?;
    let entries = section.entries(reader).iter();
    let read = entries.filter_map(|entry| plan(&section.path, entry, reader));
    Some(read.collect())
}

const KNOWN: &[&str] = &[
    "name",
    "description",
    "consumptionModel",
    "public",
    "free",
    "blockOnExhaustion",
    "metadata",
    "default",
    "features",
    "prices",
    "regional",
];

fn plan(path: &str, entry: &Entry, reader: &mut Reader) -> Option<PlanEntry> {
    let path = Field::below(path, entry).path;
    let code = code(&entry.key);
    if code.is_none() {
        reader.mistake(&path, entry.key_at, no_code());
    }
    let fields = Fields::of(&entry.value, path, KNOWN, reader);
    let name = fields.require("name", reader);
    let name = name.and_then(|field| field.name(reader));
    let read = PlanEntry {
        code: code?,
        name: name?,
        description: description(&fields, reader),
        consumption_model: consumption_model(&fields, reader),
        is_public: switch(&fields, "public", true, reader),
        is_free: switch(&fields, "free", false, reader),
        block_on_exhaustion: optional(&fields, "blockOnExhaustion", reader, |field, reader| {
            field.boolean(reader)
        }),
        metadata: metadata(&fields, reader),
        is_default: switch(&fields, "default", false, reader),
        features: features(&fields, reader),
        prices: price::read(&fields, reader),
        regional: regional::read(&fields, reader),
    };
    Some(read)
}

fn consumption_model(plan: &Fields<'_>, reader: &mut Reader) -> Option<ConsumptionModel> {
    match plan.find("consumptionModel")? {
        field if is_null(field.node) => Some(ConsumptionModel::Metered),
        field => field.word(ConsumptionModel::ALL, ConsumptionModel::as_str, reader),
    }
}

/// Null and an empty mapping both empty it.
fn metadata(plan: &Fields<'_>, reader: &mut Reader) -> Patch<Metadata> {
    let read = optional(plan, "metadata", reader, |field, reader| {
        field.metadata(reader)
    });
    match read {
        Patch::Set(metadata) if metadata.is_empty() => Patch::Clear,
        other => other,
    }
}

fn features(plan: &Fields<'_>, reader: &mut Reader) -> Option<Vec<PlanFeatureEntry>> {
    let section = plan.find("features")?;
    let entries = section.entries(reader).iter();
    let entries = entries.filter_map(|entry| {
        let field = Field::below(&section.path, entry);
        let code = code(&entry.key);
        if code.is_none() {
            reader.mistake(&field.path, entry.key_at, no_code());
        }
        let (settings, is_switch) = settings(&field, reader);
        Some(PlanFeatureEntry {
            code: code?,
            settings,
            is_switch,
        })
    });
    Some(entries.collect())
}

/// The settings, and whether they are just `true` or `false`.
fn settings(field: &Field<'_>, reader: &mut Reader) -> (PlanFeatureSettings, bool) {
    let mut settings = PlanFeatureSettings::DEFAULT;
    if let Content::Plain(_) | Content::Quoted(_) = &field.node.content
        && !is_null(field.node)
    {
        settings.enabled = field.boolean(reader).unwrap_or(true);
        return (settings, true);
    }
    let known = [
        "enabled",
        "included",
        "unlimited",
        "overage",
        "creditsPerUnit",
        "pricingMode",
        "margin",
    ];
    let fields = Fields::of(field.node, field.path.clone(), &known, reader);
    settings.enabled = switch(&fields, "enabled", true, reader).unwrap_or(true);
    settings.unlimited = switch(&fields, "unlimited", false, reader).unwrap_or(false);
    if let Some(included) = fields.get("included") {
        settings.included_amount = included.count(reader).unwrap_or(settings.included_amount);
    }
    if let Some(overage) = fields.get("overage") {
        settings.overage = self::overage(&overage, reader);
    }
    let credits = fields.get("creditsPerUnit");
    settings.credits_per_unit = credits.and_then(|field| field.count(reader));
    if let Some(mode) = fields.get("pricingMode") {
        let mode = mode.word(PricingMode::ALL, PricingMode::as_str, reader);
        settings.pricing_mode = mode.unwrap_or(PricingMode::Fixed);
    }
    let margin = fields.get("margin");
    settings.margin = margin.and_then(|field| field.margin(reader));
    (settings, false)
}

fn overage(field: &Field<'_>, reader: &mut Reader) -> Overage {
    if !matches!(field.node.content, Content::Map(_)) {
        return Overage {
            enabled: true,
            unit_price: field.unit_price(reader).unwrap_or(UnitPrice::ZERO),
        };
    }
    let fields = Fields::of(
        field.node,
        field.path.clone(),
        &["price", "enabled"],
        reader,
    );
    let price = fields.get("price");
    Overage {
        enabled: switch(&fields, "enabled", true, reader).unwrap_or(true),
        unit_price: price
            .and_then(|field| field.unit_price(reader))
            .unwrap_or(UnitPrice::ZERO),
    }
}
