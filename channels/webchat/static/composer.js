// The message box: grows to five lines, Enter sends, Shift+Enter breaks, counts near the limit.

const MOST_LINES = 5;
const COUNT_FROM = 200; // characters left
const TYPING_EVERY = 3000;

export class Composer {
  #form;
  #count;
  #how;
  #typedAt = 0;

  constructor(form, how) {
    this.#form = form;
    this.#how = how;
    this.#count = document.querySelector("[data-count]");
    this.box = form.querySelector("[data-message]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.box.addEventListener("keydown", (event) => {
      // A person who writes Chinese or Korean confirms a word with Enter.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    this.box.addEventListener("input", () => this.#changed());
    this.#changed(false);
  }

  #left() {
    return this.#how.longest - [...this.box.value.normalize("NFC").trim()].length;
  }

  #send() {
    if (!this.box.value.trim()) {
      this.#how.announcer.say("Write a message first.");
      this.box.focus();
      return;
    }
    if (this.#left() < 0) {
      this.#how.announcer.say(this.#count.textContent);
      return;
    }
    this.#how.send(this.box.value.trim());
    this.box.value = "";
    document.querySelector("[data-problem]")?.remove();
    this.#changed(false);
    this.box.focus();
  }

  #changed(typed = true) {
    this.#grow();
    const left = this.#left();
    const over = left < 0;
    this.box.setAttribute("aria-invalid", String(over));
    this.#count.classList.toggle("over", over);
    const many = Math.abs(left) === 1 ? "character" : "characters";
    if (left > COUNT_FROM) this.#count.textContent = "";
    else if (over) this.#count.textContent = `Your message is ${-left} ${many} too long.`;
    else this.#count.textContent = `You have ${left} ${many} left.`;
    if (typed && this.box.value && Date.now() - this.#typedAt > TYPING_EVERY) {
      this.#typedAt = Date.now();
      this.#how.typing();
    }
  }

  #grow() {
    this.box.rows = 1;
    while (this.box.scrollHeight > this.box.clientHeight + 2 && this.box.rows < MOST_LINES) {
      this.box.rows += 1;
    }
  }
}
