// Long work in slices of a few hundredths of a second, so that the page stays alive.

const SLICE = 40; // milliseconds
const SHOWN = 250; // milliseconds between two drawings of what has been done so far

/** Call `work(i)` for i = 0 ... count - 1 and `shown()` now and then; return a function that stops it. */
export function inSlices(count, work, shown) {
  let [done, stopped, last] = [0, false, performance.now()];
  const slice = () => {
    if (stopped) return;
    const until = performance.now() + SLICE;
    while (done < count && performance.now() < until) work(done++);
    if (done < count) setTimeout(slice);
    if (done < count && performance.now() < last + SHOWN) return;
    last = performance.now();
    shown();
  };
  setTimeout(slice);
  return () => (stopped = true);
}
