// Look something up while the resident waits, and put it into the reply.

import { announce } from "./announce.js";
import { insert } from "./composer.js";
import { byId, get, parsed, place } from "./page.js";
import { showPart } from "./panes.js";

let asked = 0;

const mine = () => byId("composer").dataset.state === "mine";

function fit() {
  for (const button of byId("offers").querySelectorAll("[data-article]")) button.hidden = !mine();
}

async function search(event) {
  event?.preventDefault();
  const question = byId("search").value.trim();
  if (!question) return;
  const turn = ++asked;
  try {
    const said = await get(`${place}/articles?q=${encodeURIComponent(question)}`);
    if (turn !== asked) return;
    byId("offers").replaceChildren(parsed(said.html));
    byId("search-said").textContent =
      said.count === 1 ? "1 article" : said.count ? `${said.count} articles` : "";
    fit();
  } catch (refused) {
    byId("search-said").textContent = `${refused.title}. ${refused.text}`;
  }
}

async function choose(event) {
  const button = event.target.closest("[data-article]");
  if (!button) return;
  event.preventDefault();
  try {
    const article = await get(`${place}/articles/${button.dataset.article}`);
    const { slug, source } = article;
    showPart("conversation");
    insert({ slug, source }, "short" in button.dataset ? article.short : article.text);
    announce(`Inserted: ${article.title}. Read it before you send it.`);
  } catch (refused) {
    byId("search-said").textContent = `${refused.title}. ${refused.text}`;
  }
}

export function openSearch() {
  showPart("knowledge");
  byId("search").focus();
  byId("search").select();
}

export function startKnowledge() {
  byId("search-form").addEventListener("submit", search);
  byId("search").addEventListener("input", () => {
    clearTimeout(search.timer);
    search.timer = setTimeout(search, 250);
  });
  byId("offers").addEventListener("click", choose);
  document.addEventListener("click", (event) => event.target.id === "find-article" && openSearch());
  new MutationObserver(fit).observe(byId("conversation"), { childList: true });
  fit();
}
