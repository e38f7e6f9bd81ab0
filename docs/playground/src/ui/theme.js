// Light or dark: what the system asks for, until the switch says otherwise.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
let chosen = null;

export const isDark = () => (chosen ?? (dark.matches ? "dark" : "light")) === "dark";

export function switchTheme() {
  chosen = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
}

export const onSystemChange = (act) => dark.addEventListener("change", act);
