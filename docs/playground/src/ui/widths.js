// How wide every chart is on the screen, so that it is drawn in its own pixels.

const widths = new Map();

export const widthOf = (id) => widths.get(id) ?? 600;

/** Call `again` whenever a chart below `root` has another width than it was drawn with. */
export function watchWidths(root, again) {
  const measure = () => {
    let changed = false;
    for (const plot of root.querySelectorAll("[data-plot]")) {
      const width = Math.max(240, Math.floor(plot.clientWidth));
      if (width === widthOf(plot.dataset.plot)) continue;
      widths.set(plot.dataset.plot, width);
      changed = true;
    }
    if (changed) again();
  };
  new ResizeObserver(measure).observe(root);
  return measure;
}
