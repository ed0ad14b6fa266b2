// The keyboard: one key for what is done often, all of it explained by "?" and easy to turn off.

import { write } from "./composer.js";
import { openSearch } from "./knowledge.js";
import { step } from "./list.js";
import { byId, conversation, list, remember, remembered } from "./page.js";
import { showPart } from "./panes.js";

const LISTS = { queue: "/desk", mine: "/desk/mine", open: "/desk/open" };

const inField = (element) =>
  element.matches("textarea, select, input:not([type='radio'], [type='checkbox'])");

const acts = {
  j: () => step(1),
  k: () => step(-1),
  t: () => byId("take-form")?.requestSubmit(),
  r: () => byId("reply") && (showPart("conversation"), write("reply")),
  n: () => byId("note") && (showPart("conversation"), write("note")),
  "/": () => byId("search") && openSearch(),
  "?": () => byId("help").showModal(),
};

function escape() {
  const focused = document.activeElement;
  if (inField(focused)) {
    showPart("conversation");
    byId("scroll")?.focus();
  } else if (conversation) location.assign(LISTS[list]);
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    escape();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
  const act = acts[event.key];
  if (!act || !remembered(localStorage, "desk:keys", true)) return;
  event.preventDefault();
  act();
}

function setting(id, key, otherwise) {
  const box = byId(id);
  box.checked = remembered(localStorage, key, otherwise);
  box.addEventListener("change", () => remember(localStorage, key, box.checked));
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
  setting("set-keys", "desk:keys", true);
  setting("set-enter", "desk:enter", true);
  setting("set-sound", "desk:sound", false);
  byId("help-open").hidden = false;
  byId("help-open").addEventListener("click", () => byId("help").showModal());
}

/** Questions in a dialog where there is a script, on a page of their own where there is none. */
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    const closer = event.target.closest?.("dialog [data-cancel], dialog [data-close]");
    if (!opener && !closer) return;
    event.preventDefault();
    if (opener) byId(opener.dataset.dialog).showModal();
    else closer.closest("dialog").close();
  });
}
