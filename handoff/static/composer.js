// Writing: replies that are kept until they are sent, notes, drafts, the source of an answer.

import { announce } from "./announce.js";
import { refresh, toEnd } from "./conversation.js";
import { told } from "./parts.js";
import { byId, conversation, newId, parsed, place, post, remember, remembered } from "./page.js";

const DRAFT = `desk:draft:${conversation}`;
const UNSENT = `desk:unsent:${conversation}`;
let unsent = [];
let typedAt = 0;
let chosen = "";
let telling = 0;

const field = (name) => byId("reply-form").elements.namedItem(name);

/** Set the box up; again whenever who keeps the conversation has changed. */
export function fitComposer() {
  const composer = byId("composer");
  for (const hint of composer.querySelectorAll("[data-hint]")) hint.textContent = hintFor(hint.dataset.hint);
  byId("note-form")?.addEventListener("submit", sendNote);
  byId("note")?.addEventListener("keydown", (event) => submitByKey(event, byId("note-form")));
  if (composer.dataset.state !== "mine") return;
  composer.querySelector(".modes").hidden = false;
  composer.querySelector("details").open = true;
  for (const button of composer.querySelectorAll("[data-mode]"))
    button.addEventListener("click", () => write(button.dataset.mode));
  composer.dataset.mode = "reply";
  byId("detach").hidden = false;
  byId("detach").addEventListener("click", () => attach(null));
  byId("reply-form").addEventListener("submit", sendReply);
  const reply = byId("reply");
  reply.addEventListener("keydown", (event) => submitByKey(event, byId("reply-form")));
  reply.addEventListener("input", typed);
  fitThreads();
  const draft = remembered(sessionStorage, DRAFT);
  if (draft && !reply.value) {
    reply.value = draft.text;
    if (draft.article) attach(draft.article);
  }
  count();
}

function fitThreads() {
  const select = byId("to");
  if (chosen && [...(select.options ?? [])].some((option) => option.value === chosen)) select.value = chosen;
  else chosen = "";
  select.addEventListener("change", () => {
    chosen = select.value;
    count();
  });
  count();
}

/** Where the resident can be answered has changed: the agent's own choice stays while it is there. */
export function showThreads(html) {
  const box = byId("threads");
  if (!box || box.served === html) return;
  const before = byId("to");
  const was = before.value;
  const focused = document.activeElement === before;
  const first = box.served === undefined;
  box.served = html;
  if (first && parsed(html).textContent.trim() === box.textContent.trim()) return;
  box.replaceChildren(parsed(html));
  fitThreads();
  const now = byId("to");
  if (focused) now.focus({ preventScroll: true });
  if (now.value && now.value !== was) announce(`You now answer on ${now.selectedOptions[0].textContent.trim()}.`);
}

/** What fits where the answer goes: the chosen option's limits, or those of the only thread. */
const room = () => (byId("to").selectedOptions?.[0] ?? byId("to")).dataset;

const hintFor = (act) =>
  remembered(localStorage, "desk:enter", true)
    ? `Enter: ${act.toLowerCase()}. Shift and Enter: new line.`
    : `Ctrl and Enter: ${act.toLowerCase()}.`;

/** Show the reply or the note, and put the cursor in it. */
export function write(mode) {
  const composer = byId("composer");
  if (composer.dataset.state === "mine") {
    composer.dataset.mode = mode;
    for (const button of composer.querySelectorAll("[data-mode]"))
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  } else if (mode === "note") {
    const box = composer.querySelector("details");
    if (box) box.open = true;
  }
  byId(mode)?.focus();
}

/** Put an article into the reply. What the agent wrote before stays. */
export function insert(article, text) {
  write("reply");
  const reply = byId("reply");
  const at = reply.selectionStart ?? reply.value.length;
  const before = reply.value.slice(0, at);
  const gap = before && !before.endsWith("\n") ? "\n\n" : "";
  reply.setRangeText(gap + text, at, reply.selectionEnd ?? at, "end");
  attach(article);
  typed();
}

function attach(article) {
  field("article").value = article?.slug ?? "";
  byId("attached-source").innerHTML = article?.source ?? "";
  byId("attached").hidden = !article;
  byId("attached").article = article;
  keepDraft();
}

function keepDraft() {
  const text = byId("reply").value;
  remember(sessionStorage, DRAFT, text ? { text, article: byId("attached").article ?? null } : null);
}

