//! The pools of values.

use super::*;

/// The frequency of each call.
pub(super) const WEIGHTS: [(usize, Op); 32] = [
    (3, Op::ListPlans),
    (2, Op::GetPlan),
    (8, Op::CreatePlan),
    (5, Op::UpdatePlan),
    (1, Op::DeletePlan),
    (2, Op::SetVisibility),
    (12, Op::AddPlanFeature),
    (14, Op::UpdatePlanFeature),
    (2, Op::RemovePlanFeature),
    (14, Op::AddPrice),
    (18, Op::UpdatePrice),
    (3, Op::DeletePrice),
    (4, Op::SetDefaultPrice),
    (9, Op::UpsertRegional),
    (4, Op::DeleteRegional),
    (18, Op::SetRegional),
    (3, Op::DeleteCurrency),
    (6, Op::ResyncCurrency),
    (8, Op::ExplainPlan),
    (2, Op::ListFeatures),
    (2, Op::GetFeature),
    (7, Op::CreateFeature),
    (3, Op::UpdateFeature),
    (3, Op::DeleteFeature),
    (2, Op::ListGroups),
    (2, Op::GetGroup),
    (4, Op::CreateGroup),
    (3, Op::UpdateGroup),
    (1, Op::DeleteGroup),
    (7, Op::AddToGroup),
    (5, Op::RemoveFromGroup),
    (4, Op::ReorderGroup),
];

pub(super) const BOUND: &str = "9007199254740991";
/// One name in two normal forms and with white space around it, and names without visible
/// characters.
pub(super) const NAMES: [&str; 9] = [
    "Starter",
    " Starter\n",
    "Équipe ☕",
    "E\u{301}quipe ☕",
    "価格",
    "Pro",
    "Team",
    "  ",
    "\u{200b}\u{feff}",
];
pub(super) const PLAN_CODES: [&str; 7] = ["free", "pro", "team", "max", "p_1", "2x", "pln"];
pub(super) const FEATURE_CODES: [&str; 6] = ["seats", "sso", "tokens", "api_calls", "disk", "feat"];
pub(super) const RESERVED_CODES: [&str; 4] = ["manage", "pln_", "pln_abc", "feat_x"];
pub(super) const NO_CODES: [&str; 4] = ["Pro", "a b", "a-b", "é"];
/// Round and odd amounts, amounts that round to zero, and amounts beyond the bound.
pub(super) const MONEY: [&str; 20] = [
    "0",
    "0",
    "1",
    "2",
    "3",
    "20",
    "49",
    "50",
    "333",
    "2500",
    "2500",
    "4900",
    "4900",
    "4900",
    "12345",
    "10000",
    "20000",
    "5.0",
    "9007199254740990",
    BOUND,
];
pub(super) const COUNTS: [&str; 6] = ["0", "1", "14", "1000", "1000000.0", BOUND];
pub(super) const DISCOUNTS: [&str; 9] = [
    "1", "2", "49", "333", "2500", "10000", "10000", "10001", BOUND,
];
/// Plain rates, halves, trailing zeros, exponents, the maximum number of digits and one more.
pub(super) const RATES: [&str; 27] = [
    "1",
    "1.25",
    "90.1",
    "150",
    "150",
    "150",
    "1380.5",
    "1380.5",
    "0.92",
    "0.5",
    "0.49",
    "17.25",
    "1380.50",
    "1.0",
    "0.005",
    "0.0001",
    "0.00000123456789012345",
    "1.5e2",
    "2E-1",
    "123456789012345",
    "0.123456789012345",
    "1.0000000000000002",
    "1380.4999999999998",
    "0.00000012345678901234567",
    "123456789012345678",
    "1.00000000000000001",
    "100000.00001",
];
pub(super) const CURRENCIES: [&str; 8] = ["jpy", "jpy", "krw", "eur", "eur", "gbp", "usd", "clp"];
pub(super) const ODD_CURRENCIES: [&str; 5] = ["EUR", "JPY", "GBP", "xxx", ""];
