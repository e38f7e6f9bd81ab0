// Long work in slices of a few hundredths of a second, so that the page stays alive.

const SLICE = 30; // milliseconds

/** Call `work(i)` for i = 0 ... count - 1 and `shown(done)` after every slice; return a function that stops it. */
export function inSlices(count, work, shown) {
  let [done, stopped] = [0, false];
  const slice = () => {
    if (stopped) return;
    const until = performance.now() + SLICE;
    while (done < count && performance.now() < until) work(done++);
    shown(done);
    if (done < count) setTimeout(slice);
  };
  setTimeout(slice);
  return () => (stopped = true);
}
