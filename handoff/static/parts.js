// How many text-message parts a reply takes. It counts as channels/gsm.py does; a test compares them.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€"); // two septets each

const NEIGHBOURS = {
  "'": "‘’‚‛′`´ʼ",
  '"': "“”„‟″«»",
  "-": "‐‑‒–—―−•‣◦⁃",
  " ":
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
    "\u202f\u205f\u3000",
  "\n": "\u2028\u2029\v\x85",
  "...": "…",
  "/": "⁄",
  x: "×",
  "": "\u00ad\u200b\u2060\ufeff",
};
const LOWER = new Map(
  Object.entries(NEIGHBOURS).flatMap(([plain, odds]) => [...odds].map((odd) => [odd, plain])),
);

const fits = (character) => BASIC.has(character) || EXTENDED.has(character);

/** The text as it is sent: curly quotes, dashes and odd spaces as their plain neighbours. */
export const lowered = (text) =>
  [...text.normalize("NFC").replaceAll("\r\n", "\n")].map((c) => LOWER.get(c) ?? c).join("");

/** The characters that make parts shorter, each once. */
export const foreign = (text) => [...new Set([...text].filter((c) => !fits(c)))];

/** How many text messages are paid for; 0 for no text. */
export function parts(text) {
  const characters = [...text];
  const plain = characters.every(fits);
  const sizes = plain
    ? characters.map((c) => (EXTENDED.has(c) ? 2 : 1))
    : characters.map((c) => c.length);
  const [single, each] = plain ? [160, 153] : [70, 67];
  if (sizes.reduce((sum, size) => sum + size, 0) <= single) return sizes.length ? 1 : 0;
  let [full, filled] = [1, 0];
  for (const size of sizes) {
    if (filled + size > each) [full, filled] = [full + 1, 0];
    filled += size;
  }
  return full;
}

/** What to tell who writes a text message: its parts, and what becomes of odd characters. */
export function told(written) {
  const text = lowered(written);
  const number = parts(text);
  if (!number) return "";
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const said = [`${many(number, "part")}, ${many([...text].length, "character")}`];
  const odd = [...new Set(written.normalize("NFC"))].filter(
    (c) => LOWER.get(c)?.trim() && c.trim(),
  );
  if (odd.length) said.push(odd.map((c) => `${c} becomes ${LOWER.get(c)}`).join(", "));
  const rare = foreign(text);
  if (rare.length) said.push(`${rare.slice(0, 5).join(" ")} makes parts shorter: 70 characters`);
  return said.join("; ");
}
