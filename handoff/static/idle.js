// A session ends after 30 minutes without activity: say so in time, and keep it while somebody works.

import { byId, get, post } from "./page.js";

const WARN = 120;
let ends = 0;
let warning = 0;
let extendable = true;
let told = 0;

/** Plan the warning for a session that ends in so many seconds. */
export function startIdle(seconds, mayExtend) {
  extendable = mayExtend;
  ends = Date.now() + seconds * 1000;
  clearTimeout(warning);
  if (seconds > WARN) byId("idle").hidden = true;
  warning = setTimeout(warn, Math.max(0, seconds - WARN) * 1000);
}

async function stay() {
  try {
    await post("/desk/awake");
    const said = await get("/desk/list?list=queue");
    startIdle(said.ends_in, said.may_extend);
  } catch {
    /* The warning stays, and says what will happen. */
  }
}

function warn() {
  const box = byId("idle");
  const minutes = Math.max(1, Math.round((ends - Date.now()) / 60000));
  const when = `in ${minutes} minute${minutes === 1 ? "" : "s"}`;
  if (!extendable) {
    box.textContent = `You will be signed out ${when}, 12 hours after you signed in. Sign in again then.`;
  } else {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Stay signed in";
    button.addEventListener("click", stay);
    box.replaceChildren(`You will be signed out ${when}, because nothing happened for a while.`, button);
  }
  box.hidden = false;
}

/** Whoever moves or types is awake: tell the server at most every five minutes. */
export function watchActivity() {
  told = Date.now();
  const active = () => {
    if (Date.now() - told < 300_000) return;
    told = Date.now();
    stay();
  };
  for (const kind of ["keydown", "pointerdown", "pointermove"]) addEventListener(kind, active, { passive: true });
}
