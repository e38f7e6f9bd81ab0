// The waveforms. Time counts samples from 0, frequency is in cycles per sample, phase in radians at sample 0.

const record = (n, value) => Float64Array.from({ length: n }, (_, t) => value(t));

/** Return A cos(2 pi f t + phase) + offset. */
export const tone = (n, { frequency, phase, amplitude, offset }) =>
  record(n, (t) => amplitude * Math.cos(2 * Math.PI * frequency * t + phase) + offset);

/** Return a tone whose frequency rises by `sweep` cycles per record; frequency and phase are the middle's. */
export const chirp = (n, { frequency, phase, amplitude, offset }, sweep) =>
  record(n, (t) => {
    const m = t - (n - 1) / 2;
    const cycles = frequency * m + (sweep * m * m) / (2 * n * n);
    return amplitude * Math.cos(2 * Math.PI * cycles + phase) + offset;
  });

/** Return a tone whose amplitude falls by exp(-decay) over the record; `amplitude` is the first. */
export const decayingTone = (n, { frequency, phase, amplitude, offset }, decay) =>
  record(n, (t) => Math.exp((-decay * t) / n) * amplitude * Math.cos(2 * Math.PI * frequency * t + phase) + offset);

/** Return a periodic signal: harmonic k + 1 has amplitudes[k] and phases[k]; none at or above 0.5. */
export const harmonicTone = (n, { frequency, offset }, phases, amplitudes) =>
  record(n, (t) =>
    amplitudes.reduce((total, amplitude, k) => {
      const own = (k + 1) * frequency;
      const kept = k === 0 || own < 0.5;
      return kept ? total + amplitude * Math.cos(2 * Math.PI * own * t + phases[k]) : total;
    }, offset),
  );

/** Return a burst sin(pi (t - onset) / width) for onset <= t <= onset + width, else 0. */
export const halfSine = (n, onset, width) =>
  record(n, (t) => {
    const position = (t - onset) / width;
    return position >= 0 && position <= 1 ? Math.sin(Math.PI * position) : 0;
  });
