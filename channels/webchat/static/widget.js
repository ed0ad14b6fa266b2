// One script tag puts the chat on a page: a launcher, and the chat in a frame.
//   <script src="https://chat.example/widget.js" data-council="ashcombe" async></script>
// Optional: data-label="Chat with us", data-accent="#0b5d4f", data-accent-text="#ffffff".
// Any element with data-front-door-open opens the chat when it is pressed. With data-front-door-ask
// its words are sent too; a form with data-front-door-open sends what its field "text" holds.

(() => {
  const script = document.currentScript;
  const council = script.dataset.council;
  const origin = new URL(script.src).origin;
  const label = script.dataset.label || "Chat with us";
  const remembered = `front-door:${council}`;
  const SLOW = 8000;

  const STYLE = `
    :host { all: initial; }
    *, *::before, *::after { box-sizing: border-box; }
    .launcher, .panel, .panel button {
      font: 600 17px/1.3 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, system-ui, sans-serif;
    }
    .launcher {
      position: fixed; right: max(16px, env(safe-area-inset-right)); bottom: max(16px, env(safe-area-inset-bottom));
      z-index: 2147483000; display: flex; align-items: center; gap: 10px; min-height: 56px; max-width: calc(100vw - 32px);
      padding: 12px 22px 12px 18px; border: 2px solid var(--text); border-radius: 28px; cursor: pointer;
      background: var(--accent); color: var(--text); box-shadow: 0 4px 18px rgb(10 20 40 / 0.32);
    }
    .launcher:hover { text-decoration: underline; text-underline-offset: 3px; }
    .launcher[hidden], .panel[hidden], .badge[hidden], .wait[hidden] { display: none; }
    .launcher:focus-visible, .panel button:focus-visible {
      outline: 3px solid #14181f; outline-offset: 2px; box-shadow: 0 0 0 7px #ffd54a;
    }
    svg { flex: none; }
    .badge {
      min-width: 26px; height: 26px; padding: 0 7px; border-radius: 13px; background: #b3261e; color: #fff;
      font-size: 15px; line-height: 26px; text-align: center; box-shadow: 0 0 0 2px #fff;
    }
    .panel {
      position: fixed; right: 16px; bottom: 84px; z-index: 2147483000; overflow: hidden;
      width: 410px; height: min(680px, calc(100vh - 100px)); border: 1px solid rgb(10 20 40 / 0.18); border-radius: 16px;
      background: #fff; color: #14181f; box-shadow: 0 12px 48px rgb(10 20 40 / 0.3);
    }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .wait {
      position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center; justify-content: center;
      gap: 16px; padding: 24px; background: #fff; text-align: center; font-weight: 400;
    }
    .wait p { margin: 0; }
    .wait button {
      min-height: 44px; padding: 8px 20px; border: 2px solid #14181f; border-radius: 12px; background: #fff; color: #14181f; cursor: pointer;
    }
    @media (max-width: 500px), (max-height: 480px) {
      .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
      .launcher[aria-expanded="true"] { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      .panel { animation: arrive 140ms ease-out; }
      @keyframes arrive { from { opacity: 0; transform: translateY(10px); } }
    }
    @media print { :host { display: none !important; } }
  `;

  function start() {
    if (document.querySelector(`[data-front-door="${CSS.escape(council)}"]`)) return;
    const host = document.createElement("div");
    host.dataset.frontDoor = council;
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    host.style.setProperty("--accent", script.dataset.accent || "#1d4f91");
    host.style.setProperty("--text", script.dataset.accentText || "#ffffff");

    const badge = make("span", { className: "badge", hidden: true });
    badge.setAttribute("aria-hidden", "true");
    const title = make("span", { textContent: label });
    const launcher = make("button", { className: "launcher", type: "button" }, icon(), title, badge);
    launcher.setAttribute("aria-expanded", "false");
    launcher.setAttribute("aria-haspopup", "dialog");
    const close = make("button", { type: "button", textContent: "Close" });
    const status = make("p", { textContent: "Opening the chat…" });
    status.setAttribute("role", "status");
    const wait = make("div", { className: "wait" }, status, close);
    const panel = make("div", { className: "panel", hidden: true }, wait);
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", label);
    root.append(panel, launcher);
    document.body.append(host);

    let frame = null;
    let loaded = false;
    let ask = "";

    function load() {
      if (frame) return;
      frame = make("iframe", { title: label, src: `${origin}/chat/${encodeURIComponent(council)}?embed=1` });
      frame.addEventListener("load", () => {
        loaded = true;
        tell({ hello: true });
      });
      panel.prepend(frame);
      setTimeout(() => {
        if (!wait.hidden) status.textContent = "The chat does not open. Check your connection, then try again.";
      }, SLOW);
    }

    function tell(said) {
      if (loaded) frame.contentWindow.postMessage({ frontDoor: said }, origin);
    }

    function open(byPerson, words = "") {
      load();
      panel.hidden = false;
      launcher.setAttribute("aria-expanded", "true");
      title.textContent = "Close chat";
      count(0);
      remember("open");
      ask = words;
      tell({ open: true, focus: byPerson });
      if (wait.hidden) sendAsk();
      // Only a press moves the focus; a page that opens with the chat on it does not.
      if (byPerson) (wait.hidden ? frame : close).focus();
    }

    function sendAsk() {
      if (ask) tell({ ask });
      ask = "";
    }

    function shut() {
      panel.hidden = true;
      launcher.setAttribute("aria-expanded", "false");
      title.textContent = label;
      remember("used");
      tell({ open: false });
      launcher.focus();
    }

    function count(number) {
      badge.hidden = !number;
      badge.textContent = number > 9 ? "9+" : String(number);
      if (!number) launcher.removeAttribute("aria-label");
      else launcher.setAttribute("aria-label", `${label}, ${number} new ${number === 1 ? "message" : "messages"}`);
    }

    launcher.addEventListener("click", () => (panel.hidden ? open(true) : shut()));
    close.addEventListener("click", shut);
    document.addEventListener("click", (event) => {
      const pressed = event.target.closest?.("[data-front-door-open]");
      if (!pressed || pressed.matches("form")) return;
      event.preventDefault();
      open(true, pressed.dataset.frontDoorAsk);
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-front-door-open]")) return;
      event.preventDefault();
      open(true, event.target.elements.text?.value.trim());
      event.target.reset();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden && !event.defaultPrevented) shut();
    });
    addEventListener("message", (event) => {
      if (event.origin !== origin || event.source !== frame?.contentWindow) return;
      const said = event.data?.frontDoor;
      if (!said) return;
      if (said.hello) {
        const waited = root.activeElement === close;
        wait.hidden = true;
        tell({ open: !panel.hidden, focus: waited });
        if (waited) frame.focus();
        sendAsk();
      }
      if (typeof said.unread === "number" && (panel.hidden || !said.unread)) count(said.unread);
      if (said.close && !panel.hidden) shut();
    });

    // On the next page of the council's site the chat is where it was; on a small screen, one press away.
    const before = recall();
    if (before === "open" && matchMedia("(min-width: 501px) and (min-height: 481px)").matches) open(false);
    else if (before) load();
  }

  function make(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function icon() {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: 26, height: 26, "aria-hidden": "true" })) {
      svg.setAttribute(name, value);
    }
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8.5L7 21.5V17H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z");
    path.setAttribute("fill", "currentColor");
    svg.append(path);
    return svg;
  }

  function remember(state) {
    try {
      sessionStorage.setItem(remembered, state);
    } catch {
      // Storage is off: the next page begins with a closed chat.
    }
  }

  function recall() {
    try {
      return sessionStorage.getItem(remembered);
    } catch {
      return null;
    }
  }

  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
