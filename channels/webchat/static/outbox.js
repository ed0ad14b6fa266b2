// What was written and is not yet with the server: in order, kept over a reload, sent once.

const PATIENCE = 15000;
const TRIES = 3;
const PAUSE = 5; // seconds
const LONGEST_PAUSE = 600;

export class Outbox {
  #url;
  #key;
  #how;
  #waiting = [];
  #busy = false;

  constructor(base, authority, how) {
    this.#url = `${base}/messages`;
    this.#key = `front-door:${authority}:unsent`;
    this.#how = how;
  }

  // Shows what an earlier page of this tab could not send, and sends it under the same ids.
  resume(alreadyThere) {
    this.#waiting = stored(this.#key).filter((message) => !alreadyThere(message.id));
    this.#keep();
    for (const message of this.#waiting) this.#how.show(message);
    this.flush();
  }

  send(words) {
    const message = { id: newId(), ...words };
    this.#waiting.push(message);
    this.#keep();
    this.#how.show(message);
    this.flush();
  }

  // The stream brought a message back: it is with the server, whatever became of our request.
  arrived(id) {
    const length = this.#waiting.length;
    this.#waiting = this.#waiting.filter((message) => message.id !== id);
    if (this.#waiting.length !== length) this.#keep();
  }

  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    for (const message of this.#waiting) this.#how.sending(message);
    while (this.#waiting.length) {
      const message = this.#waiting[0];
      const { taken, reason } = await this.#post(message);
      if (!taken && !reason) {
        for (const one of this.#waiting) this.#how.failed(one, "");
        break;
      }
      this.arrived(message.id);
      if (taken) this.#how.sent(message);
      else this.#how.failed(message, reason);
    }
    this.#busy = false;
  }

  // Returns whether the server took it, and if it never will, why.
  async #post({ id, text, choice }) {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      try {
        const answer = await fetch(this.#url, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(choice === undefined ? { id, text } : { id, choice }),
          signal: AbortSignal.timeout(PATIENCE),
        });
        if (answer.headers.get("Chat-Visitor") === "new") this.#how.newVisitor();
        if (answer.ok) return { taken: true };
        if (answer.status === 429) {
          // It stays here, and goes by itself when the server takes messages again.
          const seconds = Math.min(Number(answer.headers.get("Retry-After")) || PAUSE, LONGEST_PAUSE);
          for (const one of this.#waiting) this.#how.paused(one, seconds);
          await new Promise((go) => setTimeout(go, seconds * 1000));
          for (const one of this.#waiting) this.#how.sending(one);
          tries = 0;
          continue;
        }
        if (answer.status < 500) {
          const { error } = await answer.json().catch(() => ({}));
          return { taken: false, reason: error || "We could not take this message." };
        }
      } catch {
        // No line, or no answer in time: the same id goes again, so nothing is doubled.
      }
      if (tries < TRIES && navigator.onLine) await new Promise((go) => setTimeout(go, 700 * tries));
      if (!navigator.onLine) break;
    }
    return { taken: false };
  }

  #keep() {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.#waiting));
    } catch {
      // Storage is off or full: the messages live as long as the page.
    }
  }
}

function stored(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Without https there is no randomUUID.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
