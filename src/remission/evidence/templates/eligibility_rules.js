// Which sets of rules a person meets, as studies/criteria decides it, part by part; nothing here knows of the page.
// Three levels, so that "all" is the least of its parts, "any" the greatest, and "not" what is left of two.
globalThis.takes = (() => {
  "use strict";
  const [NOT_MET, UNKNOWN, MET] = [0, 1, 2];
  const WORDS = ["not met", "unknown", "met"];
  const NO_CHANGE = 3; // better than any level

  // ---- facts: some are never more than others, so a known one bounds its neighbours

  const vocabulary = (every) => {
    const byName = new Map(every.map((fact) => [fact.name, fact]));
    const following = (name) => {
      const more = byName.get(name).never_more_than;
      return more ? [more, ...following(more)] : [];
    };
    const larger = new Map(every.map(({ name }) => [name, following(name)]));
    const smaller = new Map(every.map(({ name }) => [name, every.map((fact) => fact.name).filter((one) => larger.get(one).includes(name))]));
    return { byName, larger, smaller, names: every.map(({ name }) => name) };
  };

  const boundTo = (name, words) => [...words.smaller.get(name), ...words.larger.get(name)];
  const range = (fact) => (fact.kind === "yes-no" ? [0, 1] : [fact.low ?? 0, fact.high ?? 0]);

  // Between what an ordered fact must lie.
  const spanOf = (name, { told, words }) => {
    if (name in told) return [Number(told[name]), Number(told[name])];
    let [low, high] = range(words.byName.get(name));
    for (const one of words.smaller.get(name)) if (one in told) low = Math.max(low, Number(told[one]));
    for (const one of words.larger.get(name)) if (one in told) high = Math.min(high, Number(told[one]));
    return [low, high];
  };

  // ---- levels

  // An absent bound is no bound: nothing is more or less than what is no number.
  const within = ([low, high], rule) => {
    const { at_least: least = Number.NaN, at_most: most = Number.NaN, above = Number.NaN, below = Number.NaN } = rule;
    if (high < least || low > most || high <= above || low >= below) return NOT_MET;
    return low < least || high > most || low <= above || high >= below ? UNKNOWN : MET;
  };
  const [YES, NO] = [{ at_least: 1 }, { at_most: 0 }];
  const yesOrNo = (rule) => (rule.is ? YES : NO);
  const boundOf = (rule) => (rule.is === undefined ? rule : yesOrNo(rule));

  const level = (rule, state) => {
    if (rule.all) return rule.all.reduce((least, one) => Math.min(least, level(one, state)), MET);
    if (rule.any) return rule.any.reduce((most, one) => Math.max(most, level(one, state)), NOT_MET);
    if (rule.not) return MET - level(rule.not, state);
    if (rule.not_decided) return UNKNOWN;
    if (rule.one_of) {
      if (!(rule.fact in state.told)) return UNKNOWN;
      return rule.one_of.includes(state.told[rule.fact]) ? MET : NOT_MET;
    }
    return within(spanOf(rule.fact, state), boundOf(rule));
  };

  // A text that can be read in several ways has a level only where all of them agree.
  const agreed = (levels) => (levels.every((one) => one === levels[0]) ? levels[0] : UNKNOWN);
  const levelOf = (criterion, state) => agreed(criterion.readings.map((one) => level(one, state)));

  // ---- which known facts decide: the smallest sets that force the answer, each a sorted list of places

  const holds = (one, other) => other.every((place) => one.includes(place));
  const smallest = (found) => {
    const every = [...new Map(found.map((one) => [one.join(), one])).values()];
    return every.filter((one) => !every.some((other) => other.length < one.length && holds(one, other)));
  };
  const union = (one, other) => [...new Set([...one, ...other])].sort((a, b) => a - b);
  const together = (each) => each.reduce((some, more) => smallest(some.flatMap((a) => more.map((b) => union(a, b)))), [[]]);
  const either = (each) => smallest(each.flat());

  const ofAtom = (rule, { told, words }, wanted) => {
    const near = [rule.fact, ...boundTo(rule.fact, words)].filter((name) => name in told);
    // One from below and one from above are as many as are ever needed.
    const some = [[], ...near.map((one) => [one]), ...near.flatMap((one, at) => near.slice(at + 1).map((other) => [one, other]))];
    const forced = some.filter((names) => level(rule, { told: Object.fromEntries(names.map((name) => [name, told[name]])), words }) === wanted);
    return smallest(forced.map((names) => union(names.map((name) => words.names.indexOf(name)), [])));
  };

  const forcing = (rule, state, wanted) => {
    const parts = rule.all ?? rule.any;
    if (parts) {
      const each = parts.map((one) => forcing(one, state, wanted));
      return Boolean(rule.all) === (wanted === MET) ? together(each) : either(each);
    }
    if (rule.not) return forcing(rule.not, state, MET - wanted);
    return rule.not_decided ? [] : ofAtom(rule, state, wanted);
  };

  const decisive = (hard, reached, state) => {
    const of = (one, wanted) => together(one.readings.map((rule) => forcing(rule, state, wanted)));
    const failing = hard.filter((_, at) => reached[at] === NOT_MET);
    if (failing.length === 0 && reached.includes(UNKNOWN)) return [];
    const found = failing.length > 0 ? either(failing.map((one) => of(one, NOT_MET))) : together(hard.map((one) => of(one, MET)));
    const first = (one, other) => one.length - other.length || one.map((place, at) => place - other[at]).find(Boolean) || 0;
    return found.sort(first).map((places) => places.map((place) => state.words.names[place]));
  };

  // ---- which unknown facts could still change it: by going through all that they might be

  const openAtoms = (rule, state) => {
    if (level(rule, state) !== UNKNOWN) return [];
    if (rule.not) return openAtoms(rule.not, state);
    const parts = rule.all ?? rule.any;
    return parts ? parts.flatMap((one) => openAtoms(one, state)) : [rule];
  };
  const undecided = (criterion, state) => (levelOf(criterion, state) === UNKNOWN ? criterion.readings.flatMap((one) => openAtoms(one, state)) : []);
  const unknownFacts = (criterion, state) => undecided(criterion, state).filter((one) => one.fact && !(one.fact in state.told)).map((one) => one.fact);

  // Criteria that share unknown facts, or facts that bound each other, are gone through together.
  const groupsOf = (criteria, state) => {
    let groups = [];
    for (const one of criteria) {
      const near = unknownFacts(one, state).flatMap((name) => [name, ...boundTo(name, state.words)]);
      const touching = groups.filter((group) => group.near.some((name) => near.includes(name)));
      groups = groups.filter((group) => !touching.includes(group));
      groups.push({ near: [...near, ...touching.flatMap((group) => group.near)], criteria: [...touching.flatMap((group) => group.criteria), one] });
    }
    return groups.map((group) => group.criteria);
  };

  const atoms = (rule) => {
    if (rule.not) return atoms(rule.not);
    const parts = rule.all ?? rule.any;
    return parts ? parts.flatMap(atoms) : [rule];
  };

  // Of what rules can not tell apart one value is enough: the least, so that facts that bound each other keep their order.
  const alike = (values, tells) => [...new Map(values.map((value) => [tells.map((tell) => tell(value)).join(), value])).values()];

  const candidates = (name, every, state) => {
    const { words } = state;
    const fact = words.byName.get(name);
    if (fact.kind === "choice") {
      const asked = every.filter((one) => one.one_of && one.fact === name);
      return alike(fact.choices.map((one) => one.value).reverse(), asked.map((one) => (value) => one.one_of.includes(value)));
    }
    const near = [name, ...boundTo(name, words)];
    const kin = new Set([...near, ...near.flatMap((one) => boundTo(one, words))]);
    const bounds = every.filter((one) => kin.has(one.fact) && !one.one_of).map(boundOf);
    const step = fact.step || 1;
    const ends = bounds.flatMap((one) => [one.at_least, one.at_most, one.above, one.below]).filter((end) => end !== undefined);
    const [low, high] = spanOf(name, state);
    const values = ends.flatMap((end) => [end - step, end, end + step]).map((value) => Math.round(value * 1e6) / 1e6);
    const possible = [...values, low, high].filter((value) => value >= low && value <= high).sort((a, b) => b - a);
    return alike(possible, bounds.map((one) => (value) => within([value, value], one)));
  };

  const everyWay = (lists) => lists.reduce((made, some) => made.flatMap((one) => some.map((value) => [...one, value])), [[]]);

  // What some criteria can come to: the best, and for each fact the worse answer of a change that it makes alone.
  const goneThrough = (criteria, state) => {
    const { told, words } = state;
    const names = [...new Set(criteria.flatMap((one) => unknownFacts(one, state)))];
    const atomsOfAll = criteria.flatMap((one) => one.readings.flatMap(atoms));
    const pairs = names.flatMap((name, at) => words.larger.get(name).map((more) => [at, names.indexOf(more)])).filter(([, more]) => more >= 0);
    const ways = everyWay(names.map((name) => candidates(name, atomsOfAll, state)))
      .filter((values) => pairs.every(([less, more]) => Number(values[less]) <= Number(values[more])));
    const came = ways.map((values) => {
      const then = { told: { ...told, ...Object.fromEntries(names.map((name, at) => [name, values[at]])) }, words };
      return Math.min(...criteria.map((one) => levelOf(one, then)));
    });
    const changes = names.map((name, at) => {
      const beside = new Map();
      ways.forEach((values, one) => {
        const others = values.filter((_, place) => place !== at).join();
        beside.set(others, [...(beside.get(others) ?? []), came[one]]);
      });
      return [name, Math.min(NO_CHANGE, ...[...beside.values()].filter((some) => new Set(some).size > 1).flat())];
    });
    return { changes, best: Math.max(...came) };
  };

  const toKnow = (hard, reached, state) => {
    if (reached.includes(NOT_MET)) return [];
    const open = hard.filter((_, at) => reached[at] === UNKNOWN);
    const groups = groupsOf(open, state).map((some) => goneThrough(some, state));
    // A change shows in the whole set where the other groups can be better than the worse of the two answers.
    const shows = (group) => Math.min(MET, ...groups.filter((one) => one !== group).map((one) => one.best));
    const found = groups.flatMap((group) => group.changes.filter(([, lower]) => lower < shows(group)).map(([name]) => name));
    return state.words.names.filter((name) => found.includes(name));
  };

  // ---- one set of rules

  const judge = (set, told, words) => {
    const state = { told, words };
    const proofs = set.criteria.map((one) => {
      const levels = one.readings.map((rule) => level(rule, state));
      return { name: one.name, strength: one.strength, value: WORDS[agreed(levels)], ambiguous: new Set(levels).size > 1 };
    });
    // What a source calls ideal is told apart and never decides.
    const hard = set.criteria.filter((one) => one.strength === "hard");
    const reached = hard.map((one) => levelOf(one, state));
    const least = Math.min(MET, ...reached);
    const asked = least === NOT_MET ? [] : hard.flatMap((one) => undecided(one, state)).flatMap((one) => one.not_decided ?? []);
    return { name: set.name, value: WORDS[least], decisive: decisive(hard, reached, state), to_know: toKnow(hard, reached, state), still_open: [...new Set(asked)], proofs };
  };

  // What is typed or picked as a fact; undefined where it is none, so that it stays unknown.
  const given = (fact, text) => {
    if (text === "") return undefined;
    if (fact.kind === "yes-no") return { yes: true, no: false }[text];
    if (fact.kind === "choice") return fact.choices.some((one) => one.value === text) ? text : undefined;
    const [low, high] = range(fact);
    const number = Number(text);
    const steps = (number - low) / (fact.step || 1);
    const possible = Number.isFinite(number) && number >= low && number <= high && Math.abs(steps - Math.round(steps)) < 1e-6;
    return possible ? number : undefined;
  };

  // Of two facts of which one can never be more than the other, the one that is: neither can be used.
  const contradictions = (told, words) => words.names.flatMap((name) => (name in told
    ? words.larger.get(name).filter((more) => more in told && Number(told[name]) > Number(told[more])).map((more) => [name, more]) : []));

  return { vocabulary, judge, given, contradictions };
})();
