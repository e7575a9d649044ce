"""What Helm says after an installation: the URL for Intercom, and the next step."""

import subprocess

import pytest

from tests.chart.rendering import CHART, NAMESPACE, VALUES
from tests.chart.tools import program


def notes(name: str, *settings: str) -> str:
    """Helm 3 asks a cluster even for this; that it can render the notes shows with every other test."""
    install = [str(program("helm4")), "install", "tagger", str(CHART), "--namespace", NAMESPACE]
    said = subprocess.run(
        [*install, "--values", VALUES[name], "--dry-run=client", *(f"--set={setting}" for setting in settings)],
        capture_output=True,
        text=True,
        check=False,
        env={"KUBECONFIG": "/dev/null", "HOME": "/nonexistent"},
    )
    assert said.returncode == 0, said.stderr
    return said.stdout.partition("\nNOTES:\n")[2]


@pytest.mark.parametrize("name", ["minimal", "gateway"])
def test_they_name_the_url_for_intercom(name: str) -> None:
    assert "\n  https://hooks.example.com/webhooks/intercom\n" in notes(name)


def test_they_say_so_where_intercom_cannot_reach_it() -> None:
    said = notes("trial")

    assert "Intercom cannot reach it yet: set ingress.host" in said
    assert "Valkey runs as a single pod, for trials" in said


def test_they_tell_of_the_sample_and_of_missing_tls() -> None:
    assert "The rules are a sample in shadow mode" in notes("minimal")
    assert "ingress.tlsSecret is not set" in notes("minimal")
    assert "sample" not in notes("workspaces")
    assert "tlsSecret" not in notes("production")


def test_they_say_so_where_alerts_lead_to_a_path() -> None:
    assert "set prometheusRule.runbook to where your people read docs/runbook" in notes(
        "minimal", "prometheusRule.enabled=true"
    )
    assert "runbook" not in notes("production")
    assert "runbook" not in notes("minimal")


def test_values_are_kept_in_a_way_that_also_has_those_of_a_newer_chart() -> None:
    """With `--reuse-values` a new chart has none of its new values, and templates that read them fail."""
    assert "--reset-then-reuse-values --set-file 'rules.files.tags\\.yaml=tags.yaml'" in notes("minimal")
    page = (CHART.parents[1] / "docs" / "kubernetes.md").read_text()
    assert [
        line for line in page.splitlines() if "helm upgrade" in line and "--reset-then-reuse-values" not in line
    ] == []


def test_they_name_the_next_commands() -> None:
    said = notes("minimal")

    assert "helm test tagger --namespace support" in said
    assert "kubectl exec --namespace support deploy/tagger-autotagger-worker -- autotagger doctor" in said
