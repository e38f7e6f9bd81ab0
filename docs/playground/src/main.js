// The playground: three pages, the setting in the fragment of the address, light or dark.

import { html, render } from "lit-html";
import { averagePage } from "./pages/average.js";
import { burstPage } from "./pages/burst.js";
import { tonePage } from "./pages/tone.js";
import { api } from "./api.js";
import { button } from "./ui/controls.js";
import { guide } from "./ui/guide.js";
import { firstValues, readFragment, writeFragment } from "./ui/state.js";
import { isDark, onSystemChange, switchTheme } from "./ui/theme.js";
import { watchWidths } from "./ui/widths.js";

const root = document.getElementById("app");
const PAGES = { tone: tonePage(() => draw()), burst: burstPage(() => draw()), average: averagePage(() => draw()) };
const guideOpen = window.matchMedia("(min-width: 60rem)").matches;
const QUIET = 700; // milliseconds without a change before it is announced
const remembered = {}; // the settings of the pages that are not shown
let [page, values, complaints, note, telling] = ["tone", {}, [], "", {}];

function follow() {
  ({ page, values, complaints } = readFragment(location.hash, PAGES));
  const complaint = PAGES[page].adjust(values, "");
  if (complaint) complaints.push(complaint);
  show();
}

function show() {
  PAGES[page].update(values);
  remembered[page] = writeFragment(page, values, PAGES[page].specs);
  draw();
}

function changed() {
  [complaints, note] = [[], ""];
  show();
  history.replaceState(null, "", remembered[page]);
}

function change(name, value) {
  values[name] = value;
  PAGES[page].adjust(values, name);
  changed();
}

/** Take a whole setting: what it does not name stands as at first, unless it is `kept`. */
function apply(setting, kept = false) {
  values = { ...(kept ? values : { ...firstValues(PAGES[page].specs), seed: values.seed }), ...setting };
  changed();
}

async function copyLink() {
  history.replaceState(null, "", remembered[page]);
  try {
    await navigator.clipboard.writeText(location.href);
    note = "The link to this setting is copied.";
  } catch {
    note = "The address bar holds the link to this setting: copy it from there.";
  }
  draw();
}

function draw() {
  const { name, heading, intro, tasks, view } = PAGES[page];
  const { controls, figures } = view(values, { change, apply });
  document.title = `${name} – dspvnn playground`;
  render(html`
    <header class="top">
      <p class="brand">dspvnn <span>playground</span></p>
      <nav aria-label="Pages">${Object.keys(PAGES).map((key) => html`<a href=${remembered[key] ?? `#${key}`} aria-current=${key === page ? "page" : "false"}>${PAGES[key].name}</a>`)}</nav>
      <div class="tools">${button("Copy link", copyLink)}${button(isDark() ? "Light" : "Dark", () => { switchTheme(); draw(); })}</div>
    </header>
    <main id="main" tabindex="-1">
      <div class="intro"><h1>${heading}</h1><p>${intro}</p>
        <p class="status" role="status">${complaints.length ? `This link could not be read whole: ${complaints.join("; ")}.` : note}</p></div>
      <section class="controls" aria-labelledby="setting"><h2 id="setting">Setting</h2>${controls}
        <div class="buttons">${button("Start again", () => apply({}))}</div></section>
      <section class="figures" aria-label="Figures">${figures.map(({ template }) => template)}</section>
      <aside aria-label="Guide">${guide(tasks, apply, guideOpen)}</aside>
    </main>
    <p class="hidden" id="told" aria-live="polite"></p>`, root);
  tell(figures.map(({ summary }) => summary).join(" "));
}

/** Announce what the figures show once it has stopped changing. */
function tell(text) {
  if (text === telling.text) return;
  clearTimeout(telling.timer);
  telling = { text, timer: setTimeout(() => (document.getElementById("told").textContent = text), QUIET) };
}

addEventListener("hashchange", follow);
onSystemChange(draw);
const measure = watchWidths(root, draw);
root.replaceChildren();
follow();
measure();
window.playground = { ...api, firstAnswer: performance.now() }; // milliseconds since the page was asked for