function count() {
  const text = byId("reply").value.trim();
  const left = Number(room().limit) - text.length;
  countParts(text);
  const line = byId("reply-count");
  line.classList.toggle("over", left < 0);
  const words = left < 0 ? `${-left} characters too many` : left < 200 ? `${left} characters left` : "";
  if (line.textContent !== words) line.textContent = words;
  return left >= 0;
}

/** Parts are shown at once, and spoken only when the agent pauses. */
function countParts(text) {
  const line = byId("reply-parts");
  line.hidden = !("inParts" in room());
  clearTimeout(telling);
  if (line.hidden) return;
  line.textContent = told(text) || "Counted in text-message parts.";
  telling = setTimeout(() => text && announce(line.textContent), 3000);
}

function typed() {
  count();
  keepDraft();
  if (Date.now() - typedAt < 3000 || !byId("reply").value) return;
  typedAt = Date.now();
  post(`${place}/typing`).catch(() => {});
}

function submitByKey(event, form) {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey) return;
  const enterSends = remembered(localStorage, "desk:enter", true);
  if (!enterSends && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  form.requestSubmit();
}

function sendReply(event) {
  event.preventDefault();
  const text = byId("reply").value.trim();
  if (!text || !count()) {
    byId("reply").focus();
    return;
  }
  const article = field("article").value;
  unsent.push({ id: newId(), text, article, to: field("to").value, failed: "" });
  byId("reply").value = "";
  attach(null);
  count();
  typedAt = 0;
  send(unsent.at(-1));
  byId("reply").focus();
}

async function send(message) {
  message.failed = "";
  show();
  toEnd();
  try {
    const { text, article, to = "", id } = message;
    await post(`${place}/say`, { text, article, to, client_id: id });
    sentLine(message.id);
    await refresh();
  } catch (refused) {
    message.failed = `Not sent. ${refused.title}.`;
    message.signIn = refused.status === 401;
    show();
    announce(`We could not send your reply. ${refused.title}. ${refused.text}`);
  }
}

/** The reply is in the transcript, or the server has it: it need not be kept any more. */
export function sentLine(id) {
  if (!unsent.some((message) => message.id === id)) return;
  unsent = unsent.filter((message) => message.id !== id);
  show();
}

/** An agent's line came in with the news: it may be one of ours, before its answer came. */
export function arrived(id, text) {
  const own = unsent.find((message) => (id ? message.id === id : message.text === text));
  if (own) sentLine(own.id);
}

function show() {
  const box = byId("pending");
  remember(sessionStorage, UNSENT, unsent.length ? unsent : null);
  box.replaceChildren(...unsent.map(item));
  box.hidden = !unsent.length;
}

function item(message) {
  const row = document.createElement("li");
  row.className = message.failed ? "pending failed" : "pending";
  const words = document.createElement("div");
  words.className = "words";
  words.append(Object.assign(document.createElement("p"), { textContent: message.text }));
  const fate = document.createElement("p");
  fate.className = "fate";
  fate.append(message.failed || "Sending…");
  if (message.signIn) {
    const link = document.createElement("a");
    link.href = `/desk/sign-in?next=${place}`;
    link.textContent = "Sign in";
    fate.append(" ", link);
  } else if (message.failed) {
    fate.append(
      action("Try again", () => send(message)),
      action("Edit", () => {
        sentLine(message.id);
        byId("reply").value = [message.text, byId("reply").value].filter(Boolean).join("\n\n");
        keepDraft();
        write("reply");
      }),
    );
  }
  row.append(words, fate);
  return row;
}

function action(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

async function sendNote(event) {
  event.preventDefault();
  const note = byId("note");
  const text = note.value.trim();
  if (!text) return;
  try {
    await post(`${place}/note`, { text });
    note.value = "";
    announce("Note added.");
    await refresh();
  } catch (refused) {
    const line = event.target.querySelector("[data-hint]");
    line.textContent = `We could not add the note. ${refused.title}. ${refused.text}`;
    announce(line.textContent);
  }
}

export function startComposer() {
  unsent = remembered(sessionStorage, UNSENT, []).map((message) => ({
    ...message,
    failed: message.failed || "Not sent yet.",
    signIn: false,
  }));
  show();
  fitComposer();
  if (location.hash === "#reply") byId("reply")?.focus();
}
