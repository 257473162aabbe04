"""Every place that reads what others wrote, by name; `test_targets` throws the same bytes each time, `fuzz` new ones."""

from collections.abc import Callable

from cogent_pipelines_tests.hostile import commercetools_targets, peoplevox_targets, shopify_targets, yaml_target

Target = Callable[[bytes], None]

TARGETS: dict[str, Target] = {
    "shopify_order": shopify_targets.an_order,
    "shopify_answer": shopify_targets.an_answer,
    "shopify_webhook": shopify_targets.a_webhook,
    "commercetools_order": commercetools_targets.an_order,
    "commercetools_answer": commercetools_targets.an_answer,
    "commercetools_event": commercetools_targets.an_event,
    "peoplevox_envelope": peoplevox_targets.an_envelope,
    "peoplevox_table": peoplevox_targets.a_table,
    "peoplevox_date": peoplevox_targets.a_date,
    "peoplevox_event": peoplevox_targets.an_event,
    "peoplevox_tenant": peoplevox_targets.a_tenant,
    "connection_yaml": yaml_target.a_file,
}
