// Ending a chat: this tab forgets it, and other tabs of the same chat close theirs.

const channels = new Map();
const WAIT = 3000;

export function forget(authority) {
  try {
    for (const kind of ["unsent", "seen"]) sessionStorage.removeItem(`front-door:${authority}:${kind}`);
  } catch {
    // Storage is off: nothing was kept.
  }
}

// On a shared screen the chat goes away at once, and the server hears of it as soon as it can.
export async function wipeScreen(base, authority) {
  forget(authority);
  const words = document.createElement("p");
  words.className = "sheet";
  words.setAttribute("role", "status");
  document.body.className = "plain";
  document.body.replaceChildren(words);
  words.textContent = "The chat was wiped from this screen.";
  for (;;) {
    try {
      const answer = await fetch(`${base}/end`, { method: "POST", redirect: "manual" });
      // What the server did is to send us on; anything else is trouble of its own.
      if (answer.type === "opaqueredirect") break;
    } catch {
      // No line.
    }
    await new Promise((go) => setTimeout(go, WAIT));
  }
  location.replace(`${base}?ended=1`);
}

export function tellWiped(authority) {
  channel(authority).postMessage("wiped");
}

export function onWipe(authority, leave) {
  channel(authority).addEventListener("message", () => {
    forget(authority);
    leave();
  });
}

// One channel a page: a second one would hear the first, and leave before the chat is ended.
function channel(authority) {
  if (!channels.has(authority)) channels.set(authority, new BroadcastChannel(`front-door:${authority}`));
  return channels.get(authority);
}
