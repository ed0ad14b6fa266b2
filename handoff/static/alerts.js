// The form for an alert: how it looks while it is written, and the topics that are searched.

import { lowered, told } from "./parts.js";

const byId = (id) => document.getElementById(id);
const form = byId("alert-form");
const text = byId("text");
const find = byId("find");
const topics = [...form.querySelectorAll("[data-words]")];
const seen = (name) => form.querySelector(`[data-seen="${name}"]`);

function preview() {
  const words = text.value.replace(/\s+/g, " ").trim();
  seen("web").textContent = words || "…";
  seen("text").textContent = lowered(words) || "…";
  const over = words.length - Number(text.dataset.longest);
  const takes = form.querySelector("[data-takes]");
  takes.textContent = [told(words), over > 0 && `${over} too many`].filter(Boolean).join("; ");
  takes.classList.toggle("over", over > 0);
}

function search() {
  const words = find.value.toLowerCase().split(/\s+/);
  let shown = 0;
  for (const topic of topics) {
    const chosen = topic.querySelector("input").checked;
    topic.hidden = !chosen && !words.every((word) => topic.dataset.words.includes(word));
    shown += topic.hidden ? 0 : 1;
  }
  byId("no-topic").hidden = shown > 0;
}

function count() {
  const chosen = topics.filter((topic) => topic.querySelector("input").checked);
  const names = chosen.map((topic) => topic.textContent.trim());
  byId("topics-said").textContent = names.length
    ? `${names.length} chosen: ${names.join(", ")}`
    : "None chosen: it is about everything";
}

for (const button of form.querySelectorAll("[data-no-script]")) button.hidden = true;
text.addEventListener("input", preview);
find.addEventListener("input", search);
find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
form.addEventListener("change", count);
preview();
search();
count();
form.querySelector("[aria-invalid]")?.focus();
