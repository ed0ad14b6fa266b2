// Shared computers: after a time without a sign of anybody, warn, then end and wipe.

const WARNING = 60; // seconds at most
const LEAST_WARNING = 20; // WCAG 2.2, 2.2.1
const SAY_AGAIN = [20, 10];
const TICK = 1000;
const WITH_A_PERSON = ["queue", "agent"];

export function watchIdle(chat, announcer, wipe) {
  const usual = Number(chat.dataset.idleSeconds);
  // Somebody who waits for a person, or talks to one, may sit still.
  const withPerson = Number(chat.dataset.idleWithPerson);
  if (!usual) return { arrived() {} };
  // In a frame it is a notice, which takes no focus from the page around it; in a kiosk a dialog.
  const box = document.querySelector("[data-idle]");
  const asks = box instanceof HTMLDialogElement;
  const left = box.querySelector("[data-idle-left]");
  let seenAt = Date.now();
  let toldAt = Date.now();
  let over = false;

  const limit = () => (WITH_A_PERSON.includes(chat.dataset.state) ? withPerson : usual);
  const shown = () => (asks ? box.open : !box.hidden);

  const restart = () => {
    if (over) return;
    if (shown()) {
      if (asks) box.close();
      else box.hidden = true;
      announcer.say("The chat stays open.");
    }
    seenAt = Date.now();
    // The server must know too, or a page that is opened next would end the chat.
    if (seenAt - toldAt < usual * 500) return;
    toldAt = seenAt;
    fetch(chat.dataset.base).catch(() => null);
  };

  const look = () => {
    const most = limit();
    if (over) return;
    if (!most) {
      restart();
      return;
    }
    const remaining = Math.ceil(most - (Date.now() - seenAt) / 1000);
    if (remaining > Math.min(WARNING, Math.max(LEAST_WARNING, Math.ceil(most / 2)))) return;
    if (remaining <= 0) {
      over = true;
      wipe();
      return;
    }
    const words = remaining === 1 ? "1 second" : `${remaining} seconds`;
    left.textContent = words;
    const again = SAY_AGAIN.includes(remaining);
    if (asks && again) box.querySelector("[data-idle-spoken]").textContent = `${words} left.`;
    if (!asks && (again || !shown())) {
      announcer.say(`Are you still there? This chat ends in ${words}. Press any key to keep it open.`);
    }
    if (shown()) return;
    if (asks) box.showModal();
    else box.hidden = false;
  };

  addEventListener("keydown", (event) => {
    // The key that answers the question is not to write or press anything where the focus was.
    if (asks && shown()) event.preventDefault();
    restart();
  });
  for (const sign of ["pointerdown", "wheel", "touchstart"]) {
    addEventListener(sign, () => (asks && shown() ? undefined : restart()), { passive: true });
  }
  // A touch that closed the question as it begins would press what lies under it as it ends.
  if (asks) box.addEventListener("click", restart);
  box.querySelector("[data-stay]").addEventListener("click", restart);
  box.addEventListener("cancel", restart);
  setInterval(look, TICK);
  return {
    // Something new to read takes time too. It is no answer to the question.
    arrived() {
      if (!shown()) restart();
    },
  };
}
