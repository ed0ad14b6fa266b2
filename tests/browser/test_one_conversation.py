"""One conversation from end to end: resident, bot, knowledge, person, and the bot again."""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from playwright.sync_api import BrowserContext, expect

from assistant.tables import conversations
from knowledge.tables import requests
from tests.browser.people import AgentAtDesk, Resident
from tests.site import Site

Person = Callable[..., BrowserContext]


def latest_conversation(front_door: Site) -> str:
    with front_door.store.read() as connection:
        query = sa.select(conversations.c.id).order_by(conversations.c.opened_at.desc()).limit(1)
        return str(connection.execute(query).scalar_one())


def references_of(front_door: Site, conversation: str) -> list[str]:
    with front_door.store.read() as connection:
        query = sa.select(requests.c.reference).where(requests.c.conversation == conversation)
        return list(connection.execute(query).scalars())


def test_from_the_first_question_to_an_agent_and_back(
    front_door: Site, person: Person, password: str
) -> None:
    # A resident opens the widget on the council's page, and asks.
    page = person().new_page()
    page.goto(front_door.url)
    page.get_by_role("button", name="Chat with us").click()
    ada = Resident(page, page.frame_locator("iframe"))
    answer = ada.ask("how do i get 25% off my council tax, i live alone")
    expect(answer).to_contain_text("You get 25% off your council tax")
    expect(answer.locator("[data-source]")).to_contain_text(
        re.compile(r"Source:\s+Council tax single person.*Ashcombe Borough Council.*Checked", re.S)
    )
    conversation = latest_conversation(front_door)

    # They report a missed bin: a wrong postcode, a question in the middle, a correction.
    expect(ada.ask("you forgot my bin")).to_contain_text("What is your postcode?")
    expect(ada.ask("XA1 9ZZ")).to_contain_text("I cannot find that postcode")
    expect(ada.ask("XA1 8AA")).to_contain_text("Which address is it?")
    expect(ada.ask("22 heath road")).to_contain_text("Which bin did we miss?")
    expect(ada.ask("the green one")).to_contain_text("Which day should we have emptied it?")
    ada.say("how much is a parking permit?")
    expect(ada.chat.get_by_text("first permit: £48")).to_be_visible()
    expect(ada.last_answer()).to_contain_text("Which day should we have emptied it?")
    expect(ada.ask("no sorry, it was the blue one")).to_contain_text("Recycling")
    expect(ada.ask("yesterday")).to_contain_text("Is this right?")
    assert references_of(front_door, conversation) == []
    done = ada.choose("Yes")
    [reference] = references_of(front_door, conversation)
    expect(done).to_contain_text(reference)

    # They begin another, and ask for a person in the middle.
    ada.ask("report a missed bin please")
    ada.ask("I would like to speak to a person")
    expect(ada.lines().last).to_contain_text("You are number 1 in the queue.")

    # An agent in another browser takes it, and sees everything.
    priya = AgentAtDesk(person().new_page())
    priya.sign_in(front_door.url, "priya", password)
    priya.open(conversation)
    briefing = priya.briefing()
    for part in (
        "Report a missed bin",
        "Asked for a person",
        "Council tax single person discount",
        reference,
        "Web chat",
    ):
        expect(briefing).to_contain_text(part)
    priya.take()
    expect(ada.lines().last).to_contain_text("Priya has joined the chat.")

    # Typing is seen on both sides, then the words.
    priya.page.get_by_label("Reply to the resident").press_sequentially("Hello ")
    expect(ada.chat.get_by_text("Priya is writing")).to_be_visible()
    priya.reply("Hello, this is Priya. I can see your report.")
    expect(ada.chat.get_by_text("Hello, this is Priya.")).to_be_visible()
    ada.chat.get_by_role("textbox", name="Your message").press_sequentially("Than")
    expect(priya.page.locator("#typing")).to_be_visible()
    ada.say("Thank you Priya")
    expect(priya.page.locator("#transcript")).to_contain_text("Thank you Priya")

    # She hands back, and the bot goes on.
    priya.hand_back("Has a reference; only wanted to know that it came.")
    expect(ada.lines().last).to_contain_text("Priya has left the chat.")
    expect(ada.ask("when is my bin day")).to_contain_text(re.compile("collection|postcode"))
    expect(ada.chat.get_by_text("only wanted to know")).to_have_count(0)


