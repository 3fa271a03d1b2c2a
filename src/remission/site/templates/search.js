// The search: every word must begin a word of a page's title, its first sentence or its topics. The index lies before
// this script, in the same file, so that it works from a folder, where a page may not read its neighbour.
(() => {
  "use strict";
  const MOST = 12;
  const box = document.getElementById("asked");
  const list = document.getElementById("found");
  const said = document.getElementById("found-said");

  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const wordsOf = (text) => plain(text).match(/[a-z0-9]+/g) ?? [];
  const pages = index.map(([path, title, sentence, topics]) => ({
    path, title, sentence, inTitle: wordsOf(title), all: wordsOf(`${title} ${topics} ${sentence}`),
  }));

  const begins = (words, asked) => words.some((word) => word.startsWith(asked));
  // A word of the title counts more than one of the text: who asks for a drug wants its page before those that name it.
  const weight = (page, asked) => asked.reduce((sum, word) => sum + (begins(page.inTitle, word) ? 2 : 1), 0);
  const find = (text) => {
    const asked = wordsOf(text);
    if (asked.length === 0) return [];
    return pages
      .filter((page) => asked.every((word) => begins(page.all, word)))
      .sort((one, other) => weight(other, asked) - weight(one, asked));
  };

  const line = ({ path, title, sentence }) => {
    const made = document.createElement("li");
    const link = document.createElement("a");
    link.href = path;
    link.textContent = title;
    made.append(link, document.createElement("br"), sentence);
    return made;
  };

  const show = () => {
    const found = find(box.value);
    list.replaceChildren(...found.slice(0, MOST).map(line));
    const more = found.length > MOST ? `, the first ${MOST} of them here` : "";
    said.textContent = wordsOf(box.value).length === 0 ? "" : `${found.length} ${found.length === 1 ? "page" : "pages"} found${more}.`;
  };

  box.addEventListener("input", show);
  const opened = new URLSearchParams(location.hash.slice(1)).get("q");
  if (opened) {
    box.value = opened;
    show();
  }
  document.body.dataset.search = "ready";
})();
