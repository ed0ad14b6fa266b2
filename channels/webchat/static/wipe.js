// Ending a chat: this tab forgets it, and other tabs of the same chat close theirs.

const channels = new Map();

export function forget(authority) {
  try {
    for (const kind of ["unsent", "seen"]) sessionStorage.removeItem(`front-door:${authority}:${kind}`);
  } catch {
    // Storage is off: nothing was kept.
  }
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
