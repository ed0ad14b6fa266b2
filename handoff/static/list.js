// The list on the left: always right, and never moving under the pointer or the focus.

import { announce, ring, showCount } from "./announce.js";
import { startIdle } from "./idle.js";
import { byId, conversation, get, list, parsed, soon } from "./page.js";
import { onNews } from "./stream.js";

const pane = byId("list-pane");
let calling = null;
let waitingForHand = null;

const inUse = () =>
  byId("rows").matches(":hover") || byId("rows").contains(document.activeElement);

function keyed(rows) {
  return new Map([...rows.children].map((row) => [row.dataset.conversation, row]));
}

function same(old, fresh) {
  const plain = (row) => row.cloneNode(true);
  const [a, b] = [plain(old), plain(fresh)];
  for (const time of [...a.querySelectorAll("time"), ...b.querySelectorAll("time")]) {
    time.textContent = "";
    time.parentElement.classList.remove("late", "very-late");
  }
  return a.isEqualNode(b);
}

function update(old, fresh) {
  if (same(old, fresh)) return;
  old.className = fresh.className;
  old.firstElementChild.replaceChildren(...fresh.firstElementChild.childNodes);
}

/** Bring the rows to what the server says; while they are in use, only what does not move them. */
function reconcile(fresh, hold) {
  const rows = byId("rows");
  const [old, wanted] = [keyed(rows), keyed(fresh)];
  for (const [key, row] of wanted) {
    const present = old.get(key);
    if (present) update(present, row);
    else if (hold) rows.append(row);
  }
  if (hold) {
    for (const [key, row] of old) row.classList.toggle("gone", !wanted.has(key));
    return;
  }
  const order = [...wanted].map(([key, row]) => old.get(key) ?? row);
  for (const row of [...rows.children]) if (!wanted.has(row.dataset.conversation)) row.remove();
  order.forEach((row, at) => {
    row.classList.remove("gone");
    if (rows.children[at] !== row) rows.insertBefore(row, rows.children[at] ?? null);
  });
}

function show(html) {
  const fresh = parsed(html);
  const hold = inUse();
  waitingForHand = hold ? html : null;
  reconcile(fresh.getElementById("rows"), hold);
  byId("rows-empty").hidden = byId("rows").children.length > 0;
  byId("list-foot").replaceChildren(...fresh.getElementById("list-foot").childNodes);
  for (const count of fresh.querySelectorAll("[data-count]")) {
    const shown = pane.querySelector(`[data-count="${count.dataset.count}"]`);
    shown.textContent = count.textContent;
    shown.className = count.className;
  }
}

function showUndelivered(number) {
  const count = byId("undelivered-count");
  if (!count || number === null) return;
  count.textContent = number;
  count.classList.toggle("some", number > 0);
}

function showUnassigned(number) {
  const count = byId("unassigned-count");
  if (!count || number === null) return;
  count.textContent = number < 1000 ? number : "999+";
  count.classList.toggle("some", number > 0);
}

/** The middle of the page while no conversation is open. */
function showNothingOpen(html) {
  const box = byId("nothing-open");
  if (box && !box.matches(":hover") && !box.contains(document.activeElement))
    box.replaceChildren(parsed(html));
}

/** What residents are told now. It stays open while it is read. */
function showHappening(html) {
  const box = byId("happening");
  const fresh = parsed(html);
  const open = box.querySelector("details")?.open;
  if (open) fresh.querySelector("details")?.setAttribute("open", "");
  const was = box.textContent.replace(/\s+/g, " ").trim();
  const words = fresh.textContent.replace(/\s+/g, " ").trim();
  if (was === words) return;
  const focused = box.contains(document.activeElement);
  box.replaceChildren(fresh);
  if (focused) box.querySelector("summary")?.focus();
}

/** What is new when it changes: a conversation that becomes an emergency calls once more. */
const callOf = (row) => `${row.state} ${row.urgent} ${row.conversation}`;

function call(rows) {
  const others = rows.filter((row) => row.conversation !== conversation || row.state === "waiting");
  showCount(rows.length);
  const known = calling;
  calling = new Set(rows.map(callOf));
  if (!known) return;
  const fresh = others.filter((row) => !known.has(callOf(row)));
  if (!fresh.length) return;
  ring();
  const [first] = fresh;
  if (first.urgent) announce(`Urgent: ${first.urgent}.`);
  else if (fresh.length > 1) announce(`${fresh.length} people need you.`);
  else if (first.state === "waiting") announce(`New in the queue: ${first.title}.`);
  else announce(`New message from the resident: ${first.title}.`);
}

async function refresh() {
  try {
    const said = await get(`/desk/list?list=${list}&selected=${conversation}`);
    show(said.html);
    showNothingOpen(said.nothing_open);
    showUndelivered(said.undelivered);
    showUnassigned(said.unassigned);
    showHappening(said.happening);
    call(said.calling);
    startIdle(said.ends_in, said.may_extend);
  } catch {
    /* The stream says when the connection is back, and the list is asked for again. */
  }
}

/** Move the focus along the list; it starts at the conversation that is open. */
export function step(by) {
  const links = [...byId("rows").querySelectorAll("a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const open = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = at >= 0 ? at + by : open >= 0 ? open + by : by > 0 ? 0 : links.length - 1;
  links[Math.min(links.length - 1, Math.max(0, next))].focus();
}

export function startList() {
  const again = soon(refresh, 120);
  onNews((kind) => kind !== "typing" && again());
  const settle = () =>
    setTimeout(() => waitingForHand && !inUse() && show(waitingForHand), 50);
  pane.addEventListener("pointerleave", settle);
  pane.addEventListener("focusout", settle);
}
