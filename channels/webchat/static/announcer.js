// Speaks through a live region of its own, so that nothing is read twice or out of order.

const CLEAR_AFTER = 1000; // Sooner, and TalkBack says nothing.

export class Announcer {
  #region;
  #waiting = [];
  #busy = false;

  constructor(region) {
    this.#region = region;
  }

  // `language` is that of the words, empty for English: a screen reader pronounces them by it.
  say(words, language = "") {
    const text = words.replace(/\s+/g, " ").trim();
    if (!text) return;
    this.#waiting.push({ text, language });
    if (!this.#busy) this.#next();
  }

  #next() {
    const next = this.#waiting.shift();
    this.#busy = next !== undefined;
    if (next?.language) this.#region.lang = next.language;
    else this.#region.removeAttribute("lang");
    this.#region.textContent = next?.text ?? "";
    if (this.#busy) setTimeout(() => this.#next(), CLEAR_AFTER);
  }
}
