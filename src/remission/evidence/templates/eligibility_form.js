// The form of "Who takes whom?". The rules lie in the page, so nothing is asked for; what is put in is kept nowhere and
// stands in no address. The page is whole without this script: the form stays hidden, and a table has every rule.
(() => {
  "use strict";
  const { vocabulary, judge, given, contradictions } = globalThis.takes;
  const part = (name) => document.getElementById(`who-${name}`);
  const data = JSON.parse(part("data").textContent);
  const words = vocabulary(data.facts);
  const facts = words.byName;
  const fields = [...document.querySelectorAll("[data-fact]")];
  // A sign and a word, so that nothing hangs on a colour.
  const SAID = { met: "✓ Met", "not met": "✗ Not met", unknown: "? Not known" };
  const FEW = 2;
  const SOME = 3;
  const MANY = 6;

  const made = (tag, content = []) => {
    const element = document.createElement(tag);
    element.append(...[content].flat());
    return element;
  };

  const titles = (names, most) => {
    const said = names.slice(0, most).map((name) => facts.get(name).says);
    const more = names.length - said.length;
    return more > 0 ? `${said.join(", ")} and ${more} more` : said.join(", ");
  };

  const titled = (set) => (set.open === "no" && set.kind !== "guidance" ? `${set.title} (takes nobody now)` : set.title);

  const valueWords = (fact, value) => {
    if (fact.kind === "yes-no") return value ? "yes" : "no";
    if (fact.kind === "choice") return fact.choices.find((one) => one.value === value).says;
    return `${value}`;
  };
  const toldWords = (name, told) => `${facts.get(name).says}: ${valueWords(facts.get(name), told[name])}`;

  // What is out of bounds, or more than it can be, is no fact, and is said beside its field.
  const readFields = () => {
    const told = {};
    const wrong = new Map();
    for (const field of fields) {
      const fact = facts.get(field.dataset.fact);
      const value = given(fact, field.value);
      if (value !== undefined) told[fact.name] = value;
      else if (field.value !== "" || field.validity.badInput) wrong.set(fact.name, `Not used: it goes from ${fact.low} to ${fact.high}, in steps of ${fact.step}.`);
    }
    for (const [name, more] of contradictions(told, words)) wrong.set(name, `Not used: it is more than ${facts.get(more).says}.`);
    for (const field of fields) {
      const { fact } = field.dataset;
      if (wrong.has(fact)) delete told[fact];
      field.setAttribute("aria-invalid", String(wrong.has(fact)));
      document.getElementById(`who-wrong-${fact}`).textContent = wrong.get(fact) ?? "";
    }
    return told;
  };

  const decidedBy = ([first, ...others], told) => {
    const said = (names) => names.map((name) => toldWords(name, told)).join(" and ");
    return `Decided by ${said(first)}.${others.length > 0 ? ` ${said(others[0])} would do so alone.` : ""}`;
  };

  const why = (verdict, told, most) => {
    if (verdict.value === "not met") return decidedBy(verdict.decisive, told);
    if (verdict.value === "met") return "Every line that must be met is met.";
    if (verdict.to_know.length > 0) return `To know: ${titles(verdict.to_know, most)}.`;
    return "No fact of this page decides what else it asks.";
  };

  // The lines behind an answer: those that are not met, those that can be read in two ways, and what is only held best.
  const linesOf = (set, verdict) => {
    const says = (some) => some.map((one) => set.criteria.find((line) => line.name === one.name).says).join("; ");
    const hard = verdict.proofs.filter((one) => one.strength === "hard");
    const failing = hard.filter((one) => one.value === "not met");
    const twofold = verdict.value === "unknown" ? hard.filter((one) => one.ambiguous) : [];
    const ideal = verdict.proofs.filter((one) => one.strength === "ideal" && one.value !== "unknown");
    return [
      failing.length > 0 ? `It asks: ${says(failing)}.` : "",
      twofold.length > 0 ? `This can be read in two ways: ${says(twofold)}.` : "",
      verdict.still_open.length > 0 ? `It also asks: ${verdict.still_open.join(" ")}` : "",
      ...ideal.map((one) => `Held to be best, not needed: ${says([one])} (${one.value}).`),
    ].filter(Boolean).join(" ");
  };

  const questions = (verdicts, told) => {
    const inOrder = (names) => words.names.filter((name) => names.includes(name));
    const decided = inOrder(verdicts.filter((one) => one.value === "not met").flatMap((one) => one.decisive[0]));
    const open = inOrder(verdicts.flatMap((one) => one.to_know)).filter((name) => !(name in told));
    const asked = [...new Set(verdicts.flatMap((one) => one.still_open))].slice(0, SOME);
    return [
      "Which rules does this hospital go by, and of what date? May I have them in writing?",
      ...(decided.length > 0 ? [`Is this what decides against it: ${titles(decided, MANY)}? Which line of which rules says so?`] : []),
      ...(open.length > 0 ? [`What do my notes say of these: ${titles(open, MANY)}?`] : []),
      ...asked,
      ...data.questions,
    ];
  };

  let shown = "";
  const show = () => {
    const told = readFields();
    const verdicts = data.sets.map((set) => judge(set, told, words));
    const count = (value) => verdicts.filter((one) => one.value === value).length;
    const tally = `Not met ${count("not met")}, not known ${count("unknown")}, met ${count("met")}.`;
    if (tally !== shown) part("tally").textContent = tally;
    shown = tally;
    const rows = data.sets.map((set, at) => {
      const verdict = verdicts[at];
      const line = part(`set-${set.name}`);
      line.dataset.value = verdict.value;
      line.querySelector(".who-value").textContent = SAID[verdict.value];
      line.querySelector(".who-why").textContent = why(verdict, told, MANY);
      line.querySelector(".who-more").textContent = linesOf(set, verdict);
      return made("tr", [made("th", titled(set)), made("td", SAID[verdict.value]), made("td", why(verdict, told, FEW))]);
    });
    const asked = questions(verdicts, told);
    part("questions").replaceChildren(...asked.map((one) => made("li", one)));
    part("sheet-questions").replaceChildren(...asked.map((one) => made("li", one)));
    part("sheet-rows").replaceChildren(...rows);
    const names = Object.keys(told);
    // Paper is read by others: what was put in stands there only where it is asked for.
    part("sheet-facts").textContent = part("with-facts").checked && names.length > 0 ? `Put in: ${names.map((name) => toldWords(name, told)).join("; ")}.` : "";
    document.body.dataset.asked = names.length > 0 ? "some" : "";
  };

  const fill = (told) => {
    for (const field of fields) field.value = told[field.dataset.fact] ?? "";
    show();
  };

  part("facts").addEventListener("input", show);
  part("with-facts").addEventListener("change", show);
  part("refusal").addEventListener("click", () => fill(data.refusal));
  part("clear").addEventListener("click", () => fill({}));
  // Facts and answers stand one above the other on a phone; no link, whose address would be kept among the pages visited.
  for (const side of ["facts", "answers"]) {
    part(`to-${side}`).addEventListener("click", () => {
      part(side).scrollIntoView();
      part(side).focus({ preventScroll: true });
    });
  }
  part("print").addEventListener("click", () => globalThis.print());
  part("title").parentElement.hidden = false;
  fill({});
})();
