// News from the server. One tab holds the connection and tells the others, because a browser
// allows only six connections to one address.

import { byId } from "./page.js";

const listeners = [];
let lost = 0;

/** Call `listener(kind, conversation)`: hello (look at everything again), queue, entry, typing. */
export const onNews = (listener) => listeners.push(listener);

function tell(news) {
  if (news.kind === "signed-out") {
    location.assign(`/desk/sign-in?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  if (news.kind === "lost" || news.kind === "hello") showConnection(news.kind === "lost");
  if (news.kind !== "lost") for (const listener of listeners) listener(news.kind, news.conversation);
}

function showConnection(isLost) {
  clearTimeout(lost);
  const line = byId("connection");
  if (!isLost) {
    if (line.textContent) {
      line.textContent = "Connected again.";
      lost = setTimeout(() => (line.textContent = ""), 3000);
    }
    return;
  }
  // A reconnection within two seconds is nobody's business.
  lost = setTimeout(() => (line.textContent = "Connection lost. Trying again…"), 2000);
}

function hold(pass) {
  let source = null;
  const connect = () => {
    source = new EventSource("/desk/stream");
    source.addEventListener("hello", () => pass({ kind: "hello" }));
    source.addEventListener("signed-out", () => pass({ kind: "signed-out" }));
    source.addEventListener("change", (event) => pass(JSON.parse(event.data)));
    source.onerror = () => {
      pass({ kind: "lost" });
      // A browser gives up after an answer that is not a stream, such as the sign-in page.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
    };
  };
  connect();
  // The browser knows at once; the connection itself may seem to live for minutes.
  addEventListener("offline", () => pass({ kind: "lost" }));
  addEventListener("online", () => {
    source.close();
    connect();
  });
  addEventListener("pagehide", () => source.close());
}

export function listen() {
  if (!navigator.locks || !window.BroadcastChannel) {
    hold(tell);
    return;
  }
  const others = new BroadcastChannel("desk");
  others.onmessage = (event) => tell(event.data);
  navigator.locks.request("desk-stream", () => {
    hold((news) => {
      tell(news);
      others.postMessage(news);
    });
    return new Promise(() => {});
  });
}
