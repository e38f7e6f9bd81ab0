// The Jacobian of a record's mean, a column a parameter, the frequency first: dspvnn/signals/tone_models.py.
//
// Time m counts from the middle of the record; a tone is a cos(2 pi f m) + b sin(2 pi f m) + offset. The linear
// parameters a, b span what amplitude and phase span, so the bound on the frequency is the same.

/** Return a, b and the frequency of a tone whose phase is that of sample 0. */
function centred({ frequency, phase, amplitude }, n) {
  const middle = phase + Math.PI * frequency * (n - 1);
  return { frequency, a: amplitude * Math.cos(middle), b: -amplitude * Math.sin(middle) };
}

/** Return the columns {value, slope to the turns, cos, sin} of an oscillation of `turns(m)` turns. */
function oscillation(n, turns, a, b) {
  const columns = { value: [], slope: [], cos: [], sin: [] };
  for (let t = 0; t < n; t++) {
    const angle = 2 * Math.PI * turns(t - (n - 1) / 2);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    columns.cos.push(cos);
    columns.sin.push(sin);
    columns.value.push(a * cos + b * sin);
    columns.slope.push(2 * Math.PI * (b * cos - a * sin));
  }
  return columns;
}

const timed = (column, power = 1) => column.map((value, t) => value * (t - (column.length - 1) / 2) ** power);
const ones = (n) => new Array(n).fill(1);

function toneColumns(n, p) {
  const { frequency, a, b } = centred(p, n);
  const { value, slope, cos, sin } = oscillation(n, (m) => frequency * m, a, b);
  return { mean: value.map((v) => v + p.offset), columns: [timed(slope), cos, sin, ones(n)] };
}

function chirpColumns(n, p) {
  const [a, b] = [p.amplitude * Math.cos(p.phase), -p.amplitude * Math.sin(p.phase)]; // the middle's phase
  const turns = (m) => p.frequency * m + (p.severity * m * m) / (2 * n * n);
  const { value, slope, cos, sin } = oscillation(n, turns, a, b);
  const bySweep = timed(slope, 2).map((v) => v / (2 * n * n));
  return { mean: value.map((v) => v + p.offset), columns: [timed(slope), cos, sin, ones(n), bySweep] };
}

function decayColumns(n, p) {
  const { mean, columns } = toneColumns(n, p);
  const falls = (column) => column.map((v, t) => v * Math.exp((-p.severity * t) / n));
  const value = falls(mean.map((v) => v - p.offset));
  const [byFrequency, cos, sin, offset] = columns;
  const byDecay = value.map((v, t) => (-t / n) * v);
  return {
    mean: value.map((v) => v + p.offset),
    columns: [falls(byFrequency), falls(cos), falls(sin), offset, byDecay],
  };
}

function twoToneColumns(n, p) {
  const [first, second] = [toneColumns(n, p), toneColumns(n, p.second)];
  return {
    mean: first.mean.map((v, t) => v + second.mean[t]),
    columns: [...first.columns, ...second.columns.slice(0, 3)],
  };
}

function harmonicColumns(n, p) {
  const { mean, columns } = toneColumns(n, p);
  for (let k = 2; k <= p.phases.length; k++) {
    if (k * p.frequency >= 0.5) continue; // the filter before the converter takes it away
    const own = { frequency: k * p.frequency, phase: p.phases[k - 1], amplitude: p.amplitudes[k - 1], offset: 0 };
    const of = toneColumns(n, own);
    columns[0] = columns[0].map((v, t) => v + k * of.columns[0][t]);
    columns.push(of.columns[1], of.columns[2]);
    of.mean.forEach((v, t) => (mean[t] += v));
  }
  return { mean, columns };
}

const SPECIAL = {
  "chirp": chirpColumns,
  "decay": decayColumns,
  "interfering tone": twoToneColumns,
  "harmonics": harmonicColumns,
};

/** Return {mean, columns} of a record of this kind of mismatch. */
export const toneModel = (kind, n, p) => (SPECIAL[kind] ?? toneColumns)(n, p);
