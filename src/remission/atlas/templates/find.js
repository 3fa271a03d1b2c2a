// The nearest trusts to a postcode district. The page is whole without this script: the form stays hidden until the
// data are here, and everything is put on the page as text.
(() => {
  "use strict";
  const EARTH_KM = 6371.0088;
  const MOST = 10;
  const section = document.getElementById("near");
  const part = (name) => document.getElementById(`near-${name}`);

  const distance = ([lat, lon], [otherLat, otherLon]) => {
    const turn = Math.PI / 180;
    const north = Math.sin(((otherLat - lat) * turn) / 2) ** 2;
    const east = Math.sin(((otherLon - lon) * turn) / 2) ** 2;
    return 2 * EARTH_KM * Math.asin(Math.sqrt(north + Math.cos(lat * turn) * Math.cos(otherLat * turn) * east));
  };

  // "e1 6an", "E1" and "SW1A 1AA" are all districts; a full postcode loses its last three characters.
  const districtOf = (text, districts) => {
    const plain = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
    const short = plain.length > 4 ? plain.slice(0, -3) : plain;
    return [plain, short, short.replace(/[A-Z]$/, "")].find((one) => Object.hasOwn(districts, one)) ?? null;
  };

  // Nobody knows to the kilometre: the district alone is several kilometres wide.
  const rough = (km) => (km < 5 ? "under 5 km" : `${km < 30 ? Math.round(km) : Math.round(km / 5) * 5} km`);

  // A district of which nothing is known is told apart from one where nothing is published; no other is guessed.
  const nowhere = (asked, elsewhere) => {
    const plain = asked.toUpperCase().replace(/\s/g, "");
    const area = /^([A-Z]{1,2})[0-9][A-Z0-9]?([0-9][A-Z]{2})?$/.exec(plain)?.[1];
    if (plain === "") return "Type the first half of a postcode.";
    if (area === undefined) return `“${asked.trim()}” is no postcode district. Try the part before the space, such as E1 or LS9.`;
    return Object.hasOwn(elsewhere, area)
      ? `${elsewhere[area]} publishes no such data.`
      : `No hospital is known near “${asked.trim()}”. Try a neighbouring district.`;
  };

  const count = (number) => `${number} ${number === 1 ? "trust" : "trusts"}`;

  const nearest = (data, therapy, point) => {
    const states = data.therapies[therapy];
    const seen = (numbers, issued, words) => numbers.map((at) => ({ trust: data.trusts[at], issued, words }));
    const all = [
      ...seen(states.used, true, "issued in the last 12 months"),
      ...seen(states.unknown, false, "not visible or not reported"),
    ];
    return all
      .map((one) => ({ ...one, km: distance(point, [one.trust[2], one.trust[3]]) }))
      .sort((one, other) => one.km - other.km);
  };

  const cell = (tag, content) => {
    const made = document.createElement(tag);
    made.append(content);
    return made;
  };

  const row = ({ trust, km, words }) => {
    const link = document.createElement("a");
    link.href = `trust/${encodeURIComponent(trust[0])}.html`;
    link.textContent = trust[1];
    const made = document.createElement("tr");
    const first = cell("th", link);
    first.scope = "row";
    const last = cell("td", words);
    last.className = "words";
    made.append(first, cell("td", rough(km)), last);
    return made;
  };

  const show = (data) => {
    const therapy = part("therapy").value;
    const asked = part("district").value;
    const district = districtOf(asked, data.districts);
    part("table").hidden = district === null;
    if (district === null) {
      part("said").textContent = nowhere(asked, data.elsewhere);
      return;
    }
    const found = nearest(data, therapy, data.districts[district]);
    const issued = found.filter((one) => one.issued).slice(0, MOST);
    // A nearer trust of which nothing is known belongs in the list: silence is not absence.
    const reach = issued.at(-1)?.km ?? Infinity;
    const unknown = found.filter((one) => !one.issued && one.km <= reach).slice(0, MOST);
    const shown = found.filter((one) => issued.includes(one) || unknown.includes(one));
    part("rows").replaceChildren(...shown.map(row));
    part("caption").textContent = `${therapy}: trusts near ${district}. ${data.warning ? `${data.warning}.` : ""}`;
    const { withoutPoint } = data.therapies[therapy];
    const without = withoutPoint ? ` Without a known point and left out: ${count(withoutPoint)}.` : "";
    const country = data.elsewhere[/^[A-Z]+/.exec(district)[0]];
    const abroad = country ? ` ${country} publishes no such data: none of its hospitals is here.` : "";
    part("said").textContent = `${count(shown.length)} near ${district}, nearest first; ${issued.length} issued ${therapy}.${without}${abroad}`;
  };

  const start = (data) => {
    part("therapy").replaceChildren(...Object.keys(data.therapies).map((one) => cell("option", one)));
    part("go").addEventListener("click", () => show(data));
    part("district").addEventListener("keydown", (event) => { if (event.key === "Enter") show(data); });
    part("therapy").addEventListener("change", () => { if (part("district").value.trim()) show(data); });
    section.hidden = false;
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.has("district") && Object.hasOwn(data.therapies, asked.get("therapy"))) {
      part("therapy").value = asked.get("therapy");
      part("district").value = asked.get("district");
      show(data);
    }
    document.body.dataset.find = "ready";
  };

  // Opened by double click, a page may not read its neighbour: the tables stay, the form does not come.
  if (location.protocol === "file:") return;
  fetch(section.dataset.find).then((answer) => answer.json()).then(start).catch(() => { document.body.dataset.find = "none"; });
})();
