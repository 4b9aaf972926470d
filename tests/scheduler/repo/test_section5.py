from __future__ import annotations

from pathlib import Path

from scheduler.repo.load import load

DESIGN = Path(__file__).parent / "section5"


def test_the_designs_own_block_names_exactly_what_is_still_refused() -> None:
    """`section5/` is the block as it stands. Whoever builds a guard takes its line out of here."""
    repo, problems = load(DESIGN)
    assert repo is None
    refused = [f"{each.file}:{each.at.line}: {each.message.partition(' is ')[0]}" for each in problems]
    assert refused == [
        "cowbane.yaml:7: queues.nodes.cluster_scoped",
        "cowbane.yaml:9: limits.cluster.per_day",
        "cowbane.yaml:10: limits.namespace.per_day",
        "cowbane.yaml:14: calendars.holidays.country",
        "cowbane.yaml:16: gates",
        "experiments/node.yaml:12: chaosk8s.node.actions.drain_nodes",
        "experiments/node.yaml:24: chaosk8s.node.actions.uncordon_node",
    ]
