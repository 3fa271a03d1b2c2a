"""Pages looked over by axe in a browser: wholly at one width, and at another where they show otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from made_up.headless_chromium import Tab

# How each element shows: whether at all, in which colours, how far it is seen through, and whether its letters are
# large (24 pixels, or 18.66 and bold), for then less contrast is asked. What is read of it, and by which name, is the
# same at every width.
_LOOK = """[...document.querySelectorAll('*')].map(one => [one.checkVisibility(), getComputedStyle(one)])
  .map(([seen, style]) => seen && [style.color, style.backgroundColor, style.opacity,
    parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24)].join())"""
# One rule is never more than moderate, and takes longer than most.
_HOW = "{resultTypes: ['violations'], rules: {region: {enabled: false}}}"
_SERIOUS = """then(found => found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')))"""
# Elements that are as one before them in the same place is, down to the last thing inside of them: the same tags,
# classes, attributes and looks, each with text or without, and each attribute with something in it or without. Rows of
# a table and marks of a picture are alike by the hundred, and what is wrong with one is wrong with the first.
_ALIKE = f"""(() => {{
  const every = [...document.querySelectorAll('*')], look = new Map({_LOOK}.map((one, at) => [every[at], one]))
  const own = one => [one.tagName, look.get(one), one.textContent.trim() !== '', ...[...one.attributes].map(it =>
    it.name + '=' + (/^(class|role|type|scope|tabindex|aria-hidden|lang)$/.test(it.name) ? it.value : it.value !== ''))]
  const numbers = new Map(), signs = new Map(), alike = []
  for (const one of every.reverse()) {{
    const sign = own(one) + '(' + [...one.children].map(it => signs.get(it)) + ')'
    if (!numbers.has(sign)) numbers.set(sign, numbers.size)
    signs.set(one, numbers.get(sign))
  }}
  for (const one of every) {{
    const seen = new Set()
    for (const child of one.children) seen.has(signs.get(child)) ? alike.push(child) : seen.add(signs.get(child))
  }}
  return alike
}})()"""
# Those that show otherwise than before and are seen, without what is inside of another one of them.
_OTHERS = f"""(() => {{
  const look = {_LOOK}, every = [...document.querySelectorAll('*')]
  if (look.length !== window.lookedLike.length) return [document.documentElement]
  const others = new Set(every.filter((one, at) => look[at] && look[at] !== window.lookedLike[at]))
  const inside = one => one.parentElement && (others.has(one.parentElement) || inside(one.parentElement))
  return [...others].filter(one => !inside(one))
}})()"""


@dataclass(frozen=True)
class LookedOver:
    """Looks over what is open in a tab, by the script of axe."""

    axe: str

    @classmethod
    def by_axe(cls) -> LookedOver:
        """With the axe that is installed; ModuleNotFoundError without it."""
        return cls(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8"))

    def serious(self, tab: Tab) -> list[str]:
        """What is serious or critical anywhere on the page, as it is now; of what is alike the first is looked at."""
        tab.run(self.axe + "; 0")
        tab.run(f"window.lookedLike = {_LOOK}; window.alike = {_ALIKE}; 0")
        found: list[str] = tab.run(f"axe.run({{include: [document], exclude: window.alike}}, {_HOW}).{_SERIOUS}")
        return found

    def serious_where_otherwise(self, tab: Tab) -> list[str]:
        """The same of what shows otherwise than when the page was looked over: all of it would take as long again."""
        found: list[str] = tab.run(f"""(others => others.length === 0 ? [] :
          axe.run({{include: others, exclude: window.alike}}, {_HOW}).{_SERIOUS})({_OTHERS})""")
        return found


def at_width(tab: Tab, width: int) -> None:
    """Make the window so wide; whatever is asked of the page afterwards is of the page laid out anew."""
    tab.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    tab.wait_for(f"innerWidth === {width}")
