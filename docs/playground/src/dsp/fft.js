// The discrete Fourier transform of a real record, of any length.
//
// The package's transform takes powers of two. Any other length is turned into a convolution of such a length
// (Bluestein, IEEE Trans. Audio Electroacoust. 18, 1970): n k = (n^2 + k^2 - (k - n)^2) / 2.

import { cfft, cifft, fft } from "fourier-transform";

const chirps = new Map();

/** Return {re, im} of the bins 0 to length / 2 of `x`, filled up with zeros to `length`. */
export function transform(x, length = x.length) {
  const padded = new Float64Array(length);
  padded.set(x);
  if ((length & (length - 1)) === 0) {
    const [re, im] = fft(padded);
    return { re: re.slice(), im: im.slice() }; // the package uses its arrays again
  }
  return bluestein(padded);
}

function bluestein(x) {
  const n = x.length;
  const { cos, sin, size, re: filterRe, im: filterIm } = chirpOf(n);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    re[i] = x[i] * cos[i];
    im[i] = -x[i] * sin[i];
  }
  cfft(re, im);
  for (let i = 0; i < size; i++) {
    const real = re[i] * filterRe[i] - im[i] * filterIm[i];
    im[i] = re[i] * filterIm[i] + im[i] * filterRe[i];
    re[i] = real;
  }
  cifft(re, im);
  const bins = Math.floor(n / 2) + 1;
  const out = { re: new Float64Array(bins), im: new Float64Array(bins) };
  for (let k = 0; k < bins; k++) {
    out.re[k] = re[k] * cos[k] + im[k] * sin[k];
    out.im[k] = im[k] * cos[k] - re[k] * sin[k];
  }
  return out;
}

function chirpOf(n) {
  if (chirps.has(n)) return chirps.get(n);
  const size = 2 ** Math.ceil(Math.log2(2 * n));
  const [cos, sin] = [new Float64Array(n), new Float64Array(n)];
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < n; i++) {
    const angle = (Math.PI * ((i * i) % (2 * n))) / n; // the remainder keeps every digit of the angle
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
    re[i] = re[(size - i) % size] = cos[i];
    im[i] = im[(size - i) % size] = sin[i];
  }
  cfft(re, im);
  chirps.set(n, { cos, sin, size, re, im });
  return chirps.get(n);
}
