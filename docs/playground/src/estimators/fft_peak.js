// The frequency of a tone from the largest bin of its Fourier transform, refined between the bins
// (Candan, IEEE Signal Process. Lett. 20(9), 2013).

import { transform } from "../dsp/fft.js";
import { freed, largestIndex } from "../dsp/statistics.js";

/** Return the frequency in cycles per sample. */
export function fftPeak(record) {
  const n = record.length;
  const { re, im } = transform(freed(record));
  const k = largestIndex(re.map((value, i) => value ** 2 + im[i] ** 2), 1, re.length - 2);
  // Jacobsen's Re[(X[k-1] - X[k+1]) / (2 X[k] - X[k-1] - X[k+1])], then its bias taken away.
  const [topRe, topIm] = [re[k - 1] - re[k + 1], im[k - 1] - im[k + 1]];
  const [bottomRe, bottomIm] = [2 * re[k] - re[k - 1] - re[k + 1], 2 * im[k] - im[k - 1] - im[k + 1]];
  const jacobsen = (topRe * bottomRe + topIm * bottomIm) / (bottomRe ** 2 + bottomIm ** 2);
  const delta = (n / Math.PI) * Math.atan(Math.tan(Math.PI / n) * jacobsen);
  return Math.min(Math.max((k + Math.min(Math.max(delta, -1), 1)) / n, 0), 0.5);
}