def test_the_same_without_javascript(front_door: Site, person: Person, password: str) -> None:
    page = person(width=400, javascript=False).new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")

    def say(text: str, until: str) -> None:
        page.get_by_role("textbox", name="Your message").fill(text)
        page.get_by_role("button", name="Send", exact=True).click()
        check(until)

    def check(until: str) -> None:
        for _ in range(40):
            if page.get_by_text(until).count():
                return
            page.wait_for_timeout(250)
            page.get_by_role("link", name="Check for new messages").click()
        raise AssertionError(f"{until!r} did not come")

    say("how do i get 25% off my council tax, i live alone", "You get 25% off your council tax")
    expect(page.locator("[data-source]").last).to_contain_text("Ashcombe Borough Council")
    conversation = latest_conversation(front_door)
    say("you forgot my bin", "What is your postcode?")
    say("XA1 8AA", "Which address is it?")
    # Next door: the bin of number 22 was reported above.
    say("24 heath road", "Which bin did we miss?")
    page.get_by_role("button", name="Recycling").last.click()
    check("Which day should we have emptied it?")
    say("yesterday", "Is this right?")
    page.get_by_role("button", name="Yes").last.click()
    check("Your reference is")
    [reference] = references_of(front_door, conversation)
    expect(page.get_by_text(reference).first).to_be_visible()
    say("can i talk to a person", "You are number 1 in the queue.")

    agent = person(javascript=False).new_page()
    sam = AgentAtDesk(agent)
    sam.sign_in(front_door.url, "sam", password)
    sam.open(conversation)
    expect(sam.briefing()).to_contain_text(reference)
    agent.get_by_role("button", name="Take conversation").click()
    sam.reply("Hello, this is Sam.")
    check("Hello, this is Sam.")
    sam.hand_back("All done.")
    check("Sam has left the chat.")
    say("are you a robot", "I am a computer program")


def test_two_agents_take_at_once_and_one_is_told_who_has_it(
    front_door: Site, person: Person, password: str
) -> None:
    page = person().new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")
    ben = Resident(page, page)
    ben.ask("I want to speak to a human")
    conversation = latest_conversation(front_door)
    priya = AgentAtDesk(person().new_page())
    sam = AgentAtDesk(person(javascript=False).new_page())
    for agent, name in ((priya, "priya"), (sam, "sam")):
        agent.sign_in(front_door.url, name, password)
        agent.open(conversation)
    priya.take()
    # Sam's page, which does not update, still offers it.
    sam.page.get_by_role("button", name="Take conversation").click()
    expect(sam.page.get_by_text("Priya").first).to_be_visible()
    expect(sam.page.get_by_label("Reply to the resident")).to_have_count(0)


def test_not_understood_offers_topics_then_a_person(front_door: Site, person: Person) -> None:
    page = person().new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")
    cal = Resident(page, page)
    first = cal.ask("council stuff")
    expect(first).to_contain_text("Is it about one of these?")
    expect(first.get_by_role("button")).to_have_count(4)
    expect(cal.ask("flurb gronk wibble")).to_contain_text("Would you like a person to help you?")
    cal.chat.get_by_role("button", name=re.compile("^Yes")).last.click()
    expect(cal.lines().last).to_contain_text("in the queue")


def test_who_waits_can_go_back_to_the_assistant(front_door: Site, person: Person) -> None:
    page = person().new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")
    gus = Resident(page, page)
    gus.ask("I want to speak to a human")
    page.get_by_role("button", name="Stop waiting and go back to the assistant").click()
    expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    expect(gus.lines().last).to_contain_text("You have left the queue.")
    expect(gus.ask("are you a robot")).to_contain_text("I am a computer program")


def test_a_lost_connection_is_said_and_nothing_is_lost(front_door: Site, person: Person) -> None:
    context = person()
    page = context.new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")
    dee = Resident(page, page)
    dee.ask("hello")
    context.set_offline(True)
    box = page.get_by_role("textbox", name="Your message")
    box.fill("are you a robot")
    box.press("Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    # Back on line, the page sends what waited by itself.
    context.set_offline(False)
    expect(dee.last_answer()).to_contain_text("I am a computer program")
    expect(page.locator("[data-speaker=resident]")).to_have_count(2)


def test_ending_the_chat_wipes_it_from_the_device(front_door: Site, person: Person) -> None:
    page = person().new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")
    eve = Resident(page, page)
    eve.ask("how do i join the library")
    page.locator("[data-menu] summary").click()
    page.get_by_role("link", name="End chat and wipe").click()
    page.get_by_role("button", name="End chat and wipe").last.click()
    expect(page.get_by_text("wiped from this device").first).to_be_visible()
    page.goto(f"{front_door.url}/chat/ashcombe")
    expect(page.locator("[data-entry][data-speaker=resident]")).to_have_count(0)


def test_an_answer_can_be_rated(front_door: Site, person: Person) -> None:
    page = person().new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")
    fay = Resident(page, page)
    answer = fay.ask("how do i join the library")
    answer.get_by_role("button", name="Yes").click()
    expect(answer).to_contain_text("Thank you.")
    page.reload()
    expect(fay.last_answer().get_by_role("button", name="Yes")).to_have_attribute(
        "aria-pressed", "true"
    )
