// The page that is left when a chat was wiped.

import { Frame } from "./frame.js";
import { forget } from "./wipe.js";

const { authority, embedOrigins } = document.querySelector("[data-ended]").dataset;
forget(authority);
new Frame(embedOrigins);
