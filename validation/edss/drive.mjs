// Asks a calculator for the EDSS of every combination of seven functional systems and an ambulation score.
//
//   node drive.mjs index.cjs   one that exports calculateEDSS (its functional systems in the order below)
//   node drive.mjs edss.mjs    one that exports computeEDSSFromInputs (walking in words and metres)
//
// Writes one byte a combination to standard output, ambulation fastest: the EDSS in half-points, 255 for no answer.

import path from "node:path";
import { pathToFileURL } from "node:url";

const TOP = [6, 5, 6, 5, 6, 6, 5]; // visual, brainstem, pyramidal, cerebellar, sensory, bowel and bladder, cerebral
// Ambulation score to how that calculator is told of walking: help, metres without aid, not unrestricted.
const WALKING = [
  ["none", 1000, false], ["none", 500, true], ["none", 300, true], ["none", 200, true], ["none", 100, true],
  ["none", 99, true], ["uni_50_plus", null, true], ["bi_120_plus", null, true], ["uni_under_50", null, true],
  ["bi_5_to_120", null, true], ["wheel_self", null, true], ["wheel_some_help", null, true],
  ["wheel_dependent", null, true], ["bed_chair_limited_arms", null, true], ["helpless", null, true],
  ["total_care", null, true], null,
];

const loaded = await import(pathToFileURL(path.resolve(process.argv[2])));
const { calculateEDSS, computeEDSSFromInputs } = loaded.default ?? loaded;

function ask(fs, ambulation) {
  if (calculateEDSS) return calculateEDSS(...fs, ambulation);
  if (WALKING[ambulation] === null) return undefined; // it does not know of death
  const [V, BS, P, C, S, BB, M] = fs;
  return computeEDSSFromInputs({ V, BS, P, C, S, BB, M }, ...WALKING[ambulation]).edss;
}

const answers = Buffer.alloc(17 * TOP.reduce((count, top) => count * (top + 1), 1), 255);
const fs = [0, 0, 0, 0, 0, 0, 0];
let place = 0;
for (let more = true; more; ) {
  for (let ambulation = 0; ambulation <= 16; ambulation++, place++) {
    const edss = ask(fs, ambulation);
    if (Number.isFinite(edss)) answers[place] = 2 * edss;
  }
  let system = 6;
  while (system >= 0 && fs[system] === TOP[system]) fs[system--] = 0;
  if ((more = system >= 0)) fs[system]++;
}
process.stdout.write(answers);
