// How the platform behind a phone is: what it was asked, what it refused, and what to do to it.

export class PlatformPanel {
  #url;
  #parts = {};
  #words;
  #queue = Promise.resolve();

  // `act` does something with the phone's person: (path, body).
  constructor(section, url, act) {
    this.#url = url;
    for (const name of ["lamp", "state", "webhook", "fault", "webhooks", "count", "calls", "block"]) {
      this.#parts[name] = section.querySelector(`[data-${name}]`);
    }
    const { fault, webhooks, block } = this.#parts;
    this.#words = Object.fromEntries([...fault.options].map((each) => [each.value, each.text]));
    fault.addEventListener("change", () => this.#set("fault", { kind: fault.value }));
    webhooks.addEventListener("change", () => this.#set("webhooks", { how: webhooks.value }));
    block?.addEventListener("click", () =>
      act("block", { blocked: block.getAttribute("aria-pressed") !== "true" }),
    );
    section.querySelector("[data-window]")?.addEventListener("click", () => act("window", {}));
  }

  look() {
    this.#queue = this.#queue.then(() => this.#look()).catch(() => {});
  }

  blocked(is) {
    this.#parts.block?.setAttribute("aria-pressed", String(is));
  }

  async #look() {
    const answer = await fetch(`${this.#url}/platform`);
    if (!answer.ok) return;
    const platform = await answer.json();
    const { lamp, state, webhook, fault, webhooks, count, calls } = this.#parts;
    lamp.dataset.lamp = platform.fault;
    state.textContent = this.#words[platform.fault];
    webhook.textContent = answered(platform.webhook);
    if (document.activeElement !== fault) fault.value = platform.fault;
    if (document.activeElement !== webhooks) webhooks.value = platform.webhooks;
    count.textContent = `(${platform.calls})`;
    if (platform.latest.length > 0) calls.replaceChildren(...platform.latest.map(call));
  }

  async #set(path, body) {
    await fetch(`${this.#url}/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    this.look();
  }
}

function answered(webhook) {
  if (webhook === null) return "No webhook yet";
  const tries = webhook.attempt > 1 ? `, try ${webhook.attempt}` : "";
  if (webhook.status === null) return `The assistant did not answer${tries}`;
  return `The assistant answered ${webhook.status}${tries}`;
}

function call(made) {
  const item = document.createElement("li");
  const name = document.createElement("code");
  name.textContent = made.name;
  const became = document.createElement("span");
  became.textContent = made.status === null ? " answer lost" : ` ${made.status}`;
  item.append(name, became);
  if (made.refused) {
    const why = document.createElement("span");
    why.className = "why";
    why.textContent = `refused: ${made.refused}`;
    item.append(why);
  }
  return item;
}
