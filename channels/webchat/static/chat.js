// The chat page: takes over the forms that work without it, and keeps the page live.

import { Announcer } from "./announcer.js";
import { offerCarryOn } from "./carry_on.js";
import { Composer } from "./composer.js";
import { Frame } from "./frame.js";
import { watchIdle } from "./idle.js";
import { Outbox } from "./outbox.js";
import { Standing } from "./standing.js";
import { Stream } from "./stream.js";
import { Transcript } from "./transcript.js";
import { forget, onWipe, tellWiped, wipeScreen } from "./wipe.js";

const chat = document.querySelector("[data-chat]");
const base = chat.dataset.base;
const kiosk = chat.dataset.kiosk !== undefined;
const announcer = new Announcer(document.querySelector("[data-announcer]"));
const frame = new Frame(chat.dataset.embedOrigins);
const transcript = new Transcript(chat, announcer, frame);
const standing = new Standing(chat, announcer, () => transcript.follow());

const stream = new Stream(base, chat.dataset.cursor, {
  entry(entry) {
    outbox.arrived(entry.client_id);
    if (transcript.add(entry) && entry.speaker !== "resident") standing.stopWriting();
    idle.arrived();
  },
  status: (status) => standing.show(status),
  typing: ({ name }) => standing.writing(name),
  connection(state) {
    standing.connection(state);
    if (state === "live") outbox.flush();
  },
  // A visitor that is new at each connection has no cookie: the browser refuses it in a frame.
  strangers: () => standing.noCookies(base),
});

const outbox = new Outbox(base, chat.dataset.authority, {
  show: (message) => transcript.addOwn(message, () => outbox.flush()),
  sending: (message) => transcript.delivery(message.id, "sending"),
  sent(message) {
    transcript.delivery(message.id, "sent");
    if (chat.dataset.state === "bot") standing.writing("");
  },
  paused(message, seconds) {
    const wait = seconds === 1 ? "1 second" : `${seconds} seconds`;
    const words = `You have sent many messages in a short time. We send this one in ${wait}.`;
    transcript.delivery(message.id, "paused", words);
    announcer.say(words);
  },
  failed(message, reason) {
    transcript.delivery(message.id, "failed", reason);
    announcer.say(reason || "Your message was not sent. Choose Try again.");
  },
  newVisitor: () => stream.restart(),
});

const composer = new Composer(document.querySelector("[data-composer]"), {
  longest: Number(chat.dataset.longest),
  announcer,
  send: (text) => outbox.send({ text }),
  typing() {
    if (chat.dataset.state === "agent") post("/typing");
  },
});

const idle = watchIdle(chat, announcer, () => {
  if (kiosk) wipe();
  else document.querySelector("[data-end]").requestSubmit();
});

function wipe() {
  stream.close();
  tellWiped(chat.dataset.authority);
  wipeScreen(base, chat.dataset.authority);
}

function post(path, body = {}) {
  return fetch(base + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.matches("[data-choices], [data-questions]")) {
    event.preventDefault();
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const label = button.textContent.trim();
    if (button.closest("[data-entry]")) transcript.choose(button);
    // This button goes away with its notice: who pressed it goes on writing.
    if (form.matches("[data-leave]")) composer.box.focus();
    outbox.send(button.name === "choice" ? { choice: button.value, label } : { text: button.value });
  } else if (form.matches("[data-rating]")) {
    event.preventDefault();
    rate(form, button);
  } else if (form.matches("[data-end]") && kiosk) {
    event.preventDefault();
    wipe();
  } else if (form.matches("[data-end]")) {
    forget(chat.dataset.authority);
    tellWiped(chat.dataset.authority);
  }
});

async function rate(form, button) {
  for (const one of form.querySelectorAll("button")) {
    one.setAttribute("aria-pressed", String(one === button));
  }
  const position = Number(form.elements.position.value);
  const answer = await post("/rate", { position, helpful: button.value === "yes" });
  const words = answer?.ok ? "Thank you." : "We could not keep that. Try again.";
  if (!answer?.ok) button.setAttribute("aria-pressed", "false");
  form.querySelector("[data-thanks]").textContent = words;
  announcer.say(words);
}

// A kiosk has its buttons in view, and no menu.
const menu = document.querySelector("[data-menu]");
const ending = document.querySelector("[data-end-dialog]");
const asksEnd = document.querySelector("[data-ask-end]");

asksEnd.addEventListener("click", (event) => {
  event.preventDefault();
  if (menu) menu.open = false;
  ending.showModal();
});
document.querySelector("[data-cancel-end]").addEventListener("click", () => ending.close());
ending.addEventListener("close", () => (menu?.querySelector("summary") ?? asksEnd).focus());
document.addEventListener("pointerdown", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});

// Escape: first close what is open, then go to the message box, then close the widget.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.activeElement !== composer.box) {
    composer.box.focus();
  } else {
    frame.close();
  }
});

frame.on({
  opened(byPerson) {
    transcript.read();
    if (byPerson && document.activeElement === document.body) composer.box.focus();
  },
  asked: (text) => outbox.send({ text }),
});
onWipe(chat.dataset.authority, () => location.replace(frame.keep(`${base}?ended=1`)));
// A page that the browser kept in memory may show a chat that was wiped since.
addEventListener("pageshow", (event) => event.persisted && location.reload());

offerCarryOn(chat, announcer);
// The address of a chat that was wiped is not to say so again when the page is loaded again.
if (kiosk) history.replaceState(null, "", base);

transcript.begin();
stream.open();
outbox.resume((id) => transcript.has(id));
