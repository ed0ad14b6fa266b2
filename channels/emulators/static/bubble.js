// One message as its platform's app shows it.

import { words } from "./words.js";

const TICKS = { sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!" };
const TICK_WORDS = { sent: "sent", delivered: "delivered", read: "read", failed: "not sent" };

// `acts` are press(label), open(opener) for a list, and locate().
export function bubble(shown, look, acts) {
  const row = make("div", shown.mine ? "row mine" : "row");
  row.dataset.number = shown.number;
  const card = make("div", "bubble");
  card.append(hidden(shown.mine ? "You: " : "Council: "));
  if (shown.media) card.append(media(shown));
  if (shown.text) {
    const text = make("p", "text");
    text.dataset.words = "";
    text.append(...words(shown.text, shown.marks));
    card.append(text);
  }
  card.append(foot(shown, look));
  row.append(card);
  const buttons = keys(shown, look, acts);
  if (buttons.length > 0) {
    const group = make("div", "keys");
    group.append(...buttons);
    (look === "whatsapp" ? card : row).append(group);
  }
  return row;
}

function keys(shown, look, acts) {
  // What is a link in the words already is no button as well.
  const inWords = new Set(shown.marks.map((mark) => mark.url));
  const made = shown.links.filter(({ url }) => !inWords.has(url)).map(({ label, url }) => {
    const link = make("a", "key");
    link.href = url;
    link.target = "_blank";
    link.rel = "noreferrer";
    link.textContent = label;
    link.append(hidden(" (opens a new page)"));
    return link;
  });
  if (shown.menu) {
    made.push(key(`☰ ${shown.menu}`, (event) => acts.open(event.currentTarget)));
  } else if (look !== "messenger") {
    made.push(...shown.buttons.map((label) => key(label, () => acts.press(label))));
  }
  if (shown.asks_location) made.push(key(look === "whatsapp" ? "Send location" : "Share location", acts.locate));
  return made;
}

function key(label, act) {
  const button = make("button", "key");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

function foot(shown, look) {
  const line = make("p", "foot");
  const time = make("time");
  time.dateTime = shown.at;
  const at = new Date(shown.at);
  time.textContent = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (shown.note) {
    const note = make("span", "note");
    note.textContent = shown.note;
    line.append(note);
  }
  line.append(time);
  // Nobody sees ticks under what they received, and text messages have none at all.
  if (shown.mine && shown.ticks && (look !== "sms" || shown.ticks === "failed")) {
    const ticks = make("span", `ticks ${shown.ticks}`);
    const sign = make("span");
    sign.ariaHidden = "true";
    sign.textContent = TICKS[shown.ticks] ?? "";
    ticks.append(sign, hidden(TICK_WORDS[shown.ticks] ?? shown.ticks));
    line.append(ticks);
  }
  return line;
}

function media(shown) {
  if (shown.media.startsWith("/") && shown.media_type.startsWith("image/")) {
    const image = make("img");
    image.src = shown.media;
    image.alt = shown.text ? "Photo" : "Photo without words";
    return image;
  }
  const link = make("a", "file");
  link.href = shown.media;
  link.target = "_blank";
  link.rel = "noreferrer";
  link.textContent = "A file";
  return link;
}

function hidden(text) {
  const element = make("span", "hidden");
  element.textContent = text;
  return element;
}

function make(name, classes = "") {
  const element = document.createElement(name);
  if (classes) element.className = classes;
  return element;
}
