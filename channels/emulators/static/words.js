// What a message says, as nodes: addresses become links, and WhatsApp's marks become type.

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}']/g;
const MARKS = { "*": "strong", _: "em", "~": "s" };
const MARKED = /(^|[\s(])([*_~])(?=\S)([^\n]*?\S)\2(?=$|[\s).,;:!?])/m;

export function words(text, look) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    nodes.push(...typed(text.slice(from, found.index), look), link(found[0]));
    from = found.index + found[0].length;
  }
  nodes.push(...typed(text.slice(from), look));
  return nodes;
}

function link(url) {
  const element = document.createElement("a");
  element.href = url;
  element.target = "_blank";
  element.rel = "noreferrer";
  element.textContent = url;
  return element;
}

function typed(text, look) {
  if (text === "") return [];
  const found = look === "whatsapp" ? MARKED.exec(text) : null;
  if (!found) return [document.createTextNode(text)];
  const element = document.createElement(MARKS[found[2]]);
  element.append(...typed(found[3], look));
  const end = found.index + found[0].length;
  return [
    ...typed(text.slice(0, found.index) + found[1], ""),
    element,
    ...typed(text.slice(end), look),
  ];
}
