// The chat inside the widget's frame: what it tells the page around it, and hears from it.

export class Frame {
  #origins;
  #parent = "";
  #unread = 0;
  #how = { opened() {}, asked() {} };

  // Outside a frame the chat is always open.
  open = window.parent === window;

  constructor(origins) {
    this.#origins = [location.origin, ...(origins ?? "").split(" ").filter(Boolean)];
    if (this.open) return;
    addEventListener("message", (event) => this.#heard(event));
    const button = document.querySelector("[data-close]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => this.close());
  }

  // `opened(byPerson)` when the chat comes into view, `asked(text)` when the page sends words.
  on(how) {
    this.#how = how;
  }

  unread(count) {
    this.#unread = count;
    this.#tell({ unread: count });
  }

  close() {
    this.#tell({ close: true });
  }

  // Returns the address, still in the frame if this page is in one.
  keep(url) {
    return document.body.classList.contains("embed") ? `${url}&embed=1` : url;
  }

  #heard(event) {
    const allowed = this.#origins.includes(event.origin) || this.#origins.includes("*");
    if (event.source !== window.parent || !allowed) return;
    const said = event.data?.frontDoor;
    if (!said) return;
    this.#parent = event.origin;
    if (said.hello) this.#tell({ hello: true, unread: this.#unread });
    if (typeof said.ask === "string" && said.ask) this.#how.asked(said.ask);
    if (typeof said.open !== "boolean") return;
    this.open = said.open;
    if (said.open) this.#how.opened(said.focus === true);
  }

  #tell(said) {
    if (this.#parent) window.parent.postMessage({ frontDoor: said }, this.#parent);
  }
}
