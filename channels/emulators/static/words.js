// What a message says, as nodes: its marks become type, and addresses become links.

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}']/g;
const TYPES = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code",
};

// Marks are {start, length, kind, url}, counted in UTF-16 units as JavaScript does.
export function words(text, marks) {
  const named = marks.filter((mark) => mark.url);
  const found = [...text.matchAll(ADDRESS)]
    .map((each) => ({ start: each.index, length: each[0].length, kind: "link", url: each[0] }))
    .filter((each) => !named.some((mark) => overlap(mark, each)));
  const all = [...marks, ...found];
  const cuts = new Set([0, text.length]);
  for (const mark of all) cuts.add(mark.start).add(mark.start + mark.length);
  const ends = [...cuts].sort((one, other) => one - other);
  return ends.slice(1).map((end, place) => {
    const start = ends[place];
    let node = document.createTextNode(text.slice(start, end));
    for (const mark of all) {
      if (mark.start <= start && end <= mark.start + mark.length) node = wrapped(node, mark);
    }
    return node;
  });
}

function overlap(one, other) {
  return one.start < other.start + other.length && other.start < one.start + one.length;
}

function wrapped(node, mark) {
  if (!mark.url && !TYPES[mark.kind]) return node;
  const element = document.createElement(mark.url ? "a" : TYPES[mark.kind]);
  if (mark.url) {
    element.href = mark.url;
    element.target = "_blank";
    element.rel = "noreferrer";
  }
  element.append(node);
  return element;
}
