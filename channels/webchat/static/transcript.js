// The log: entries are appended, and never rewritten.

const NEAR = 120; // pixels from the end that still count as reading along

export class Transcript {
  #chat;
  #log;
  #scroll;
  #newer;
  #announcer;
  #frame;
  #title = document.title;
  #unread = 0;

  #seenKey;
  // Whether the resident reads along at the end; only their own scrolling up changes that.
  #follows = true;
  #top = 0;

  constructor(chat, announcer, frame) {
    this.#seenKey = `front-door:${chat.dataset.authority}:seen`;
    this.#chat = chat;
    this.#log = chat.querySelector("[data-log]");
    this.#scroll = chat.querySelector("[data-scroll]");
    this.#newer = chat.querySelector("[data-newer]");
    this.#announcer = announcer;
    this.#frame = frame;
    this.#newer.addEventListener("click", () => this.#toEnd());
    this.#scroll.addEventListener("scroll", () => this.#scrolled());
    // A notice or a phone's keyboard takes room: what was being read stays in view.
    new ResizeObserver(() => this.follow("instant")).observe(this.#scroll);
    document.addEventListener("visibilitychange", () => this.#seen() && this.read());
    addEventListener("focus", () => this.#seen() && this.read());
  }

  begin() {
    openInTabs(document);
    if (this.#seen()) this.read();
    else this.#countUnseen();
    if (!location.hash && this.#log.children.length) this.#toEnd("instant");
  }

  has(id) {
    return this.#own(id) !== undefined;
  }

  // Returns whether the entry was new.
  add({ conversation, position, speaker, client_id: id, html }) {
    const key = `${conversation}.${position}`;
    if (this.#all().some((entry) => entry.dataset.key === key)) return false;
    const own = id && this.#own(id);
    const piece = document.createElement("template");
    piece.innerHTML = html;
    if (own) {
      Object.assign(own.dataset, { key, position });
      // A card number that was typed is hidden in what is kept, and so here too.
      const kept = piece.content.querySelector("[data-words]");
      if (kept) own.querySelector("[data-words]").replaceChildren(...kept.childNodes);
      this.delivery(id, "sent");
      return true;
    }
    openInTabs(piece.content);
    const entry = piece.content.querySelector("[data-entry]");
    this.#append(entry);
    if (speaker === "resident") {
      this.#closeChoices(entry);
      return true;
    }
    this.#speak(entry);
    this.#count();
    return true;
  }

  // Shows the resident's own message at once, before the server has it.
  addOwn({ id, text, label }, again) {
    const now = new Date();
    const entry = document.createElement("article");
    entry.className = "entry entry-resident";
    Object.assign(entry.dataset, {
      entry: "", clientId: id, speaker: "resident", who: "You", day: dayOf(now), dayLabel: "Today",
    });
    const who = element("p", "who", element("span", "", "You"));
    const words = element("div", "words", element("p", "", ...lines(label ?? text)));
    words.dir = "auto";
    words.dataset.words = "";
    const time = element("time", "", clock(now));
    time.dateTime = now.toISOString();
    const delivery = element("span", "", "Sending…");
    delivery.dataset.delivery = "";
    const retry = element("button", "again", "Try again");
    retry.type = "button";
    retry.hidden = true;
    retry.dataset.again = "";
    retry.addEventListener("click", again);
    entry.append(who, element("div", "card", words), element("p", "meta", time, " · ", delivery, retry));
    this.#append(entry);
    this.#closeChoices(entry);
    this.delivery(id, "sending");
    this.#toEnd();
  }

  // `state` is sending, sent, paused or failed; when it failed with a `reason`, trying again would
  // not help. The reason of a pause says how long it is.
  delivery(id, state, reason = "") {
    const entry = this.#own(id);
    if (!entry) return;
    entry.dataset.state = state;
    const words = { sending: "Sending…", sent: "Sent", paused: `Not sent yet. ${reason}`, failed: reason ? `Not sent. ${reason}` : "Not sent." };
    entry.querySelector("[data-delivery]").textContent = words[state];
    const retry = entry.querySelector("[data-again]");
    if (retry) retry.hidden = state !== "failed" || Boolean(reason);
  }

  choose(button) {
    button.classList.add("chosen");
    const taken = element("span", "hidden", " (you chose this)");
    taken.lang = "en-GB";
    button.append(taken);
  }

  // Goes to the end for somebody who reads along there, and leaves others where they are.
  follow(behavior = "auto") {
    if (this.#follows && this.#log.children.length) this.#toEnd(behavior);
  }

  // Everything is read: the widget is open and the page is in view.
  read() {
    this.#unread = 0;
    this.#report();
    keep(this.#seenKey, this.#all().at(-1)?.dataset.key ?? "");
  }

  #all() {
    return [...this.#log.querySelectorAll("[data-entry]")];
  }

  #own(id) {
    return this.#all().find((entry) => entry.dataset.clientId === id);
  }

  #append(entry) {
    const before = this.#all().at(-1);
    if (before && this.#beginsAnother(before, entry)) {
      this.#log.append(element("p", "line", element("span", "", "New chat")));
    }
    if (before?.dataset.day !== entry.dataset.day) {
      const heading = element("p", "day", element("span", "", entry.dataset.dayLabel));
      heading.dataset.dayHeading = entry.dataset.day;
      this.#log.append(heading);
    } else if (entry.dataset.who && before.dataset.who === entry.dataset.who) {
      entry.classList.add("continues");
    }
    entry.classList.add("new");
    this.#log.append(entry);
    if (this.#follows) this.#show(entry);
    else this.#newer.hidden = false;
  }

  #beginsAnother(before, entry) {
    const [was, is] = [before, entry].map(({ dataset }) => dataset.key?.split(".")[0]);
    return is ? was && was !== is : this.#chat.dataset.state === "closed";
  }

  // A choice answers the question it stands under; later it would answer another one.
  #closeChoices(answer) {
    for (const button of this.#log.querySelectorAll("[data-choice]")) {
      if (button.closest("[data-entry]") === answer) continue;
      button.type = "button";
      button.setAttribute("aria-disabled", "true");
    }
  }

  #speak(entry) {
    const who = entry.dataset.who;
    const words = entry.querySelector("[data-words]");
    const said = words.textContent;
    const choices = [...entry.querySelectorAll("[data-choice]")].map((one) => one.textContent.trim());
    if (words.lang) {
      this.#announcer.say([said, ...choices].join(" "), words.lang);
      return;
    }
    const offer = choices.length ? ` You can choose: ${choices.join(", ")}.` : "";
    this.#announcer.say(`${who ? `${who}: ` : ""}${said}${offer}`);
  }

  #count() {
    if (this.#seen()) {
      this.read();
      return;
    }
    this.#unread += 1;
    this.#report();
  }

  // In the widget, what came while the resident went from one page to the next is unread too.
  #countUnseen() {
    const entries = this.#all();
    const last = kept(this.#seenKey);
    const seen = entries.findIndex((entry) => entry.dataset.key === last);
    const missed = last === null ? [] : entries.slice(seen + 1);
    this.#unread = missed.filter((entry) => entry.dataset.speaker !== "resident").length;
    this.#report();
  }

  #report() {
    document.title = this.#unread ? `(${this.#unread}) ${this.#title}` : this.#title;
    this.#frame.unread(this.#unread);
  }

  #seen() {
    return !document.hidden && this.#frame.open;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    if (near) this.#newer.hidden = true;
    this.#follows = near || (this.#follows && scrollTop >= this.#top);
    this.#top = scrollTop;
  }

  // An answer that is taller than the window is read from its beginning.
  #show(entry) {
    if (entry.offsetHeight < this.#scroll.clientHeight * 0.8) {
      this.#toEnd();
      return;
    }
    entry.scrollIntoView({ block: "start" });
    this.#follows = false;
  }

  #toEnd(behavior = "auto") {
    this.#newer.hidden = true;
    this.#follows = true;
    const end = document.getElementById("end");
    if (this.#scroll.scrollHeight > this.#scroll.clientHeight) {
      this.#scroll.scrollTo({ top: this.#scroll.scrollHeight, behavior });
    } else {
      end?.scrollIntoView({ block: "nearest", behavior });
    }
  }
}

function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Storage is off: nothing counts as unread on the next page.
  }
}

function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [document.createElement("br"), line] : [line]));
}

// Following a link must not lose the chat.
function openInTabs(root) {
  for (const link of root.querySelectorAll('[data-entry] a[href^="http"], [data-greeting] a[href^="http"]')) {
    link.target = "_blank";
  }
}

function dayOf(date) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" }).format(date);
}

function clock(date) {
  return new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", hour12: true, timeZone: "Europe/London" })
    .format(date)
    .replace(/\s/g, "")
    .toLowerCase()
    .replace(/^0(?=:)/, "12");
}
