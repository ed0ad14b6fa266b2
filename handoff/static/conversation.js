// The open conversation: new lines at its end, and the parts around it when they change.

import { announce } from "./announce.js";
import { arrived, fitComposer, showThreads } from "./composer.js";
import { byId, conversation, get, parsed, place, soon } from "./page.js";
import { onNews } from "./stream.js";

const shown = {};
let typingEnds = 0;
let looking = 0;

const scroll = byId("scroll");
/** Whether this element scrolls by itself; on a small screen the page does. */
const scroller = () =>
  scroll.scrollHeight > scroll.clientHeight + 4 ? scroll : document.scrollingElement;
const atEnd = () => {
  const box = scroller();
  return box.scrollHeight - box.scrollTop - box.clientHeight < 90;
};
const toEnd = () => {
  if (getComputedStyle(scroll).overflowY === "auto") scroll.scrollTop = scroll.scrollHeight;
  else byId("transcript").lastElementChild?.scrollIntoView({ block: "nearest" });
  byId("newer").hidden = true;
};

/** Put a part in place only if it changed, so that what is read or focused stays. */
function replace(part, html) {
  if (shown[part] === html) return;
  const first = !(part in shown);
  shown[part] = html;
  const box = byId(part);
  if (!first || box.innerHTML.trim() !== html.trim()) {
    const focused = box.contains(document.activeElement) ? document.activeElement.id : "";
    box.replaceChildren(parsed(html));
    if (focused) byId(focused)?.focus({ preventScroll: true });
  }
}

function append(said) {
  const transcript = byId("transcript");
  if (said.last <= Number(transcript.dataset.last)) return;
  const follow = atEnd();
  transcript.dataset.last = said.last;
  const lines = parsed(said.lines);
  for (const line of lines.querySelectorAll(".line")) line.classList.add("fresh");
  transcript.append(lines);
  for (const news of said.news) {
    if (news.who === "agent") arrived(news.client_id, news.text);
    if (news.who === "resident") showTyping(false);
  }
  if (follow) toEnd();
  else byId("newer").hidden = false;
}

/** What became of lines that went out, and of files that came in. */
function fitUnder(under) {
  for (const [position, [state, html]] of Object.entries(under)) {
    const box = byId(`under-${position}`);
    if (!box || box.dataset.state === state) continue;
    box.dataset.state = state;
    box.replaceChildren(parsed(html));
    const failed = box.querySelector(".fate.failed, .file.failed");
    if (failed) announce(failed.textContent.replace(/\s+/g, " ").trim());
  }
}

function fitState(said) {
  const composer = byId("composer");
  if (composer.dataset.state === said.state) return;
  const words = parsed(said.composer);
  const focused = composer.contains(document.activeElement);
  composer.replaceWith(words);
  fitComposer();
  announce(byId("head").querySelector(".state").textContent.trim());
  if (focused) byId("scroll").focus({ preventScroll: true });
}

let asking = false;
let askAgain = false;

/** Ask for what is new: one question at a time, and never an answer out of order. */
export async function refresh() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    const said = await get(`${place}/news?after=${byId("transcript").dataset.last}`);
    append(said);
    fitUnder(said.under);
    byId("transcript").dataset.threads = said.spoken;
    replace("head", said.head);
    replace("briefing", said.briefing);
    fitState(said);
    showThreads(said.threads);
    clearTimeout(looking);
    if (said.moving) looking = setTimeout(refresh, 5000);
  } catch {
    /* The stream says when the connection is back, and this is asked again. */
  }
  asking = false;
  if (askAgain) {
    askAgain = false;
    refresh();
  }
}

function showTyping(is) {
  clearTimeout(typingEnds);
  byId("typing").textContent = is ? "The resident is typing…" : "";
  if (is) typingEnds = setTimeout(() => showTyping(false), 6000);
}

/** A reply box that grows must not hide what was said last. */
function keepEnd() {
  let wasAtEnd = true;
  scroll.addEventListener("scroll", () => (wasAtEnd = atEnd()), { passive: true });
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(scroll);
}

export function startConversation() {
  toEnd();
  keepEnd();
  const again = soon(refresh, 60);
  onNews((kind, which) => {
    if (kind === "hello") again();
    else if (which !== conversation) return;
    else if (kind === "typing") showTyping(true);
    else again();
  });
  byId("newer").addEventListener("click", toEnd);
  scroll.addEventListener("scroll", () => atEnd() && (byId("newer").hidden = true), { passive: true });
}

export { toEnd };
