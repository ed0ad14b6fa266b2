// The desk comes alive. Everything on it also works without this.

import { startClock } from "./clock.js";
import { startComposer } from "./composer.js";
import { startConversation } from "./conversation.js";
import { startIdle, watchActivity } from "./idle.js";
import { startDialogs, startKeys } from "./keys.js";
import { startKnowledge } from "./knowledge.js";
import { startList } from "./list.js";
import { body, byId, conversation } from "./page.js";
import { startPanes } from "./panes.js";
import { listen } from "./stream.js";

body.classList.add("live");
startPanes();
startDialogs();
startList();
if (conversation) {
  startComposer();
  startConversation();
  startKnowledge();
}
startKeys();
startClock();
startIdle(Number(body.dataset.endsIn), true);
watchActivity();
byId("sign-out").addEventListener("submit", () => {
  try {
    sessionStorage.clear();
  } catch {
    /* Forbidden: then nothing was kept either. */
  }
});
listen();
