"""The `assistant` command."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

from assistant import knowledge_command, places_command
from assistant.accounts_file import AccountsWrong
from assistant.alert_options import alert_commands
from assistant.logs import set_up_logs
from assistant.open311.config import Open311Wrong
from assistant.settings import Settings, read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    if not sys.warnoptions:
        # Rasa's pinned libraries warn of each other's age in hundreds of lines, and set the filters
        # back. The tests look at every warning; an operator has no use for these.
        warnings.showwarning = lambda *_, **__: None
    settings = read_settings()
    set_up_logs(settings.environment, settings.log_level)
    try:
        code: int = options.command(settings, options)
    except AccountsWrong as error:
        print(f"The accounts file is wrong:\n{error}", file=sys.stderr)
        return 1
    except Open311Wrong as error:
        print(f"The file of Open311 is wrong:\n{error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant",
        description="Front Door: answers residents for councils. Settings come from the "
        "environment: see docs/reference/settings.md.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="train if needed, migrate, then run web and workers")
    run.add_argument("--demo", action="store_true", help="also make the demo's agents")
    run.set_defaults(command=_run)

    web = commands.add_parser("web", help="run the web process: chat, desk, health, metrics")
    web.set_defaults(command=_web)

    worker = commands.add_parser("worker", help="run one worker: the bot, and delivery")
    worker.add_argument(
        "--slot",
        default="1",
        help="which of this machine's workers this is; a new one takes over from an old one of the "
        "same slot (default: 1)",
    )
    worker.set_defaults(command=_worker)

    phones = commands.add_parser(
        "phones", help="run the platforms' emulators: phones to try every channel with"
    )
    phones.set_defaults(command=_phones)

    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(command=_migrate)

    train = commands.add_parser("train", help="train the model if its inputs have changed")
    train.add_argument("--force", action="store_true", help="train even if nothing has changed")
    train.set_defaults(command=_train)

    agent = commands.add_parser("agent", help="make an agent for the desk, or a new password")
    agent.add_argument("username", help="what they sign in with")
    agent.add_argument("--name", default="", help="the first name that residents see")
    agent.add_argument(
        "--council",
        action="append",
        default=[],
        help="whose conversations they see; may be repeated",
    )
    agent.add_argument(
        "--new-password", action="store_true", help="give an agent who exists another password"
    )
    role = agent.add_mutually_exclusive_group()
    role.add_argument(
        "--supervisor",
        dest="role",
        action="store_const",
        const="supervisor",
        default="",
        help="they may also say what is happening now, and do what content officers do; works for "
        "an agent who exists, too",
    )
    role.add_argument(
        "--content-officer",
        dest="role",
        action="store_const",
        const="content",
        help="they also see what could not be answered; works for an agent who exists, too",
    )
    agent.set_defaults(command=_agent)

    alert_commands(commands).set_defaults(command=_alert)

    ask = commands.add_parser("ask", help="ask the bot, without a server")
    asked = ask.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", help='such as "when is my bin collected"')
    asked.add_argument(
        "--batch",
        metavar="FILE",
        help='ask each line of a file (- for standard input): {"id": ..., "text": ..., "channel": '
        "...} in, a line of JSON each out, in the same order",
    )
    ask.add_argument(
        "--council", default=None, help="the door it is asked at (default: the set one)"
    )
    ask.add_argument("--postcode", default=None, help="where the person lives")
    ask.add_argument("--json", action="store_true", help="answer as --batch does")
    ask.set_defaults(command=_ask)

    sms = commands.add_parser("sms", help="show a text message as it goes out, and its price")
    which = sms.add_mutually_exclusive_group(required=True)
    which.add_argument("words", nargs="?", help="what is said")
    which.add_argument("--article", metavar="SLUG", help="the article's text message instead")
    which.add_argument(
        "--all",
        action="store_true",
        help="every article's; exits with 1 when they do not average under 2 parts",
    )
    sms.add_argument(
        "--council",
        default=None,
        help="the door it is said at (default: the set one, with --all each that serves today)",
    )
    sms.add_argument(
        "--price-per-part",
        type=_price,
        default=None,
        metavar="POUNDS",
        help="what a part costs you, such as 0.05; without it no price is shown",
    )
    sms.set_defaults(command=_sms)

    telegram = commands.add_parser("telegram", help="say how a Telegram bot hears of messages")
    how = telegram.add_mutually_exclusive_group(required=True)
    for name, help_text in (
        ("set-webhook", "Telegram calls us from now on, at FRONT_DOOR_PUBLIC_URL"),
        ("delete-webhook", "Telegram keeps messages until it is asked for them"),
        ("poll", "ask Telegram for messages until stopped: a laptop needs no public address"),
    ):
        how.add_argument(
            f"--{name}", dest="action", action="store_const", const=name, help=help_text
        )
    telegram.add_argument("--council", default=None, help="whose bot it is (default: the set one)")
    telegram.set_defaults(command=_telegram)

    places_command.add_parser(commands).set_defaults(command=_places)

    knowledge_command.add_parser(commands).set_defaults(command=_knowledge)
    return parser


def _run(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.demo import make_demo_accounts, seed_demo
    from assistant.migrate import migrate
    from assistant.supervisor import Supervisor
    from assistant.wiring import Parts

    if _train_if_needed(settings):
        return 1
    parts = Parts(settings)
    migrate(parts.store)
    accounts = make_demo_accounts(parts) if options.demo else None
    if accounts is not None:
        settings = settings.copy(update={"channels": str(accounts)})
        parts = Parts(settings)
    # Building them finds every mistake in the accounts, before anything is started.
    _ = parts.channels
    lines = [f"  Chat   {settings.address}/", f"  Desk   {settings.address}/desk"]
    if accounts is not None:
        lines.append(f"  Phones http://{settings.host}:{settings.port_of_phones}/")
    if options.demo:
        lines += seed_demo(parts)
    parts.store.close()
    print(
        "\n".join(["", *lines, "", "Starting. The assistant is ready in a few seconds."]),
        flush=True,
    )
    return Supervisor(settings, settings.worker_count, phones=accounts is not None).run()


def _web(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.serving import serve_web

    serve_web(settings)
    return 0


def _worker(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.serving import serve_worker

    serve_worker(settings, options.slot)
    return 0


def _phones(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.phones import serve_phones
    from assistant.serving import SUPERVISED

    if not os.environ.get(SUPERVISED):
        print(f"  Phones http://{settings.host}:{settings.port_of_phones}/", flush=True)
    serve_phones(settings)
    return 0


def _migrate(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.migrate import migrate
    from assistant.wiring import Parts

    store = Parts(settings).store
    migrate(store)
    store.close()
    print("The database is at this version.")
    return 0


def _agent(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.staff import ROLES, CannotAdd, add_agent, give_role, renew_password
    from assistant.store import Store

    store = Store(settings.database)
    try:
        if options.new_password:
            password = renew_password(store, options.username)
        elif options.role and give_role(store, options.username, options.role):
            print(f"{options.username} is a {ROLES[options.role]}. The password is as before.")
            return 0
        else:
            councils = options.council or [settings.council]
            password = add_agent(
                store,
                options.username,
                options.name,
                councils,
                now=datetime.now(timezone.utc),
                role=options.role or "agent",
            )
    except CannotAdd as error:
        print(f"Nothing was changed: {error}.", file=sys.stderr)
        return 1
    finally:
        store.close()
    print(f"{options.username} can sign in at /desk with the password {password}")
    print("It is shown this once. Hand it over in a safe way.")
    return 0


def _alert(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.alert_command import CannotAlert, run
    from assistant.wiring import Parts

    parts = Parts(settings)
    try:
        print(run(parts, options))
    except CannotAlert as error:
        print(f"Nothing was changed.\n{error}", file=sys.stderr)
        return 1
    finally:
        parts.store.close()
    return 0


def _train(settings: Settings, options: argparse.Namespace) -> int:
    return _train_if_needed(settings, force=options.force)


def _train_if_needed(settings: Settings, *, force: bool = False) -> int:
    from assistant.nlu.without_tensorflow import NeedsTensorFlow
    from assistant.training import TrainingFailed, alone, needs_training, train

    if not force and not needs_training():
        print("The model is up to date.", flush=True)
        return 0
    log = settings.model.with_name("training.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        with alone(waits=lambda: print("Another process trains the model: waiting.", flush=True)):
            if not force and not needs_training():
                print("The model is up to date.", flush=True)
                return 0
            print("Training the model. This takes one to three minutes, once.", flush=True)
            # Rasa shows a bar for every step: all of it goes to the log.
            with log.open("w") as file, redirect_stdout(file), redirect_stderr(file):
                train()
    except (TrainingFailed, NeedsTensorFlow) as error:
        print(f"The model could not be trained: {error}. {log} says more.", file=sys.stderr)
        return 1
    print("The model is trained.", flush=True)
    return 0


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.asking import CannotAsk, ask, ask_batch

    if options.batch is None and not options.json:
        if _train_if_needed(settings):
            return 1
    else:
        # Standard output is for the answers alone.
        with redirect_stdout(sys.stderr):
            if _train_if_needed(settings):
                return 1
    council = options.council or settings.council
    try:
        if options.batch is not None:
            return asyncio.run(ask_batch(settings, options.batch, council, options.postcode))
        asyncio.run(ask(settings, options.question, council, options.postcode, options.json))
    except CannotAsk as error:
        print(f"Not asked: {error}.", file=sys.stderr)
        return 1
    return 0


def _sms(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.preview import NothingToShow, Preview
    from assistant.words import read_words
    from knowledge.library import open_library
    from knowledge.london import today

    preview = Preview(open_library(), read_words().wording(), today(), options.price_per_part)
    try:
        if options.all:
            text, few = preview.all(options.council)
            print(text)
            return 0 if few else 1
        if options.article:
            print(preview.article(options.article, options.council or settings.council))
        else:
            print(preview.words(options.words))
    except NothingToShow as error:
        print(f"Nothing to show: {error}.", file=sys.stderr)
        return 1
    return 0


def _telegram(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.telegram_command import TelegramRefuses, run
    from assistant.wiring import Parts

    if options.action == "poll":
        print("Asking Telegram for messages. Ctrl+C ends it.", flush=True)
    try:
        council = options.council or settings.council
        print(asyncio.run(run(Parts(settings), council, options.action)))
    except KeyboardInterrupt:
        print()
    except TelegramRefuses as error:
        print(f"Not done: {error}.", file=sys.stderr)
        return 1
    return 0


def _places(settings: Settings, options: argparse.Namespace) -> int:
    try:
        print(places_command.run(options, settings.data_dir))
    except places_command.CannotTell as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _knowledge(settings: Settings, options: argparse.Namespace) -> int:
    if options.verb == "wordings":
        print(knowledge_command.wordings(settings), end="")
        return 0
    if options.verb == "schema":
        print(knowledge_command.schema(), end="")
        return 0
    told, in_order = knowledge_command.check(options, settings.data_dir)
    print(told)
    return 0 if in_order else 1


def _price(written: str) -> Decimal:
    try:
        price = Decimal(written)
    except InvalidOperation:
        price = Decimal(-1)
    if not price.is_finite() or not 0 <= price < 100:
        raise argparse.ArgumentTypeError("a price in pounds, such as 0.05")
    return price


if __name__ == "__main__":
    sys.exit(main())
