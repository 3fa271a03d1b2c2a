// Trusts side by side. What is shown lies in the page, so nothing is asked for and a folder is enough. The page is whole
// without this script: the form stays hidden, and its table has every trust.
(() => {
  "use strict";
  const part = (name) => document.getElementById(`compare-${name}`);
  const data = JSON.parse(part("data").textContent);
  const MOST = 4;
  const SVG = "http://www.w3.org/2000/svg";
  const WIDE = 120;
  const byCode = new Map(data.trusts.map((trust) => [trust[0], trust]));
  const selects = [...Array(MOST).keys()].map((at) => part(String(at + 1)));

  const made = (tag, content, attributes = {}) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...[content].flat());
    return element;
  };

  const drawn = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  // The numbers stand beside it in words, so those who listen are spared the bar.
  const bar = (numbers, england) => {
    const [value, low, high] = numbers;
    const picture = drawn("svg", { class: "bar", width: WIDE, height: 16, viewBox: `0 0 ${WIDE} 16`, "aria-hidden": "true", focusable: "false" });
    const at = (share) => 2 + share * (WIDE - 4);
    picture.append(drawn("path", { class: "whole", d: `M${at(0)} 8H${at(1)}` }));
    if (low !== null || high !== null) picture.append(drawn("path", { class: value === null ? "bounds" : "interval", d: `M${at(low ?? 0)} 8H${at(high ?? 1)}` }));
    if (value !== null) picture.append(drawn("circle", { class: "value", cx: at(value), cy: 8, r: 4 }));
    if (england !== null) picture.append(drawn("path", { class: "england", d: `M${at(england)} 13l-4 -7h8z` }));
    return picture;
  };

  const share = (value) => {
    const picture = drawn("svg", { class: "bar", width: WIDE, height: 10, viewBox: `0 0 ${WIDE} 10`, "aria-hidden": "true", focusable: "false" });
    picture.append(drawn("rect", { class: "part", x: 0, y: 1, width: Math.max(0, value) * WIDE, height: 8 }));
    return picture;
  };

  // The value on one line, and its interval or bounds on the next.
  const said = (words) => {
    const at = words.indexOf(" (");
    return at < 0 ? [words] : [words.slice(0, at), made("br", []), words.slice(at + 1)];
  };

  const link = ([code, name]) => made("a", name, { href: `trust/${encodeURIComponent(code)}.html` });
  const head = (words) => made("th", words, { scope: "row" });
  const line = (words, cells) => made("tr", [head(words), ...cells.map((cell) => made("td", cell, { class: "words" }))]);
  const over = (words, wide) => made("tr", made("th", words, { scope: "colgroup", colspan: String(wide + 1), class: "words group" }));

  const rowsOf = (chosen, england) => [
    over("Measures: value (interval)", chosen.length + 1),
    ...data.measures.map(([, title, words, numbers], at) => line(title, [
      ...chosen.map((trust) => [...said(trust[2][at]), ...(trust[3][at] ? [made("br", []), bar(trust[3][at], numbers ? numbers[0] : null)] : [])]),
      said(words),
    ])),
    over("Mix of what was issued in the last 12 months, by class of therapy", england),
    ...data.classes.map((name, at) => line(name, [
      ...chosen.map((trust) => [trust[5][at], ...(trust[4][at] ? [made("br", []), share(trust[4][at])] : [])]),
      "",
    ])),
    over("What can be seen: therapies in the newest month", england),
    ...data.states.map((name, at) => line(name === "not visible" ? "not visible here" : name, [...chosen.map((trust) => String(trust[6][at])), ""])),
    line("months known, of the last 12", [...chosen.map((trust) => String(trust[7])), ""]),
  ];

  const chosenCodes = () => selects.map((one) => one.value).filter(Boolean);

  const show = () => {
    const chosen = [...new Set(chosenCodes())].map((code) => byCode.get(code));
    const enough = chosen.length > 1;
    part("shown").hidden = !enough;
    part("said").textContent = enough ? `${chosen.map((trust) => trust[1]).join(", ")}: side by side.` : "Choose two trusts or more.";
    part("said").className = enough ? "unseen" : ""; // the table says the same to those who see it
    if (!enough) return;
    part("caption").textContent = `Side by side.${data.warning ? ` ${data.warning}.` : ""}`;
    part("head").replaceChildren(made("tr", [
      made("th", "Figure", { scope: "col", class: "words" }),
      ...chosen.map((trust) => made("th", link(trust), { scope: "col", class: "words" })),
      made("th", "England", { scope: "col", class: "words" }),
    ]));
    part("rows").replaceChildren(...rowsOf(chosen, chosen.length + 1));
    document.body.dataset.compared = chosen.map((trust) => trust[0]).join(",");
  };

  // The address holds the choice, so that it can be passed on, and so that the way back leads to the one before.
  const read = () => {
    const asked = (new URLSearchParams(location.hash.slice(1)).get("trusts") ?? "").toUpperCase().split(",");
    const known = [...new Set(asked)].filter((code) => byCode.has(code)).slice(0, MOST);
    selects.forEach((one, at) => { one.value = known[at] ?? ""; });
    show();
  };

  selects.forEach((one) => {
    one.append(made("option", "none", { value: "" }), ...data.trusts.map(([code, name]) => made("option", name, { value: code })));
    one.addEventListener("change", () => {
      history.pushState(null, "", `${location.pathname}${location.search}#trusts=${chosenCodes().join(",")}`);
      show();
    });
  });
  part("form").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", read);
  document.getElementById("compare").hidden = false;
  read();
})();
