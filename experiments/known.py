"""Activities of the Chaos Toolkit libraries that files name and this version does not have yet.

Names and arguments only, `?` behind those that may be left out: enough to check a file that uses them
and to say that a run of it would be refused. An activity leaves this table when it gets its function.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Module -> function -> arguments.
KNOWN: Mapping[str, Mapping[str, str]] = {
    "chaosistio.fault.actions": {
        "set_fault": "virtual_service_name routes fault ns? version?",
        "unset_fault": "virtual_service_name routes ns? version?",
    },
    "chaosistio.fault.probes": {
        "get_virtual_service": "virtual_service_name ns? version?",
    },
    "chaosk8s.actions": {
        "start_microservice": "spec_path ns?",
        "remove_service_endpoint": "name ns?",
        "scale_microservice": "name replicas ns?",
        "kill_microservice": "name ns? label_selector?",
    },
    "chaosk8s.crd.actions": {
        "apply_from_json": "resource?",
        "apply_from_yaml": "resource?",
        "create_custom_object": "group version plural ns? resource? resource_as_yaml_file?",
        "delete_custom_object": "group version plural name ns?",
        "create_cluster_custom_object": "group version plural resource? resource_as_yaml_file?",
        "delete_cluster_custom_object": "group version plural name",
        "patch_custom_object": "group version plural name ns? force? resource? resource_as_yaml_file?",
        "replace_custom_object": "group version plural name ns? force? resource? resource_as_yaml_file?",
        "patch_cluster_custom_object": "group version plural name force? resource? resource_as_yaml_file?",
        "replace_cluster_custom_object": (
            "group version plural name force? resource? resource_as_yaml_file?"
        ),
    },
    "chaosk8s.crd.probes": {
        "get_custom_object": "group version plural name ns?",
        "list_custom_objects": "group version plural ns?",
        "get_cluster_custom_object": "group version plural name",
        "list_cluster_custom_objects": "group version plural",
    },
    "chaosk8s.daemonset.actions": {
        "create_daemon_set": "spec_path ns?",
        "delete_daemon_set": "name? ns? label_selector?",
        "update_daemon_set": "name spec ns?",
    },
    "chaosk8s.daemonset.probes": {
        "daemon_set_available_and_healthy": "name ns? label_selector?",
        "daemon_set_partially_available": "name ns? label_selector?",
        "daemon_set_not_fully_available": "name ns? label_selector? timeout?",
        "daemon_set_fully_available": "name ns? label_selector? timeout?",
    },
    "chaosk8s.deployment.actions": {
        "create_deployment": "spec_path ns?",
        "delete_deployment": "name? ns? label_selector?",
        "scale_deployment": "name replicas ns?",
        "rollout_deployment": "name? ns?",
    },
    "chaosk8s.deployment.probes": {
        "deployment_available_and_healthy": "name ns? label_selector? raise_on_unavailable?",
        "deployment_partially_available": "name ns? label_selector? raise_on_not_partially_available?",
        "deployment_not_fully_available": "name ns? label_selector? timeout? raise_on_fully_available?",
        "deployment_fully_available": "name ns? label_selector? timeout? raise_on_not_fully_available?",
    },
    "chaosk8s.event.probes": {
        "get_events": "label_selector? field_selector? limit?",
    },
    "chaosk8s.namespace.actions": {
        "create_namespace": "name? spec_path?",
        "delete_namespace": "name",
    },
    "chaosk8s.namespace.probes": {
        "namespace_exists": "name",
    },
    "chaosk8s.networking.actions": {
        "create_ingress": "spec_path ns?",
        "delete_ingress": "name ns?",
        "update_ingress": "name spec ns?",
        "create_network_policy": "spec? spec_path? ns?",
        "remove_network_policy": "name ns?",
        "deny_all_ingress": "label_selectors? ns?",
        "remove_deny_all_ingress": "ns?",
        "deny_all_egress": "label_selectors? ns?",
        "remove_deny_all_egress": "ns?",
        "allow_dns_access": "label_selectors? ns?",
        "remove_allow_dns_access": "ns?",
    },
    "chaosk8s.networking.probes": {
        "ingress_exists": "name ns?",
    },
    "chaosk8s.node.actions": {
        "delete_nodes": (
            "label_selector? all? rand? count? grace_period_seconds? pod_label_selector? pod_namespace?"
        ),
        "create_node": "meta? spec?",
        "cordon_node": "name? label_selector?",
        "uncordon_node": "name? label_selector?",
        "drain_nodes": (
            "name? label_selector? delete_pods_with_local_storage? "
            "timeout? count? pod_label_selector? pod_namespace?"
        ),
    },
    "chaosk8s.node.probes": {
        "get_nodes": "label_selector?",
        "get_all_node_status_conditions": "label_selector?",
        "all_nodes_must_be_ready_to_schedule": "label_selector?",
        "verify_nodes_condition": "condition_type? condition_value? label_selector?",
        "nodes_must_be_healthy": "label_selector?",
    },
    "chaosk8s.pod.actions": {
        "exec_in_pods": (
            "cmd label_selector? name_pattern? all? rand? "
            "mode? qty? ns? order? container_name? request_timeout?"
        ),
    },
    "chaosk8s.pod.probes": {
        "read_pod_logs": "name? last? ns? from_previous? label_selector? container_name?",
        "pods_not_in_phase": "label_selector phase? ns? raise_on_in_phase?",
        "pod_is_not_available": "name ns? label_selector? raise_on_is_available?",
        "count_min_pods": "label_selector phase? min_count? ns?",
        "should_be_found_in_logs": "pattern all_containers? value?",
        "all_pods_healthy": "ns? raise_on_any_unhealthy?",
    },
    "chaosk8s.probes": {
        "microservice_available_and_healthy": "name ns? label_selector?",
        "microservice_is_not_available": "name ns? label_selector?",
        "service_endpoint_is_initialized": "name ns? label_selector?",
        "deployment_is_not_fully_available": "name ns? label_selector? timeout?",
        "deployment_is_fully_available": "name ns? label_selector? timeout?",
        "read_microservices_logs": "name? last? ns? from_previous?",
    },
    "chaosk8s.replicaset.actions": {
        "delete_replica_set": "name? ns? label_selector?",
    },
    "chaosk8s.secret.actions": {
        "create_secret": "spec_path ns?",
        "delete_secret": "name ns?",
    },
    "chaosk8s.secret.probes": {
        "secret_exists": "name? ns? label_selector?",
    },
    "chaosk8s.service.actions": {
        "create_service_endpoint": "spec_path ns?",
        "delete_service": "name ns?",
    },
    "chaosk8s.service.probes": {
        "service_is_initialized": "name? ns? label_selector? raise_if_service_not_initialized?",
    },
    "chaosk8s.statefulset.actions": {
        "create_statefulset": "spec_path ns?",
        "scale_statefulset": "name replicas ns?",
        "remove_statefulset": "name? ns? label_selector?",
    },
    "chaosk8s.statefulset.probes": {
        "statefulset_not_fully_available": "name ns? label_selector? timeout? raise_on_fully_available?",
        "statefulset_fully_available": "name ns? label_selector? timeout? raise_on_not_fully_available?",
    },
}
