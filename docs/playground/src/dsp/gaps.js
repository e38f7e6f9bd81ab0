// Missing samples (NaN): linear interpolation; at the ends the nearest sample is repeated.

export function fillGaps(record) {
  const present = [];
  record.forEach((value, index) => Number.isNaN(value) || present.push(index));
  if (present.length === record.length) return record;
  if (!present.length) return new Float64Array(record.length);
  let next = 0;
  return Float64Array.from(record, (value, index) => {
    if (!Number.isNaN(value)) return value;
    while (next < present.length && present[next] < index) next++;
    if (next === 0) return record[present[0]];
    if (next === present.length) return record[present[next - 1]];
    const [left, right] = [present[next - 1], present[next]];
    const share = (index - left) / (right - left);
    return record[left] * (1 - share) + record[right] * share;
  });
}
