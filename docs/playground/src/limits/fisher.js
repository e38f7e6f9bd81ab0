// From a Fisher matrix to the Cramér-Rao bound of its first parameter.

/** Return the matrix sum over n of J_n J_n' information_n, the columns of J given. */
function fisherMatrix(columns, information) {
  return columns.map((one) =>
    columns.map((other) => one.reduce((total, value, t) => total + value * other[t] * information[t], 0)),
  );
}

/** Return the bound on the standard deviation of the first parameter; Infinity where there is no information. */
export function boundOfFirst(columns, information) {
  const fisher = fisherMatrix(columns, information);
  const scale = fisher.map((row, i) => Math.sqrt(row[i]));
  const used = scale.map((_, i) => i).filter((i) => scale[i] > 0); // a column of zeros: no such parameter
  if (used[0] !== 0) return Infinity;
  // Scaled to a unit diagonal: the units of the parameters differ by orders. The first comes last, so that the
  // last pivot of the elimination is one over its element of the inverse.
  const order = [...used.slice(1), 0];
  const matrix = order.map((i) => order.map((j) => fisher[i][j] / scale[i] / scale[j]));
  const pivot = lastPivot(matrix);
  return pivot > 1e-13 ? 1 / (scale[0] * Math.sqrt(pivot)) : Infinity;
}

function lastPivot(matrix) {
  const size = matrix.length;
  for (let k = 0; k < size - 1; k++) {
    if (!(matrix[k][k] > 1e-13)) return 0;
    for (let i = k + 1; i < size; i++) {
      const factor = matrix[i][k] / matrix[k][k];
      for (let j = k; j < size; j++) matrix[i][j] -= factor * matrix[k][j];
    }
  }
  return matrix[size - 1][size - 1];
}
