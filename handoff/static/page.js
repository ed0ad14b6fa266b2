// What every part of the page shares: where it is, and how it talks to the server.

export const body = document.body;
export const panes = document.getElementById("panes");
export const list = body.dataset.list;
export const conversation = document.getElementById("conversation").dataset.conversation;
export const place = `/desk/c/${conversation}`;

const ahead = Date.parse(body.dataset.now) - Date.now();

/** The server's time: a desk computer's clock may be wrong. */
export const now = () => Date.now() + ahead;

export const byId = (id) => document.getElementById(id);

/** The elements that an HTML text describes, as one fragment. */
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** What the server refused, in words for people. */
export class Refused extends Error {
  constructor(status, title, text) {
    super(title);
    this.status = status;
    this.title = title;
    this.text = text;
  }
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Refused(0, "We could not reach the server", "Check your connection.");
  }
  if (response.status === 204) return null;
  const said = await response.json().catch(() => null);
  if (response.ok && said) return said;
  throw new Refused(
    response.status,
    said?.title ?? "Something went wrong on our side",
    said?.text ?? "Try again in a minute.",
  );
}

export const get = (path) => answer(fetch(path, { headers: { Accept: "application/json" } }));

export const post = (path, fields = {}) =>
  answer(
    fetch(path, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF": body.dataset.csrf },
      body: new URLSearchParams(fields),
    }),
  );

/** Run `work` soon, and once for many calls. */
export function soon(work, wait) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

/** What this browser remembers; a browser that forbids it forgets. */
export function remembered(store, key, otherwise = null) {
  try {
    return JSON.parse(store.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(store, key, value) {
  try {
    if (value === null) store.removeItem(key);
    else store.setItem(key, JSON.stringify(value));
  } catch {
    /* Full or forbidden: the page works without. */
  }
}

export const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
