"""Rasa without TensorFlow, for our own processes: a third of the start-up and of the memory.

Rasa imports TensorFlow for its own classifiers wherever it can, and none of them is in our
`config.yml`. `rasa` on the command line never comes here and stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

LEFT_OUT = frozenset(
    {
        *("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"),
        # What Rasa's own LogisticRegressionClassifier keeps its model with: 8 seconds to import.
        "skops",
        # Behind Rasa's plots, tracker stores and channels, none of which we use: together most of
        # a second and 30 MB. Nothing that a channel of ours may ever need is in this list.
        *("matplotlib", "boto3", "botocore", "pymongo", "aiogram", "webexteamssdk"),
        *("rocketchat_API", "mattermostwrapper", "fbmessenger"),
    }
)

TO_LEARN = frozenset({"sklearn", "joblib"})
"""What only training works with: half a second of a start, and another 30 MB."""

NEEDS_THEM = frozenset(
    {
        "ConveRTFeaturizer",
        "DIETClassifier",
        "LanguageModelFeaturizer",
        "LogisticRegressionClassifier",
        "ResponseSelector",
        "TEDPolicy",
        "UnexpecTEDIntentPolicy",
    }
)
"""Rasa's components that cannot work without what is left out."""


class NeedsTensorFlow(Exception):
    """The configuration names a component that our processes leave out on purpose."""


class _Nothing(ModuleType):
    """A module that has every name: a class where a class is expected, itself elsewhere."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {}) if name[:1].isupper() else _Nothing(f"{self.__name__}.{name}")

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        # Used as a decorator, it gives back what it decorates.
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True


class _LeftOut(MetaPathFinder, Loader):
    """Finds an empty module for each name that is left out."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in self.names:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Nothing(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []


def leave_out_tensorflow() -> None:
    """Make every later import of TensorFlow an empty module. A second call changes nothing.

    When TensorFlow is there already, in a notebook for instance, nothing is left out.
    """
    _leave_out(LEFT_OUT, unless="tensorflow")


def leave_out_learning() -> None:
    """Do so with scikit-learn: for a process that only answers, and can never train after this."""
    _leave_out(TO_LEARN, unless="sklearn")


def _leave_out(names: frozenset[str], unless: str) -> None:
    known = [finder.names for finder in sys.meta_path if isinstance(finder, _LeftOut)]
    if names not in known and unless not in sys.modules:
        sys.meta_path.insert(0, _LeftOut(names))


def refuse_tensorflow(config: Mapping[str, Any]) -> None:
    """Raise NeedsTensorFlow when a component of `config.yml` would find only empty modules."""
    named = [
        str(part.get("name", "")).rpartition(".")[2]
        for part in [*(config.get("pipeline") or ()), *(config.get("policies") or ())]
    ]
    wrong = sorted(NEEDS_THEM & set(named))
    if wrong:
        raise NeedsTensorFlow(
            f"config.yml names {', '.join(wrong)}. Our processes run without TensorFlow: "
            "take a component of assistant/nlu instead, or train and run with `rasa` itself."
        )
