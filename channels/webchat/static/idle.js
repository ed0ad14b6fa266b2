// Shared computers: after a time without a sign of anybody, warn, then end and wipe.

const WARNING = 60; // seconds
const TICK = 1000;

export function watchIdle(chat, announcer, wipe) {
  const limit = Number(chat.dataset.idleSeconds);
  if (!limit) return { restart() {} };
  const panel = chat.querySelector("[data-idle]");
  const left = chat.querySelector("[data-idle-left]");
  const warning = Math.min(WARNING, Math.ceil(limit / 2));
  let seenAt = Date.now();
  let toldAt = Date.now();

  const restart = () => {
    if (!panel.hidden) announcer.say("The chat stays open.");
    panel.hidden = true;
    seenAt = Date.now();
    // The server must know too, or a page that is opened next would end the chat.
    if (seenAt - toldAt < limit * 500) return;
    toldAt = seenAt;
    fetch(chat.dataset.base).catch(() => null);
  };

  const look = () => {
    // Somebody who waits for a person, or talks to one, may sit still.
    if (["queue", "agent"].includes(chat.dataset.state)) return restart();
    const remaining = Math.ceil(limit - (Date.now() - seenAt) / 1000);
    if (remaining > warning) return undefined;
    if (remaining <= 0) return wipe();
    const words = remaining === 1 ? "1 second" : `${remaining} seconds`;
    left.textContent = words;
    if (panel.hidden || remaining === 10) {
      announcer.say(`Are you still there? This chat ends in ${words}. Press any key to keep it open.`);
    }
    panel.hidden = false;
    return undefined;
  };

  for (const sign of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    addEventListener(sign, restart, { passive: true });
  }
  panel.querySelector("[data-stay]").addEventListener("click", restart);
  setInterval(look, TICK);
  return { restart };
}
