// Sliders, choices and buttons, each with a label.

import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";

/** Return a slider. `range`: the part of it that is shaded, what the nets were trained on. */
export function slider(name, spec, value, change) {
  const { label, min, max, step, log, format, unit = "", range } = spec;
  const [low, high] = range ? range.map((edge) => (position(edge, spec) - position(min, spec)) / (position(max, spec) - position(min, spec))) : [0, 0];
  const track = range ? `--a:${low.toFixed(4)};--b:${high.toFixed(4)}` : nothing;
  const said = `${format ? format(value) : value}${unit && ` ${unit}`}`;
  return html`<div class="control">
    <label for=${name}>${label}</label><output for=${name}>${said}</output>
    <input id=${name} type="range" class=${range ? "ranged" : ""} style=${track} min=${position(min, spec)} max=${position(max, spec)}
      step=${step} .value=${live(String(position(value, spec)))} aria-valuetext=${said}
      @input=${(event) => change(name, log ? 2 ** event.target.value : Number(event.target.value))}>
  </div>`;
}

/** Return where a value stands on its slider. */
const position = (value, { log }) => (log ? Math.log2(value) : value);

export function choice(name, label, options, value, change) {
  return html`<div class="control">
    <label for=${name}>${label}</label>
    <select id=${name} .value=${live(value)} @change=${(event) => change(name, event.target.value)}>
      ${options.map((option) => html`<option value=${option} ?selected=${option === value}>${option}</option>`)}
    </select>
  </div>`;
}

export function tick(name, label, value, change) {
  return html`<div class="control tick">
    <input id=${name} type="checkbox" .checked=${live(Boolean(value))} @change=${(event) => change(name, event.target.checked ? 1 : 0)}>
    <label for=${name}>${label}</label>
  </div>`;
}

export const button = (text, act, kind = "") => html`<button type="button" class=${kind} @click=${act}>${text}</button>`;

/** Return the sentence that explains the shading of the sliders. */
export const shadingNote = () => html`<p class="note"><span class="key" aria-hidden="true"></span>Shaded: what the nets were trained on.</p>`;
