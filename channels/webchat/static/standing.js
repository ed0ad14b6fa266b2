// Who answers, what the resident waits for, and whether the line is up.

const WRITING_FOR = { person: 6000, assistant: 20000 };
const BACK_FOR = 4000;

export class Standing {
  #chat;
  #announcer;
  #typing;
  #timer = 0;
  #spoken = "";
  #follow;

  constructor(chat, announcer, follow) {
    this.#follow = follow;
    this.#chat = chat;
    this.#announcer = announcer;
    this.#typing = chat.querySelector("[data-typing]");
  }

  show({ state, who, title, text, alerts }) {
    this.#happening(alerts ?? []);
    const changed = this.#chat.dataset.state !== state;
    this.#chat.dataset.state = state;
    document.querySelector("[data-who-answers]").textContent = who;
    const notice = this.#chat.querySelector("[data-notice]");
    notice.className = `notice notice-${state}`;
    notice.hidden = !title;
    notice.querySelector("[data-leave]").hidden = state !== "queue";
    notice.querySelector("[data-notice-title]").textContent = title;
    notice.querySelector("[data-notice-text]").textContent = text;
    const spoken = `${title} ${text}`.trim() || (changed ? `${who} answers now.` : "");
    if (spoken && spoken !== this.#spoken) this.#announcer.say(spoken);
    this.#spoken = spoken;
    if (changed) this.stopWriting();
  }

  // What is happening now changes by itself: what is new is spoken.
  #happening(alerts) {
    const box = this.#chat.querySelector("[data-alerts]");
    const list = box.querySelector("ul");
    const shown = [...list.children].map((item) => item.textContent.trim());
    if (alerts.join("\n") === shown.join("\n")) return;
    list.replaceChildren(
      ...alerts.map((words) => Object.assign(document.createElement("li"), { textContent: words })),
    );
    box.hidden = !alerts.length;
    for (const words of alerts) if (!shown.includes(words)) this.#announcer.say(words);
  }

  // `name` is an agent's first name, or empty for the assistant.
  writing(name) {
    clearTimeout(this.#timer);
    this.#typing.textContent = `${name || "Assistant"} is writing…`;
    this.#typing.hidden = false;
    this.#follow();
    this.#timer = setTimeout(() => {
      if (name) this.stopWriting();
      else this.#slow();
    }, name ? WRITING_FOR.person : WRITING_FOR.assistant);
  }

  stopWriting() {
    clearTimeout(this.#timer);
    this.#typing.hidden = true;
  }

  connection(state) {
    const before = this.#chat.dataset.connection;
    if (before === state) return;
    this.#chat.dataset.connection = state;
    const notice = this.#chat.querySelector("[data-connection-notice]");
    if (state === "lost") {
      this.#tell(notice, "lost", "The connection is lost. We are trying again. You can go on writing.");
    } else if (before === "lost") {
      this.#tell(notice, "back", "You are connected again.");
      setTimeout(() => {
        if (this.#chat.dataset.connection === "live") notice.hidden = true;
      }, BACK_FOR);
    }
  }

  noCookies(base) {
    const notice = this.#chat.querySelector("[data-connection-notice]");
    this.#tell(notice, "lost", "Your browser does not let this chat keep your place. ");
    const link = Object.assign(document.createElement("a"), {
      href: base, target: "_blank", rel: "noopener", textContent: "Open the chat on its own page",
    });
    notice.querySelector("[data-connection-text]").append(link);
  }

  #tell(notice, kind, words) {
    notice.className = `notice notice-${kind}`;
    notice.querySelector("[data-connection-text]").textContent = words;
    notice.hidden = false;
    this.#announcer.say(words);
  }

  #slow() {
    const words = "This takes longer than usual. Your message is safe.";
    this.#typing.textContent = words;
    this.#announcer.say(words);
  }
}
