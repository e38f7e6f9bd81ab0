// Three things to try: what to do, a button that sets it up, a question, and what one should see.

import { html } from "lit-html";
import { button } from "./controls.js";

export function guide(tasks, apply, open) {
  return html`<details class="guide" ?open=${open}>
    <summary><h2>Three things to try</h2></summary>
    <ol>${tasks.map((task, i) => html`<li>
      <h3>${i + 1}. ${task.title}</h3>
      <p>${task.text}</p>
      ${button("Set it up", () => apply(task.setting))}
      <p class="question">${task.question}</p>
      <details class="answer"><summary>What you should see<span class="hidden">: ${task.title}</span></summary><p>${task.answer}</p></details>
    </li>`)}</ol>
  </details>`;
}
