import { dot, line, plot } from '@observablehq/plot';
import { bare } from './bare.ts';
import { element } from './dom.ts';
import { styleOf } from './styles.ts';

/** Check boxes that show and hide lines, each with a sample of its line: the charts' legend. */
export function legend(
  series: readonly number[],
  names: readonly string[],
  shown: ReadonlySet<number>,
  onChange: (series: number, isShown: boolean) => void,
): HTMLFieldSetElement {
  const boxes = series.map((place) => {
    const box = element('input', { type: 'checkbox', checked: shown.has(place), value: place });
    box.addEventListener('change', () => onChange(place, box.checked));
    return element('label', {}, box, sample(place), element('span', {}, names[place] ?? ''));
  });
  return element('fieldset', { class: 'legend' }, element('legend', {}, 'Losses shown'), ...boxes);
}

function sample(place: number): Element {
  const { colour, dash, symbol } = styleOf(place);
  const svg = bare(
    plot({
      className: 'plot',
      width: 34,
      height: 14,
      margin: 0,
      axis: null,
      x: { domain: [0, 34] },
      y: { domain: [0, 14] },
      marks: [
        line(
          [
            [1, 7],
            [33, 7],
          ],
          { stroke: colour, strokeWidth: 2, strokeDasharray: dash },
        ),
        dot([[17, 7]], { symbol, fill: colour, r: 4 }),
      ],
    }),
  );
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}
