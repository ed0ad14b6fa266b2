// Carrying on by text message: the pages of its steps, shown within the chat.

const TROUBLE = "We cannot do this now. Check your connection, then choose it again.";

export function offerCarryOn(chat, announcer) {
  const dialog = document.querySelector("[data-carry-on-dialog]");
  if (!dialog) return;
  let timer = 0;
  let busy = false;
  let opener = null;

  for (const link of document.querySelectorAll("[data-carry-on]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const menu = link.closest("details");
      if (menu) menu.open = false;
      opener = menu?.querySelector("summary") ?? link;
      load(link.href);
    });
  }
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    if (link.matches("[data-back]")) dialog.close();
    else load(link.href);
  });
  dialog.addEventListener("submit", (event) => {
    // The chat ends and wipes by itself.
    if (event.target.matches("[data-end]")) return;
    event.preventDefault();
    if (event.submitter?.getAttribute("aria-disabled") === "true") return;
    load(event.target.action, new URLSearchParams(new FormData(event.target)));
  });
  dialog.addEventListener("close", () => {
    clearInterval(timer);
    // What was typed here is for nobody who comes later.
    dialog.replaceChildren();
    opener?.focus();
  });

  async function load(url, body) {
    if (busy) return;
    busy = true;
    const step = await ask(url, body).catch(() => null);
    busy = false;
    if (!step) {
      say(TROUBLE);
      return;
    }
    clearInterval(timer);
    dialog.replaceChildren(step);
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector("[data-focus]") ?? dialog).focus();
    waitForAgain();
  }

  async function ask(url, body) {
    const answer = await fetch(url, { method: body ? "POST" : "GET", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-step]");
  }

  function say(words) {
    if (!dialog.open) {
      announcer.say(words);
      return;
    }
    const mistake = Object.assign(document.createElement("p"), { className: "mistake", textContent: words });
    mistake.setAttribute("role", "alert");
    dialog.querySelector(".mistake[role=alert]")?.remove();
    dialog.querySelector("form")?.before(mistake);
  }

  // Another code can be asked for after a pause, so that the first one has time to come.
  function waitForAgain() {
    const button = dialog.querySelector("[data-again]");
    let left = Number(button?.dataset.again ?? 0);
    if (!left) return;
    const words = dialog.querySelector("[data-again-left]");
    const tick = () => {
      button.setAttribute("aria-disabled", String(left > 0));
      words.textContent = left > 0 ? `You can ask for a new code in ${left} ${left === 1 ? "second" : "seconds"}.` : "";
      if (left <= 0) clearInterval(timer);
      left -= 1;
    };
    tick();
    timer = setInterval(tick, 1000);
  }
}
