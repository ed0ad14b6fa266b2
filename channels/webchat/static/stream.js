// The live line to the server. It opens again by itself, and says when it is down.

const LOST_AFTER = 2500; // A short break is nobody's business.
const OPEN_AGAIN = 3000;
const ASLEEP = 60000;

export class Stream {
  #url;
  #cursor;
  #how;
  #source = null;
  #timers = { lost: 0, again: 0 };
  #strange = 0;
  #hiddenAt = 0;
  #closed = false;

  constructor(base, cursor, how) {
    this.#url = `${base}/stream`;
    this.#cursor = cursor;
    this.#how = how;
    addEventListener("offline", () => this.#down(0));
    addEventListener("online", () => this.open());
    addEventListener("pagehide", () => this.#source?.close());
    document.addEventListener("visibilitychange", () => this.#woken());
  }

  open() {
    if (this.#closed) return;
    clearTimeout(this.#timers.again);
    this.#source?.close();
    const source = new EventSource(`${this.#url}?after=${encodeURIComponent(this.#cursor)}`);
    this.#source = source;
    source.onerror = () => {
      this.#down(LOST_AFTER);
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(this.#timers.again);
        this.#timers.again = setTimeout(() => this.open(), OPEN_AGAIN);
      }
    };
    source.addEventListener("ready", (event) => {
      clearTimeout(this.#timers.lost);
      this.#strange = JSON.parse(event.data).known ? 0 : this.#strange + 1;
      if (this.#strange > 1) this.#how.strangers();
      this.#how.connection("live");
    });
    source.addEventListener("entry", (event) => {
      this.#cursor = event.lastEventId;
      this.#how.entry(JSON.parse(event.data));
    });
    source.addEventListener("status", (event) => this.#how.status(JSON.parse(event.data)));
    source.addEventListener("typing", (event) => this.#how.typing(JSON.parse(event.data)));
  }

  close() {
    clearTimeout(this.#timers.again);
    this.#closed = true;
    this.#source?.close();
  }

  // Another visitor now: read everything of theirs.
  restart() {
    this.#cursor = ".0";
    this.open();
  }

  #down(after) {
    clearTimeout(this.#timers.lost);
    this.#timers.lost = setTimeout(() => this.#how.connection("lost"), after);
  }

  // A laptop that slept may hold a line that is dead without knowing it.
  #woken() {
    if (document.hidden) this.#hiddenAt = Date.now();
    else if (this.#hiddenAt && Date.now() - this.#hiddenAt > ASLEEP) this.open();
  }
}
