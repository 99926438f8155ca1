"""The files for systemd and Kubernetes: they parse, and name commands and settings that exist."""

from __future__ import annotations

import configparser
import re
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.nightly.schedule import read_time
from api.settings import Settings
from tests.api.conftest import run_bole

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(delimiters="=", comment_prefixes="#", interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((DEPLOY / "systemd" / name).read_text(encoding="utf-8"))
    return parser


def manifests() -> list[dict[str, Any]]:
    return [
        document
        for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))
    ]


def containers() -> list[dict[str, Any]]:
    found = []
    for manifest in manifests():
        spec = manifest["spec"]
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        found += spec["template"]["spec"]["containers"]
    return found


def commands() -> list[list[str]]:
    """Every call of bole in the files, without the program."""
    units = sorted((DEPLOY / "systemd").glob("*.service"))
    assert units
    called = [unit(file.name)["Service"]["ExecStart"].split() for file in units]
    called += [container["command"] for container in containers()]
    assert all(Path(words[0]).name == "bole" for words in called)
    return [words[1:] for words in called]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_and_option_in_a_file_exists(words: list[str], tmp_path: Path) -> None:
    names = [word for word in words if not word.startswith("-")]
    said = run_bole(tmp_path, *names, "--help")
    assert said.code == 0
    for option in (word for word in words if word.startswith("--")):
        assert option in said.out


def test_every_setting_in_a_file_exists() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in DEPLOY.rglob("*") if file.is_file())
    named = {name.lower() for name in re.findall(r"BOLE_([A-Z_]+)", text)}
    assert {"data", "database_url", "night_at"} <= named
    assert named <= set(Settings.model_fields)


def test_the_timer_starts_the_service_often_enough_to_make_up_for_a_missed_night() -> None:
    timer, service = unit("bole-nightly.timer"), unit("bole-nightly.service")
    assert timer["Timer"]["OnCalendar"] == "*-*-* *:30:00"  # each hour
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert service["Service"]["Type"] == "oneshot"
    assert "--if-due" in service["Service"]["ExecStart"]
    # 143: ended by SIGTERM and recorded as cut short.
    assert service["Service"]["SuccessExitStatus"] == "143"
    assert int(service["Service"]["TimeoutStopSec"]) >= 60


def test_the_cron_job_never_runs_two_nights_at_once_and_asks_every_hour() -> None:
    (job,) = [each for each in manifests() if each["kind"] == "CronJob"]
    spec = job["spec"]
    assert (job["apiVersion"], spec["concurrencyPolicy"]) == ("batch/v1", "Forbid")
    assert spec["schedule"].split() == ["30", "*", "*", "*", "*"]
    assert spec["startingDeadlineSeconds"] < 3600
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert pod["restartPolicy"] == "Never"
    assert pod["securityContext"]["runAsNonRoot"] is True
    (container,) = pod["containers"]
    assert "--if-due" in container["command"]
    variables = {each["name"]: each for each in container["env"]}
    assert isinstance(read_time(variables["BOLE_NIGHT_AT"]["value"]), time)
    assert "value" not in variables["BOLE_DATABASE_URL"]  # it holds a password: from a secret
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert variables["BOLE_DATA"]["value"] in mounts
    assert {mount["name"] for mount in container["volumeMounts"]} == {
        volume["name"] for volume in pod["volumes"]
    }
