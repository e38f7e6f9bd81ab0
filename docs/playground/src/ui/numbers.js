// How numbers are written.

/** Return `value` with so many digits, a true minus sign, and a power of ten where it is very small or large. */
export function digits(value, count = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return minus(Number(value.toPrecision(count)).toString());
  const [mantissa, power] = value.toExponential(count - 1).split("e");
  return minus(`${Number(mantissa)}·10${superscript(Number(power))}`);
}

export const fixed = (value, places) => (Number.isFinite(value) ? minus(value.toFixed(places)) : "–");
export const percent = (share, places = 0) => `${(100 * share).toFixed(places)} %`;

const minus = (text) => text.replaceAll("-", "−");
const superscript = (power) => [...String(power)].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻").join("");
