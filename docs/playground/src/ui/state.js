// The setting of a page lives in the fragment of the address, #tone?frequency=0.3&snr=10, so that it can be linked.
//
// A page's `specs` say what there is: {name: {value, min, max, step, whole} or {value, options}}. Only what differs from
// the first setting is written.

/** Return {page, values, complaints} of a fragment; what cannot be used is said and left at its first value. */
export function readFragment(fragment, pages) {
  const [name, query = ""] = fragment.replace(/^#/, "").split("?");
  const page = name in pages ? name : Object.keys(pages)[0];
  const complaints = name && name !== "main" && !(name in pages) ? [`there is no page “${name}”`] : [];
  const { specs } = pages[page];
  const values = firstValues(specs);
  for (const [key, text] of new URLSearchParams(query)) {
    const [value, complaint] = key in specs ? parsed(text, specs[key]) : [undefined, "is no setting of this page"];
    if (complaint) complaints.push(`${key} ${complaint}`);
    else values[key] = value;
  }
  return { page, values, complaints };
}

export const firstValues = (specs) => Object.fromEntries(Object.entries(specs).map(([key, { value }]) => [key, value]));

function parsed(text, { options, min, max, whole }) {
  if (options) return options.includes(text) ? [text] : [undefined, `must be one of ${options.join(", ")}, got “${text}”`];
  const value = Number(text);
  const good = text.trim() !== "" && value >= min && value <= max && (!whole || Number.isInteger(value));
  return good ? [value] : [undefined, `must be a ${whole ? "whole " : ""}number from ${min} to ${max}, got “${text}”`];
}

export function writeFragment(page, values, specs) {
  const query = new URLSearchParams();
  for (const [key, { value }] of Object.entries(specs)) {
    if (values[key] !== value) query.set(key, typeof values[key] === "number" ? Number(values[key].toPrecision(6)) : values[key]);
  }
  return `#${page}${query.size ? `?${query}` : ""}`;
}
