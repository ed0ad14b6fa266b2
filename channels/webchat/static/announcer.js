// Speaks through a live region of its own, so that nothing is read twice or out of order.

const CLEAR_AFTER = 1000; // Sooner, and TalkBack says nothing.

export class Announcer {
  #region;
  #waiting = [];
  #busy = false;

  constructor(region) {
    this.#region = region;
  }

  say(words) {
    const text = words.replace(/\s+/g, " ").trim();
    if (!text) return;
    this.#waiting.push(text);
    if (!this.#busy) this.#next();
  }

  #next() {
    const text = this.#waiting.shift();
    this.#busy = text !== undefined;
    this.#region.textContent = text ?? "";
    if (this.#busy) setTimeout(() => this.#next(), CLEAR_AFTER);
  }
}
