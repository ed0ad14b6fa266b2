// The page of phones: a person, their phones, and one live line that says what to look at again.

import { Phone } from "./phone.js";

const main = document.querySelector("[data-council]");
const base = `/phones/${encodeURIComponent(main.dataset.council)}`;
const phones = new Map(
  [...main.querySelectorAll("[data-kind]")].map((section) => [
    section.dataset.kind,
    new Phone(section, `${base}/${section.dataset.kind}`),
  ]),
);
const person = document.querySelector("#person");
const connection = document.querySelector("[data-connection]");

function hand() {
  for (const phone of phones.values()) phone.hand(Number(person.value));
}

function lookAgain() {
  for (const phone of phones.values()) {
    phone.look();
    phone.lookAtPlatform();
  }
}

function listen() {
  const stream = new EventSource(`${base}/stream`);
  stream.addEventListener("ready", () => {
    connection.textContent = "";
    lookAgain();
  });
  stream.addEventListener("changed", (event) => {
    const { kind, user } = JSON.parse(event.data);
    const phone = phones.get(kind);
    if (user === "") phone.lookAtPlatform();
    else if (user === phone.user) phone.look();
  });
  stream.onerror = () => {
    connection.textContent = "The phones are switched off. They come back by themselves.";
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

function tick() {
  const now = new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = now;
}

if (person) {
  person.addEventListener("change", hand);
  hand();
  listen();
  tick();
  setInterval(tick, 10000);
}
