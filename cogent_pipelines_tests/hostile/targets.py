"""Every place that reads what others wrote, by name; `test_targets` throws the same bytes each time, `fuzz` new ones."""

from collections.abc import Callable

from cogent_pipelines_tests.hostile import (
    commercetools_targets,
    orderwise_targets,
    peoplevox_targets,
    profile_targets,
    scayle_targets,
    shopify_targets,
    yaml_target,
)

Target = Callable[[bytes], None]

TARGETS: dict[str, Target] = {
    "shopify_order": shopify_targets.an_order,
    "shopify_answer": shopify_targets.an_answer,
    "shopify_webhook": shopify_targets.a_webhook,
    "commercetools_order": commercetools_targets.an_order,
    "commercetools_answer": commercetools_targets.an_answer,
    "commercetools_event": commercetools_targets.an_event,
    "scayle_order": scayle_targets.an_order,
    "scayle_page": scayle_targets.a_page,
    "scayle_catalogue": scayle_targets.a_catalogue,
    "scayle_answer": scayle_targets.an_answer,
    "scayle_event": scayle_targets.an_event,
    "peoplevox_envelope": peoplevox_targets.an_envelope,
    "peoplevox_table": peoplevox_targets.a_table,
    "peoplevox_date": peoplevox_targets.a_date,
    "peoplevox_event": peoplevox_targets.an_event,
    "peoplevox_tenant": peoplevox_targets.a_tenant,
    "orderwise_answer": orderwise_targets.an_answer,
    "orderwise_parcel": orderwise_targets.a_parcel,
    "orderwise_figure": orderwise_targets.a_figure,
    "orderwise_item": orderwise_targets.an_item,
    "orderwise_refusal": orderwise_targets.a_refusal,
    "orderwise_cell": orderwise_targets.a_cell,
    "profile_answer": profile_targets.an_answer,
    "profile_list": profile_targets.a_list,
    "profile_order": profile_targets.an_order,
    "profile_event": profile_targets.an_event,
    "connection_yaml": yaml_target.a_file,
}
