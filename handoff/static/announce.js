// Tell the agent that somebody needs them: in words, in the title, and with a sound if they like.

import { byId, remembered } from "./page.js";

const base = document.title.replace(/^\(\d+\) /, "");
let clearing = 0;

/** Say it to who listens. The words stay a moment, because some readers need it to notice them. */
export function announce(words) {
  const line = byId("announcer");
  clearTimeout(clearing);
  line.textContent = line.textContent === words ? `${words}\u00a0` : words;
  clearing = setTimeout(() => (line.textContent = ""), 4000);
}

export const showCount = (count) => (document.title = count ? `(${count}) ${base}` : base);

export function ring() {
  if (!remembered(localStorage, "desk:sound", false)) return;
  try {
    const audio = new AudioContext();
    const volume = audio.createGain();
    volume.connect(audio.destination);
    volume.gain.setValueAtTime(0.08, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.5);
    for (const [pitch, at] of [[660, 0], [880, 0.14]]) {
      const tone = audio.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(volume);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + 0.5);
    }
    setTimeout(() => audio.close(), 1000);
  } catch {
    /* No sound on this computer: the words and the title are there. */
  }
}
