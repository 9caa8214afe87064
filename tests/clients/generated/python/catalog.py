"""Creates and reads a catalog with a client that consists only of generated code."""

import os
import time
from typing import TypeVar

from pricebook_client import AuthenticatedClient
from pricebook_client.api.features import create_feature
from pricebook_client.api.plan_features import add_plan_feature
from pricebook_client.api.plan_prices import add_plan_price
from pricebook_client.api.plans import create_plan, get_plan
from pricebook_client.api.regional_pricing import set_plan_regional_pricing
from pricebook_client.models import (
    AddPlanFeatureOverage,
    AddPlanFeatureRequest,
    AddPlanPriceRequest,
    ApiError,
    BillingInterval,
    CreateFeatureRequest,
    CreatePlanRequest,
    CurrencyCode,
    ErrorResponse,
    FeatureResponse,
    FeatureType,
    IntroOfferRequestType0,
    PlanFeatureResponse,
    PlanPriceResponse,
    PlanRegionalPricingResultResponse,
    PlanResponse,
    SetPlanRegionalPricingRequest,
)
from pricebook_client.types import Response


def connect() -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=os.environ["PRICEBOOK_URL"] + "/api/v1",
        token=os.environ["PRICEBOOK_KEY"],
        prefix="",
        auth_header_name="x-api-key",
        raise_on_unexpected_status=True,
        httpx_args={"trust_env": False},
    )


T = TypeVar("T")


def succeeded(kind: type[T], answer: object) -> T:
    """The answer of a call that must succeed, in the type that the document declares."""
    assert isinstance(answer, kind), answer
    return answer


def refusal(answer: Response[ErrorResponse | T], status: int) -> ApiError:
    """The error of a call that must be refused, in the type that the document declares."""
    assert answer.status_code == status, answer
    assert isinstance(answer.parsed, ErrorResponse), answer
    assert answer.parsed.success is False
    return answer.parsed.error


def main() -> None:
    client = connect()
    run = time.time_ns()
    feature_code = f"python_calls_{run}"
    plan_code = f"python_pro_{run}"

    new_feature = CreateFeatureRequest(
        name="API calls", code=feature_code, type_=FeatureType.USAGE, unit_name="call"
    )
    made = create_feature.sync(client=client, body=new_feature)
    feature = succeeded(FeatureResponse, made).data
    assert (feature.code, feature.type_) == (feature_code, FeatureType.USAGE)
    assert (feature.unit_name, feature.description) == ("call", None)

    new_plan = CreatePlanRequest(name="Pro", code=plan_code, description="For teams")
    plan = succeeded(PlanResponse, create_plan.sync(client=client, body=new_plan)).data
    assert plan.code == plan_code
    assert (plan.features, plan.prices) == ([], [])

    included = AddPlanFeatureRequest(
        feature_id=feature_code,
        included_amount=10_000,
        overage=AddPlanFeatureOverage(enabled=True, unit_price=20),
    )
    added = succeeded(
        PlanFeatureResponse, add_plan_feature.sync(plan.id, client=client, body=included)
    )
    assert added.data.feature_id == feature.id

    new_price = AddPlanPriceRequest(
        billing_interval=BillingInterval.MONTHLY,
        price=4900,
        trial_days=14,
        intro_offer=IntroOfferRequestType0.from_dict(
            {
                "enabled": True,
                "discountType": "percentage",
                "discountValue": 2500,
                "durationCycles": 3,
            }
        ),
    )
    price = succeeded(
        PlanPriceResponse, add_plan_price.sync(plan.id, client=client, body=new_price)
    ).data
    assert price.is_default is True

    pricing = SetPlanRegionalPricingRequest(currency=CurrencyCode.JPY, exchange_rate=150)
    set_ = succeeded(
        PlanRegionalPricingResultResponse,
        set_plan_regional_pricing.sync(plan_code, client=client, body=pricing),
    ).data
    assert (set_.prices_configured, set_.features_configured) == (1, 1)

    # The plan as read back, with every part in its type.
    plan = succeeded(PlanResponse, get_plan.sync(plan_code, client=client)).data
    assert (plan.name, plan.is_public, plan.livemode) == ("Pro", True, False)
    assert plan.created_at.tzinfo is not None
    (rate,) = plan.exchange_rates
    assert (rate.currency, rate.exchange_rate) == (CurrencyCode.JPY, 150)

    (monthly,) = plan.prices
    assert (monthly.id, monthly.price, monthly.trial_days) == (price.id, 4900, 14)
    assert monthly.billing_interval is BillingInterval.MONTHLY
    (yen_price,) = monthly.regional_prices
    assert yen_price.currency is CurrencyCode.JPY
    assert (yen_price.price, yen_price.auto_synced) == (7350, True)
    assert yen_price.intro_offer is not None
    assert yen_price.intro_offer.discount_value == 2500

    (calls,) = plan.features
    assert (calls.id, calls.code, calls.included_amount) == (feature.id, feature_code, 10_000)
    assert calls.overage is not None
    assert (calls.overage.enabled, calls.overage.unit_price) == (True, 20)
    (yen_overage,) = calls.regional_prices
    assert (yen_overage.overage_unit_price, yen_overage.auto_synced) == (3000, True)

    # Duplicates are refused, and the refusal has a type too.
    error = refusal(create_plan.sync_detailed(client=client, body=new_plan), 409)
    assert (error.type_, error.code, error.param) == ("conflict_error", "duplicate", "code")
    assert error.doc_url.endswith("/docs/errors/duplicate")
    error = refusal(create_feature.sync_detailed(client=client, body=new_feature), 409)
    assert error.code == "feature_already_exists"
    error = refusal(add_plan_price.sync_detailed(plan.id, client=client, body=new_price), 409)
    assert error.code == "duplicate"


main()
