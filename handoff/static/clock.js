// Times that count up, and turn amber after two minutes, red after five.

import { now } from "./page.js";

function words(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export function tick() {
  for (const time of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor((now() - Date.parse(time.dataset.since)) / 1000));
    if (time.textContent !== words(seconds)) time.textContent = words(seconds);
    const timer = time.closest(".timer");
    if (!timer) continue;
    timer.classList.toggle("late", seconds > 120 && seconds <= 300);
    timer.classList.toggle("very-late", seconds > 300);
  }
}

export const startClock = () => setInterval(tick, 1000);
