"""Our processes run Rasa without TensorFlow, and refuse a configuration that needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from assistant.nlu.without_tensorflow import NeedsTensorFlow, refuse_tensorflow
from assistant.training import PROJECT

LOADS = """
import sys, warnings
warnings.simplefilter("ignore")
from assistant.nlu.without_tensorflow import leave_out_tensorflow
leave_out_tensorflow()
leave_out_tensorflow()
import rasa.core.agent, rasa.core.policies.rule_policy
import assistant.nlu.entities, assistant.nlu.intents, assistant.nlu.spelling
real = [n for n, m in sys.modules.items()
        if n.split(".")[0] in ("tensorflow", "keras", "skops") and getattr(m, "__file__", None)]
print(real, "sklearn.linear_model" in sys.modules, "dateparser" in sys.modules)
"""


def test_rasa_is_loaded_without_it() -> None:
    result = subprocess.run(
        [sys.executable, "-c", LOADS], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split("\n")[0] == "[] False False"


ANSWERS = """
import asyncio, sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
from assistant.nlu.without_tensorflow import leave_out_learning
leave_out_learning()
leave_out_learning()
from assistant.rasa_bot import RasaBot
turn = asyncio.run(RasaBot.load(Path(sys.argv[1])).ask("hello", "ashcombe"))
real = [n for n, m in sys.modules.items()
        if n.split(".")[0] in ("sklearn", "joblib") and getattr(m, "__file__", None)]
print(real, turn.understood.intent)
"""


def test_a_worker_answers_without_what_only_training_needs(model: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", ANSWERS, str(model)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split("\n")[0] == "[] greet"


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"pipeline": [{"name": "DIETClassifier"}]}, id="a classifier"),
        pytest.param({"policies": [{"name": "TEDPolicy"}]}, id="a policy"),
        pytest.param(
            {"pipeline": [{"name": "rasa.nlu.classifiers.diet_classifier.DIETClassifier"}]},
            id="by its path",
        ),
    ],
)
def test_refuses_what_needs_it(config: dict[str, object]) -> None:
    with pytest.raises(NeedsTensorFlow, match=r"DIETClassifier|TEDPolicy"):
        refuse_tensorflow(config)


def test_our_own_configuration_does_not_need_it() -> None:
    refuse_tensorflow(yaml.safe_load(Path(PROJECT, "config.yml").read_text("utf-8")))
