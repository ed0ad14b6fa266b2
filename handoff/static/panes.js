// Which part is in front: one of four on a small screen, briefing or knowledge on a large one.

import { panes } from "./page.js";

/** Bring a part to the front: list, conversation, briefing or knowledge. */
export function showPart(part) {
  panes.dataset.show = part;
  if (part === "briefing" || part === "knowledge") panes.dataset.aside = part;
  mark();
}

function mark() {
  for (const link of document.querySelectorAll(".pane-tabs a"))
    current(link, link.dataset.pane === panes.dataset.show);
  for (const link of document.querySelectorAll(".side-tabs a"))
    current(link, link.dataset.aside === panes.dataset.aside);
}

function current(link, is) {
  if (is) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

export function startPanes() {
  for (const link of document.querySelectorAll(".pane-tabs a, .side-tabs a"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      showPart(link.dataset.pane ?? link.dataset.aside);
    });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('a[href^="#line-"]')) showPart("conversation");
  });
  if (new URLSearchParams(location.search).has("q")) showPart("knowledge");
  if (location.hash === "#contacts") showPart("briefing");
  mark();
}
