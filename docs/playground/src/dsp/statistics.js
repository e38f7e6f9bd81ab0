// What is counted over the samples of a record or over many records.

export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const mean = (values) => sum(values) / values.length;
export const largestIndex = (values, first = 0, last = values.length - 1) => {
  let best = first;
  for (let i = first + 1; i <= last; i++) if (values[i] > values[best]) best = i;
  return best;
};

/** Return the root of the mean square. */
export const rms = (values) => Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);

/** Return the variance around the mean. */
export function variance(values) {
  const middle = mean(values);
  return values.reduce((total, value) => total + (value - middle) ** 2, 0) / values.length;
}

/** Return `record` without its mean. */
export function freed(record) {
  const middle = mean(record);
  return Float64Array.from(record, (value) => value - middle);
}

export const isConstant = (record) => record.every((value) => value === record[0]);
