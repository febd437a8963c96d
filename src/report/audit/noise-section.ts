import { percent } from '../../experiments/results/number-texts.ts';
import { heatMap } from '../heat-map.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { sentence } from '../numbers.ts';
import { table } from '../table.ts';
import type { Estimates } from './confusions.ts';
import { frequentConfusions } from './confusions.ts';
import { oneRateText } from './health-lines.ts';

/** A map of more classes is not readable: then the largest confusions are listed. */
const mostClasses = 20;
const mostConfusions = 40;

/**
 * How labels go wrong: the estimated noise matrix as a heat map, or the largest confusions as a table. Of noise of one rate
 * only that: its matrix says nothing of single pairs.
 */
export function noiseSection(audit: Estimates): Html {
  return html`<section aria-labelledby="noise"><h2 id="noise">How labels go wrong</h2>
${content(audit)}
</section>`;
}

function content(audit: Estimates): Html {
  if (audit.noiseRate !== undefined) {
    return html`<p>${sentence(oneRateText(audit.noiseRate))} <a href="#classes">Classes</a> says how often the labels of each class are wrong.</p>`;
  }
  return audit.classes.length <= mostClasses ? noiseMap(audit) : confusionTable(audit);
}

function noiseMap({ classes, labels, py, transition }: Estimates): Html {
  return heatMap({
    caption:
      'Of the rows of each true class, the share that is labelled with each class, in percent (estimated). The stronger the colour, the more frequent the mistake; labels that are right are framed.',
    label: 'Noise matrix',
    classes,
    corner: 'true class',
    columnsAre: 'labelled',
    rows: classes.map((_, i) => Math.round(labels.length * (py[i] as number))),
    shares: transition,
    text: (i, j) => percent(transition[i]?.[j] as number),
  });
}

function confusionTable(audit: Estimates): Html {
  const { classes } = audit;
  const found = frequentConfusions(audit);
  const k = classes.length;
  const pairs = (k * (k - 1)).toLocaleString('en-US');
  if (found.length === 0) {
    return html`<p>None of the ${pairs} confusions between ${`${k}`} classes is of half a row or more (estimated).</p>`;
  }
  const shown = found.slice(0, mostConfusions);
  return table(
    `The most frequent of ${pairs} confusions between ${k} classes, with their share of the rows of the true class (estimated).`,
    ['True class', 'Labelled', 'Share (%)', 'Rows, about'],
    shown.map(({ from, to, rate, rows }) => [
      ...[classes[from] as string, classes[to] as string],
      { text: percent(rate), value: rate },
      Math.round(rows),
    ]),
    { isSortable: true },
  );
}
