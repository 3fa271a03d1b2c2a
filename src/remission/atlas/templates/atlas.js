// The live map. It recomputes no value: files hold what is printed, this script chooses among them and has it drawn.
// It runs after the page with its still map has been shown. Opened from a folder nothing can be loaded, so nothing is
// asked for; that is why this is no module, which browsers refuse there.

"use strict";

if (location.protocol === "file:") document.body.classList.add("from-folder");
else {
  const settings = JSON.parse(document.getElementById("settings").textContent);
  const part = (id) => document.getElementById(id);
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];
  const PHONE = matchMedia("(max-width: 640px)");
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");
  const FRAME_MS = 900;
  const MOVE_MS = 2000;

  const choices = settings.choices.map(([name, title, group, therapy, boards]) => ({ name, title, group, therapy, boards }));
  const files = new Map();
  let state = { ...settings.default };
  let wished = state.view; // what the reader chose: a measure by care board only cannot be shown as hospitals
  let view = null; // what Vega draws
  let drawn = ""; // the drawing it was made from
  let shown = []; // the rows of the table, as they are on the map
  let turn = 0; // only the last request is drawn, however slow the others are
  let timer = 0;

  const isDefault = () => Object.keys(settings.default).every((key) => state[key] === settings.default[key]);
  const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  const monthWords = (month) => `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;
  const windowWords = () => (state.window > 1 ? `${state.window} months to ` : "") + monthWords(state.month);

  function load(path) {
    if (!files.has(path)) {
      const asked = fetch(path).then((answer) => {
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        return answer.json();
      });
      asked.catch(() => files.delete(path)); // a failure is not kept: the next try may succeed
      files.set(path, asked);
    }
    return files.get(path);
  }

  // ---- the address: every view has one

  function readAddress() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const read = { ...settings.default };
    if (choices.some((one) => one.name === asked.get("measure"))) read.measure = asked.get("measure");
    if (settings.windows.includes(Number(asked.get("window")))) read.window = Number(asked.get("window"));
    if (settings.months.includes(asked.get("month"))) read.month = asked.get("month");
    if (["cells", "hexagons"].includes(asked.get("view"))) read.view = asked.get("view");
    wished = read.view;
    return possible(read);
  }

  const chosen = (of) => choices.find((one) => one.name === of.measure);
  const possible = (read) => ({ ...read, view: chosen(read).boards ? "hexagons" : wished });

  // Each choice is a stop on the way back; the months that the slider passes, or that are played, are one together.
  let moved = { by: "", at: 0 };
  function writeAddress(by) {
    const hash = isDefault() ? "" : `#${new URLSearchParams(state)}`;
    const same = hash === location.hash || (by === "month" && moved.by === by && performance.now() - moved.at < MOVE_MS);
    moved = { by, at: performance.now() };
    // The place that was asked for goes along: it is kept beside the address (find.js).
    history[same ? "replaceState" : "pushState"](history.state, "", location.pathname + location.search + hash);
  }

  // The sentences above the map are of the view; printed, the page says where its numbers are.
  function sayInShort(about) {
    const at = about.months.indexOf(state.month);
    const none = [`${about.title}, ${windowWords()}: there is no such window in these data.`, ""];
    const lines = at < 0 ? none : about.in_short[at];
    [...part("in-short").children].slice(0, lines.length).forEach((line, place) => { line.textContent = lines[place]; });
    part("on-paper").textContent = `${about.title}, ${windowWords()}: every place with its numbers at ${location.href}`;
  }

  // ---- drawing

  function shapes(drawing) {
    for (const [name, outlines] of Object.entries(drawing.shapes)) {
      const values = outlines.map(([code, rings]) => ({
        type: "Feature", code, geometry: { type: "MultiPolygon", coordinates: rings.map((steps) => [outline(steps)]) },
      }));
      drawing.vega.data.find((data) => data.name === name).values = values;
    }
    return drawing.vega;
  }

  function outline(steps) {
    const corners = [];
    let x = 0;
    let y = 0;
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      corners.push([x / 10, y / 10]);
    }
    corners.push(corners[0]);
    return corners;
  }

  function drawingName(places) {
    const width = PHONE.matches ? "narrow" : "wide";
    if (state.view === "cells") return { name: `cells.${width}`, width, codes: places.cells };
    const starts = Object.keys(places.hexagons).sort();
    const start = starts.filter((one) => one.slice(0, 7) <= state.month).pop() ?? starts[0];
    return { name: `hexagons.${start}.${width}`, width, codes: places.hexagons[start] };
  }

  function column(file, kind, place, at) {
    return place < 0 || at < 0 ? "" : file[kind][place].split("|")[at] ?? "";
  }

  function rowsOf({ places, about, numbers, circles, codes }) {
    const at = about.months.indexOf(state.month);
    const inNumbers = numbers ? numbers.months.indexOf(state.month) : -1;
    const inCircles = circles ? circles.months.indexOf(state.month) : -1;
    const silent = new Set(places.silent);
    const pages = new Set(places.pages);
    return codes.map((code) => {
      const place = numbers ? numbers.codes.indexOf(code) : -1;
      const circle = circles ? circles.codes.indexOf(code) : -1;
      const none = silent.has(code) ? places.absent.nation : places.absent.row;
      const look = (at >= 0 && about.looks[code]?.[at]) || none;
      const row = { code, look, name: places.names[code] ?? code, state: about.states[look], suffix: about.suffix,
        href: pages.has(code) ? `trust/${code}.html` : null, fill: about.fills[look], ink: about.inks[look] };
      for (const kind of ["value", "interval", "numerator", "denominator"]) row[kind] = column(numbers, kind, place, inNumbers);
      row.issued = circle < 0 ? "" : column(circles, "words", circle, inCircles);
      row.volume = circle < 0 || inCircles < 0 ? null : circles.tenths[circle][inCircles];
      if (row.volume !== null) row.volume /= 10;
      row.words = `${row.name}: ${said(row)}`;
      return row;
    });
  }

  function said(row) {
    const bounds = row.interval ? ` (${row.interval}${row.suffix})` : "";
    const value = row.value ? `${row.value} (${row.interval || "limits not estimable"})` : row.state + bounds;
    return value + (row.issued ? `; ${row.issued} patient-years of all therapies` : "");
  }

  function wrapped(text, letters) {
    const lines = [""];
    // A no-break space keeps a number and its unit together, as it does on the still map.
    for (const word of text.split(/[ \n]+/)) {
      const line = lines[lines.length - 1];
      if (line && line.length + 1 + word.length > letters) lines.push(word);
      else lines[lines.length - 1] = line ? `${line} ${word}` : word;
    }
    return lines;
  }

  async function show() {
    const mine = ++turn;
    say("");
    try {
      const [choice, year] = [slug(state.measure), state.month.slice(0, 4)];
      const [places, about] = await Promise.all([load("data/places.json"), load(`data/${choice}.${state.window}.json`)]);
      const { name, width, codes } = drawingName(places);
      const orNull = (path) => load(path).catch(() => null); // a month without any value has no file
      const [drawing, numbers, circles] = await Promise.all([
        load(`data/${name}.json`),
        orNull(`data/${choice}.${state.window}.${year}.json`),
        orNull(`data/circles.${state.window}.${year}.json`),
        bundle(),
      ]);
      if (mine !== turn) return;
      if (drawn !== name) await draw(drawing, name);
      if (mine !== turn) return;
      shown = rowsOf({ places, about, numbers, circles, codes });
      await put({ places, about, circles, width });
      sayInShort(about);
      fillTable(about);
      mark();
    } catch (error) {
      say(`This view could not be loaded (${error.message}). The still map is complete: it is on the page without this address.`);
    }
  }

  function bundle() {
    if (!files.has("bundle")) files.set("bundle", import(`./${settings.bundle}`));
    return files.get("bundle");
  }

  async function draw(drawing, name) {
    const options = { mode: "vega", ast: true, renderer: "svg", actions: false, defaultStyle: false,
      tooltip: { disableDefaultStyle: true } };
    const place = document.createElement("div");
    const made = await window.vegaEmbed(place, shapes(structuredClone(drawing)), options);
    view?.finalize();
    view = made.view;
    drawn = name;
    part("live").replaceChildren(place, part("ring"));
  }

  async function put({ places, about, circles, width }) {
    const kind = state.view;
    const legend = about.legends[`${kind}.${width}`];
    const [before, after] = places.sentences[kind];
    const subtitle = [before, about.intervals, after].filter(Boolean).join(" ");
    const letters = places.letters[width];
    const title = [about.title, places.by[kind], windowWords()].join(", ");
    const lines = [places.warning, subtitle].filter(Boolean).flatMap((line) => wrapped(line, letters));
    view.signal("title_lines", wrapped(title, Math.floor((letters * 3) / 4))).signal("subtitle_lines", lines);
    view.data("legend", legend.legend).data("headings", legend.headings);
    if (circles && kind === "cells") view.signal("largest", circles.largest).data("sizes", circles.sizes[`cells.${width}`]);
    const rows = shown.map(({ code, fill, ink, words, href, volume }) => ({ code, fill, ink, words, href, volume }));
    view.data("shown", rows);
    await view.resize().runAsync(); // the title may have more lines than before
    part("drawn").hidden = true;
    part("boards-part").hidden = true;
    const live = part("live");
    // What only holds marks has no name of its own, and is no symbol to those who listen.
    for (const holder of live.querySelectorAll('[role="graphics-symbol"]:not([aria-label])')) {
      for (const name of ["role", "aria-roledescription"]) holder.removeAttribute(name);
    }
    live.hidden = false;
    live.dataset.title = title;
    live.setAttribute("aria-label", `${[places.warning, title].filter(Boolean).join(". ")}. Arrow keys move from place to place, Enter opens its page.`);
    rove();
  }

  // ---- the table twin

  function fillTable(about) {
    const table = part("places");
    table.querySelector("caption span").textContent = `${about.title}, ${windowWords()}, every place by name.`;
    if (!part("places-part").open) return; // it is filled when somebody opens it
    const rows = [...shown].sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
    table.tBodies[0].replaceChildren(...rows.map(tableRow));
  }

  function tableRow(row) {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    const link = row.href ? document.createElement("a") : null;
    if (link) link.href = row.href;
    (link ?? head).textContent = row.name;
    if (link) head.append(link);
    const cells = [row.code, row.value, row.interval, row.numerator, row.denominator, row.issued, row.state];
    line.append(head, ...cells.map((text, at) => {
      const cell = document.createElement("td");
      cell.textContent = text || "–";
      if (at === 0 || at === cells.length - 1) cell.className = "words";
      return cell;
    }));
    return line;
  }

  // ---- the keyboard: one stop for the whole map, arrows inside it

  // London is drawn twice: of two copies the later one, in its enlargement, is the stop.
  const placesOnMap = () => [...new Map([...part("live").querySelectorAll("path[aria-label][d]")]
    .map((path) => [path.getAttribute("aria-label"), path])).values()];
  const rowOf = (path) => shown.find((one) => one.words === path.getAttribute("aria-label"));

  function rove() {
    const paths = placesOnMap();
    const held = paths.find((path) => path.getAttribute("tabindex") === "0")
      ?? paths.find((path) => rowOf(path)?.href) ?? paths[0];
    for (const path of part("live").querySelectorAll("path[tabindex]")) path.removeAttribute("tabindex");
    for (const path of paths) path.setAttribute("tabindex", path === held ? "0" : "-1");
    ring(document.activeElement);
  }

  // The ring lies in a picture of its own over the map, or circles would hide it.
  function ring(path) {
    const over = part("ring");
    over.replaceChildren();
    if (!path?.matches?.("#live path[aria-label]")) return;
    const [map, room] = [path.ownerSVGElement.getBoundingClientRect(), part("live").getBoundingClientRect()];
    over.setAttribute("width", map.width);
    over.setAttribute("height", map.height);
    const { a, b, c, d, e, f } = path.getCTM();
    for (const kind of ["outside", "inside"]) {
      const line = document.createElementNS(over.namespaceURI, "path");
      line.setAttribute("d", path.getAttribute("d"));
      line.setAttribute("transform", `translate(${map.left - room.left} ${map.top - room.top}) matrix(${[a, b, c, d, e, f]})`);
      line.setAttribute("class", kind);
      over.append(line);
    }
  }

  function middle(path) {
    const box = path.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  function next(from, [dx, dy]) {
    const [x, y] = middle(from);
    let best = null;
    let least = Infinity;
    for (const path of placesOnMap()) {
      const [px, py] = middle(path);
      const along = (px - x) * dx + (py - y) * dy;
      const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
      if (path !== from && along > 0.5 && along + 2 * aside < least) [best, least] = [path, along + 2 * aside];
    }
    return best;
  }

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  part("live").addEventListener("keydown", (event) => {
    const from = event.target.closest("path[aria-label]");
    if (!from) return;
    if (event.key === "Enter") {
      const row = rowOf(from);
      if (row?.href) location.assign(row.href);
    } else if (WAYS[event.key]) {
      event.preventDefault();
      const to = next(from, WAYS[event.key]);
      if (!to) return;
      from.setAttribute("tabindex", "-1");
      to.setAttribute("tabindex", "0");
      to.focus();
    }
  });
  part("live").addEventListener("focusin", (event) => {
    say(event.target.getAttribute("aria-label") ?? "");
    ring(event.target);
  });
  part("live").addEventListener("focusout", () => ring(null));

  const say = (words) => { part("said").textContent = words; };

  // ---- downloads of what is shown

  function mark() {
    document.body.dataset.live = `${state.measure} ${state.window} ${state.month} ${state.view}`;
    for (const one of part("downloads").children) one.hidden = one.dataset.kind === "parquet" && !isDefault();
  }

  function csv() {
    const quoted = (text) => `"${String(text ?? "").replaceAll('"', '""')}"`;
    const heads = ["measure", "window", "month", "place", "code", "value", "interval", "numerator", "denominator",
      "all_therapies", "state", "standing"];
    const lines = shown.map((row) => [state.measure, state.window, state.month, row.name, row.code, row.value, row.interval,
      row.numerator, row.denominator, row.issued, row.state, settings.standing].map(quoted).join(","));
    return [heads.join(","), ...lines, ""].join("\n");
  }

  async function svg() {
    const text = await view.toSVG();
    return text.replace(/(<svg[^>]*>)/, `$1<defs>${part("patterns").innerHTML}</defs>`);
  }

  async function png() {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await svg())}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
    const ink = canvas.getContext("2d");
    ink.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
    ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/png"); });
  }

  const MADE = {
    csv: async () => new Blob([csv()], { type: "text/csv" }),
    svg: async () => new Blob([await svg()], { type: "image/svg+xml" }),
    png,
  };

  part("downloads").addEventListener("click", async (event) => {
    const kind = event.target.closest("li")?.dataset.kind;
    if (!MADE[kind] || isDefault() || !view) return; // the files of the default view lie on the server
    event.preventDefault();
    const address = URL.createObjectURL(await MADE[kind]());
    const link = document.createElement("a");
    const standing = settings.standing === "observed" ? "" : `.${slug(settings.standing)}`;
    link.href = address;
    link.download = `${slug(state.measure)}.${state.window}.${state.month}.${state.view}${standing}.${kind}`;
    link.click();
    URL.revokeObjectURL(address);
  });

  // ---- the controls

  function option(value, words) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = words;
    return made;
  }

  function fillControls() {
    const groups = [...new Set(choices.map((one) => one.group))];
    part("measure").replaceChildren(...groups.map((group) => option(group, group)));
    part("window").replaceChildren(...settings.windows.map((months) => option(months, `${months} months`)));
    part("month").max = settings.months.length - 1;
  }

  function setControls() {
    const choice = chosen(state);
    const alike = choices.filter((one) => one.group === choice.group);
    part("measure").value = choice.group;
    part("therapy-part").hidden = !choice.therapy;
    part("therapy").replaceChildren(...alike.map((one) => option(one.name, one.therapy || one.title)));
    part("therapy").value = state.measure;
    part("window").value = state.window;
    part("view").value = state.view;
    part("view").options[0].disabled = choice.boards;
    part("boards-only").hidden = !choice.boards;
    const month = part("month");
    month.value = settings.months.indexOf(state.month);
    month.setAttribute("aria-valuetext", monthWords(state.month));
    part("month-words").textContent = monthWords(state.month);
  }

  function go(changes) {
    state = possible({ ...state, ...changes });
    setControls();
    writeAddress(Object.keys(changes)[0] ?? "view");
    return show();
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    part("play").setAttribute("aria-pressed", "false");
    part("play").textContent = CALM.matches ? "Next month" : "Play";
  }

  async function step() {
    const at = (settings.months.indexOf(state.month) + 1) % settings.months.length;
    await go({ month: settings.months[at] });
    if (timer && at === settings.months.length - 1) stop();
    else if (timer) timer = setTimeout(step, FRAME_MS);
  }

  function play() {
    if (CALM.matches) { step(); return; } // nothing moves by itself for those who asked for that
    if (timer) { stop(); return; }
    part("play").setAttribute("aria-pressed", "true");
    part("play").textContent = "Pause";
    timer = setTimeout(step, 0);
  }

  function listen() {
    part("measure").addEventListener("change", (event) => {
      const alike = choices.filter((one) => one.group === event.target.value);
      go({ measure: (alike.find((one) => one.therapy === chosen(state).therapy) ?? alike[0]).name });
    });
    part("therapy").addEventListener("change", (event) => go({ measure: event.target.value }));
    part("window").addEventListener("change", (event) => go({ window: Number(event.target.value) }));
    part("view").addEventListener("change", (event) => { wished = event.target.value; go({}); });
    part("month").addEventListener("input", (event) => { stop(); go({ month: settings.months[event.target.value] }); });
    part("play").addEventListener("click", play);
    part("places-part").addEventListener("toggle", async () => {
      if (view) fillTable(await load(`data/${slug(state.measure)}.${state.window}.json`));
    });
    part("controls").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => { state = readAddress(); setControls(); show(); });
    PHONE.addEventListener("change", show);
    addEventListener("resize", () => ring(document.activeElement));
    CALM.addEventListener("change", stop);
  }

  state = readAddress();
  fillControls();
  setControls();
  stop();
  part("still").hidden = true;
  part("controls").hidden = false;
  listen();
  // The still map is painted first; what makes it live is asked for afterwards.
  requestAnimationFrame(() => setTimeout(show, 0));
}
