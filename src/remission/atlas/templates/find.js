// The nearest trusts to a place: the form of "Where would I find", and the box on the first page. Both pages are whole
// without this script: form and box stay hidden until the data are here, and everything is put on the page as text.
(() => {
  "use strict";
  const EARTH_KM = 6371.0088;
  const ONE_PLACE_KM = 5;
  const MOST = 10;
  const NEAREST = 3;
  const NAMED = 4;
  const CHOICES = 8;
  const POSTCODE = /^([A-Z]{1,2})[0-9][A-Z0-9]?([0-9][A-Z]{2})?$/;
  // Read at once: the live map of the first page soon writes its own view there.
  const opened = new URLSearchParams(location.hash.slice(1));
  const section = document.getElementById("near") ?? document.getElementById("place");
  const part = (name) => document.getElementById(`${section.id}-${name}`);

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

  // A name in small letters, without accents and signs, as the command line looks it up.
  const spoken = (text) => {
    const plain = text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").replace(/^the /, "");
    return (plain.match(/[a-z0-9]+/g) ?? []).join(" ");
  };

  // The place that is called so, else those in whose name the words stand together.
  const called = (places, asked) => {
    const words = spoken(asked);
    if (words === "") return [];
    const exact = places.find(([name]) => spoken(name) === words || spoken(name.split(",")[0]) === words);
    return exact ? [exact] : places.filter(([name]) => ` ${spoken(name)} `.includes(` ${words} `));
  };

  // A district of which nothing is known is told apart from one where nothing is published; no other is guessed.
  const nowhere = (asked, elsewhere) => {
    const area = POSTCODE.exec(asked.toUpperCase().replace(/\s/g, ""))?.[1];
    if (asked.trim() === "") return "Type a town, or the first half of a postcode.";
    if (area === undefined) return `“${asked.trim()}” is no place that is known here. Try a larger place near it, or the first half of a postcode, such as E1 or LS9.`;
    return Object.hasOwn(elsewhere, area)
      ? `${elsewhere[area]} publishes no such data.`
      : `No hospital is known near “${asked.trim()}”. Try a neighbouring district.`;
  };

  const middle = (points) => [0, 1].map((at) => points.reduce((sum, point) => sum + point[at], 0) / points.length);

  // A postcode by its district, or else the middle of its area, which is said.
  const byPostcode = (data, asked) => {
    const plain = asked.toUpperCase().replace(/\s/g, "");
    const area = POSTCODE.exec(plain)?.[1];
    const district = districtOf(asked, data.districts);
    if (district !== null) return { name: district, point: data.districts[district], how: `the middle of the hospitals known in postcode district ${district}` };
    const alike = Object.keys(data.districts).filter((one) => /^[A-Z]+/.exec(one)[0] === area);
    if (alike.length === 0) return null;
    const number = `${alike.length} ${alike.length === 1 ? "district" : "districts"}`;
    return { name: plain, point: middle(alike.map((one) => data.districts[one])), how: `no hospital is known in ${plain}: the middle of ${number} of postcode area ${area}` };
  };

  // As on the command line: a postcode, then a place by name, a trust, a hospital or its town; several are a question.
  const located = (data, asked) => {
    const found = byPostcode(data, asked);
    if (found !== null) return found;
    if (POSTCODE.test(asked.toUpperCase().replace(/\s/g, ""))) return { said: nowhere(asked, data.elsewhere) };
    const sites = data.trusts.map(([, name, lat, lon]) => [name, lat, lon, `the main site of ${name}`]);
    const hospitals = data.hospitals.map(([name, lat, lon]) => [name, lat, lon, name]);
    for (const places of [data.names, [...sites, ...hospitals]]) {
      const named = called(places, asked);
      const [first] = named;
      const together = named.every((one) => distance([one[1], one[2]], [first[1], first[2]]) <= ONE_PLACE_KM);
      if (named.length > 0 && together) return { name: first[0], point: [first[1], first[2]], how: first[3] };
      if (named.length > 1) {
        const more = named.length > CHOICES ? ` and ${named.length - CHOICES} more` : "";
        return { said: `${named.length} places are called so. Say which: ${named.slice(0, CHOICES).map(([name]) => name).join(", ")}${more}.` };
      }
    }
    return { said: nowhere(asked, data.elsewhere) };
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

  const trustLink = ([code, name], anchor = "") => {
    const link = document.createElement("a");
    link.href = `trust/${encodeURIComponent(code)}.html${anchor}`;
    link.textContent = name;
    return link;
  };

  const row = ({ trust, km, words }) => {
    const made = document.createElement("tr");
    const first = cell("th", trustLink(trust));
    first.scope = "row";
    const last = cell("td", words);
    last.className = "words";
    made.append(first, cell("td", rough(km)), last);
    return made;
  };

  const show = (data) => {
    const therapy = part("therapy").value;
    const place = located(data, part("district").value);
    part("table").hidden = Boolean(place.said);
    if (place.said) {
      part("said").textContent = place.said;
      return;
    }
    const found = nearest(data, therapy, place.point);
    const issued = found.filter((one) => one.issued).slice(0, MOST);
    // A nearer trust of which nothing is known belongs in the list: silence is not absence.
    const reach = issued.at(-1)?.km ?? Infinity;
    const unknown = found.filter((one) => !one.issued && one.km <= reach).slice(0, MOST);
    const shown = found.filter((one) => issued.includes(one) || unknown.includes(one));
    part("rows").replaceChildren(...shown.map(row));
    part("caption").textContent = `${therapy}: trusts near ${place.name}. ${data.warning ? `${data.warning}.` : ""}`;
    const { withoutPoint } = data.therapies[therapy];
    const without = withoutPoint ? ` Without a known point and left out: ${count(withoutPoint)}.` : "";
    const country = data.elsewhere[/^([A-Z]+)[0-9]/.exec(place.name)?.[1]];
    const abroad = country ? ` ${country} publishes no such data: none of its hospitals is here.` : "";
    part("said").textContent = `${count(shown.length)} near ${place.name}, nearest first; ${issued.length} issued ${therapy}. Distances from ${place.how}.${without}${abroad}`;
  };

  const listed = (names) => {
    const more = names.length - NAMED;
    return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
  };

  // The answer, its one caveat, and what would find out: of the nearest trusts together.
  const answer = (data, place) => {
    const near = data.trusts
      .map((trust, at) => ({ trust, at, km: distance(place.point, [trust[2], trust[3]]) }))
      .sort((one, other) => one.km - other.km)
      .slice(0, NEAREST);
    const therapies = Object.entries(data.therapies);
    const issued = (at) => therapies.filter(([, states]) => states.used.includes(at)).length;
    const hidden = therapies
      .filter(([, states]) => !near.some(({ at }) => states.used.includes(at)) && near.some(({ at }) => states.unknown.includes(at)))
      .map(([name]) => name);
    const first = cell("p", `Near ${place.name}, in the last 12 months: `);
    near.forEach((one, turn) => {
      const number = issued(one.at);
      // None that is seen is no zero: it may be supplied another way.
      const said = number ? `issued ${number} MS ${number === 1 ? "therapy" : "therapies"}` : "is seen to issue none";
      first.append(turn ? "; " : "", trustLink(one.trust), ` (${rough(one.km)}) ${said}`);
    });
    first.append(".");
    const caveat = hidden.length
      ? `Cannot be seen at any of them: ${listed(hidden)}. Homecare, or a chemist on an FP10 form, may supply what is missing here.`
      : "Every therapy of the list is seen at one of them, or is not used there.";
    const ask = cell("p", "To find out: a ready letter to ");
    ask.append(trustLink(near[0].trust, "#foi"), ".");
    const how = cell("p", `Distances are straight lines from ${place.how}.${data.warning ? ` ${data.warning}.` : ""}`);
    how.className = "note";
    return [first, cell("p", caveat), ask, how];
  };

  const tell = (data) => {
    const place = located(data, part("asked").value);
    part("said").replaceChildren(...(place.said ? [cell("p", place.said)] : answer(data, place)));
  };

  // The way back leads to the question before. What was typed is kept for this tab alone and stands in no address, where
  // whoever looks at the list of pages that were visited would find it.
  const begun = Object.fromEntries(opened);
  const remember = (asked) => {
    if (JSON.stringify(asked) !== JSON.stringify(history.state)) history.pushState(asked, "");
  };
  const recall = (read) => {
    addEventListener("popstate", (event) => read(event.state ?? begun));
    read(history.state ?? begun);
  };

  const startBox = (data) => {
    const ask = () => {
      remember({ near: part("asked").value });
      tell(data);
    };
    const read = ({ near = "" }) => {
      part("asked").value = near;
      if (near) tell(data);
      else part("said").replaceChildren();
    };
    part("go").addEventListener("click", ask);
    part("asked").addEventListener("keydown", (event) => { if (event.key === "Enter") ask(); });
    section.hidden = false;
    recall(read);
    document.body.dataset.find = "ready";
  };

  const start = (data) => {
    part("therapy").replaceChildren(...Object.keys(data.therapies).map((one) => cell("option", one)));
    const ask = () => {
      remember({ therapy: part("therapy").value, district: part("district").value });
      show(data);
    };
    const read = ({ therapy = "", district = "" }) => {
      const known = district !== "" && Object.hasOwn(data.therapies, therapy);
      part("district").value = district;
      if (known) {
        part("therapy").value = therapy;
        show(data);
      } else {
        part("table").hidden = true;
        part("said").textContent = "";
      }
    };
    part("go").addEventListener("click", ask);
    part("district").addEventListener("keydown", (event) => { if (event.key === "Enter") ask(); });
    part("therapy").addEventListener("change", () => { if (part("district").value.trim()) ask(); });
    section.hidden = false;
    recall(read);
    document.body.dataset.find = "ready";
  };

  // Opened by double click, a page may not read its neighbour: the tables stay, the form does not come.
  if (location.protocol === "file:") return;
  fetch(section.dataset.find).then((came) => came.json()).then(section.id === "near" ? start : startBox).catch(() => { document.body.dataset.find = "none"; });
})();
