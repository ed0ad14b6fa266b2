// One phone: what its screen shows, and what its owner does with it.

import { bubble } from "./bubble.js";
import { PlatformPanel } from "./panel.js";

const MARKET_PLACE = { latitude: 51.3362, longitude: -0.2673 };
const NEAR_THE_END = 80; // pixels
const LARGEST_PICTURE = 400;
const TALLEST = 120;

export class Phone {
  #section;
  #url;
  #talk;
  #text;
  #sheet;
  #quick;
  #problem;
  #presence;
  #usual;
  #panel;
  #opener = null;
  #rows = new Map();
  #looking = false;
  #again = false;

  constructor(section, url) {
    const find = (name) => section.querySelector(`[data-${name}]`);
    this.#section = section;
    this.#url = url;
    this.#talk = find("talk");
    this.#text = find("text");
    this.#sheet = find("sheet");
    this.#quick = find("quick");
    this.#problem = find("problem");
    this.#presence = find("presence");
    this.#usual = this.#presence.textContent;
    this.#panel = new PlatformPanel(section, url, (path, body) => this.#do(path, body));
    this.users = section.dataset.users.split(" ");
    this.user = this.users[0];
    find("compose").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
    find("photo")?.addEventListener("click", () => this.#photo());
    find("place")?.addEventListener("click", () => this.#do("locate", MARKET_PLACE));
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#say();
    });
    this.#text.addEventListener("input", () => this.#fit());
    // A picture takes its room only once it is there.
    this.#talk.addEventListener("load", () => this.#toEnd(LARGEST_PICTURE), true);
    this.#sheet.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#closeSheet();
    });
    this.#sheet.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.#sheet.contains(event.relatedTarget)) this.#closeSheet(false);
    });
  }

  // Give the phone to another person: what it showed is gone from the screen.
  hand(person) {
    this.user = this.users[person];
    this.#rows.clear();
    this.#talk.replaceChildren();
    this.#closeSheet(false);
    this.#problem.textContent = "";
    this.look();
  }

  // Read the screen and show it. Asked again meanwhile, it reads once more afterwards.
  async look() {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    const user = this.user;
    try {
      const answer = await fetch(`${this.#at(user)}/screen`);
      if (answer.ok && user === this.user) this.#show(await answer.json());
    } catch {
      // The live line says that the phones are off, and looks again when they are back.
    } finally {
      this.#looking = false;
    }
    if (this.#again || user !== this.user) {
      this.#again = false;
      this.look();
    }
  }

  lookAtPlatform() {
    this.#panel.look();
  }

  #at(user) {
    return `${this.#url}/${encodeURIComponent(user)}`;
  }

  #show(screen) {
    const talk = this.#talk;
    const atEnd = this.#nearEnd(NEAR_THE_END);
    // What was there before this person looked is not news.
    const first = this.#rows.size === 0 && screen.shown.length > 1;
    talk.setAttribute("aria-live", first ? "off" : "polite");
    const kept = new Set(screen.shown.map((shown) => shown.number));
    for (const [number, row] of this.#rows) {
      if (kept.has(number)) continue;
      row.element.remove();
      this.#rows.delete(number);
    }
    let news = false;
    for (const shown of screen.shown) news = this.#place(shown) || news;
    this.#start(screen);
    this.#quickReplies(screen);
    this.#panel.blocked(screen.blocked);
    this.#presence.textContent = screen.typing ? "typing…" : this.#usual;
    if (news && (atEnd || first)) this.#toEnd(Infinity);
    if (first) setTimeout(() => talk.setAttribute("aria-live", "polite"), 500);
  }

  #nearEnd(pixels) {
    const talk = this.#talk;
    return talk.scrollHeight - talk.scrollTop - talk.clientHeight < pixels;
  }

  #toEnd(pixels) {
    if (this.#nearEnd(pixels)) this.#talk.scrollTop = this.#talk.scrollHeight;
  }

  // Put one message in its place; return whether it is a new one.
  #place(shown) {
    const key = JSON.stringify(shown);
    const before = this.#rows.get(shown.number);
    if (before?.key === key) return false;
    const element = bubble(shown, this.#section.dataset.look, {
      press: (label) => this.#press(label),
      open: (opener) => this.#openSheet(shown, opener),
      locate: () => this.#do("locate", MARKET_PLACE),
    });
    this.#rows.set(shown.number, { key, element });
    if (before) {
      const held = before.element.contains(document.activeElement);
      before.element.replaceWith(element);
      if (held) (element.querySelector("button") ?? this.#text).focus({ preventScroll: true });
      return false;
    }
    this.#talk.append(element);
    return true;
  }

  // A talk with a Telegram bot begins with its Start button.
  #start(screen) {
    const there = this.#talk.querySelector(".start");
    const wanted = this.#section.dataset.look === "telegram" && screen.shown.length === 0;
    if (there && !wanted) {
      if (there.contains(document.activeElement)) this.#text.focus();
      there.remove();
    }
    if (there || !wanted) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "start";
    button.textContent = "Start";
    button.addEventListener("click", () => this.#do("say", { text: "/start" }));
    this.#talk.append(button);
  }

  // Messenger shows the last message's buttons above the keyboard, until one of them is used.
  #quickReplies(screen) {
    const last = screen.shown.at(-1);
    const labels =
      this.#section.dataset.look === "messenger" && last && !last.mine ? last.buttons : [];
    const key = JSON.stringify([last?.number, labels]);
    if (this.#quick.dataset.key === key) return;
    this.#quick.dataset.key = key;
    if (this.#quick.contains(document.activeElement)) this.#text.focus();
    this.#quick.replaceChildren(
      ...labels.map((label) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.addEventListener("click", () => this.#press(label));
        return button;
      }),
    );
    this.#quick.hidden = labels.length === 0;
  }

  #openSheet(shown, opener) {
    this.#opener = opener;
    const title = document.createElement("p");
    title.textContent = shown.menu;
    const rows = shown.buttons.map((label) => {
      const row = document.createElement("button");
      row.type = "button";
      row.textContent = label;
      row.addEventListener("click", () => {
        this.#closeSheet();
        this.#press(label);
      });
      return row;
    });
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "Close";
    close.addEventListener("click", () => this.#closeSheet());
    this.#sheet.replaceChildren(title, ...rows, close);
    this.#sheet.hidden = false;
    (rows[0] ?? close).focus({ preventScroll: true });
  }

  #closeSheet(focus = true) {
    if (this.#sheet.hidden) return;
    this.#sheet.hidden = true;
    if (focus) (this.#opener?.isConnected ? this.#opener : this.#text).focus({ preventScroll: true });
  }

  #press(label) {
    return this.#do("press", { label });
  }

  async #say() {
    const text = this.#text.value;
    if (text.trim() === "") return;
    this.#text.value = "";
    this.#fit();
    if (!(await this.#do("say", { text })) && this.#text.value === "") this.#text.value = text;
  }

  async #photo() {
    const caption = this.#text.value.trim();
    const photo = await (await fetch("/static/pothole.jpg")).blob();
    const path = `attach?caption=${encodeURIComponent(caption)}`;
    if (await this.#do(path, photo, "image/jpeg")) this.#text.value = "";
  }

  // Do something with this person's phone; say why when it cannot be done.
  async #do(path, body, type = "application/json") {
    let problem = "";
    try {
      const answer = await fetch(`${this.#at(this.user)}/${path}`, {
        method: "POST",
        headers: { "Content-Type": type },
        body: type === "application/json" ? JSON.stringify(body) : body,
      });
      if (!answer.ok) {
        const said = await answer.json().catch(() => ({}));
        problem = said.error ?? "This phone could not do that.";
      }
    } catch {
      problem = "The phones are switched off. Try again when they are back.";
    }
    this.#problem.textContent = problem;
    return problem === "";
  }

  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight + 2, TALLEST)}px`;
  }
}
