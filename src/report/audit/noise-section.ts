import { percent } from '../../experiments/results/number-texts.ts';
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
  return audit.classes.length <= mostClasses ? heatMap(audit) : confusionTable(audit);
}

function heatMap({ classes, labels, py, transition }: Estimates): Html {
  const off = transition.flatMap((row, i) => row.filter((_, j) => j !== i));
  const most = Math.max(...off);
  const caption =
    'Of the rows of each true class, the share that is labelled with each class, in percent (estimated). The stronger the colour, the more frequent the mistake; labels that are right are framed.';
  const rowsOf = (i: number) => Math.round(labels.length * (py[i] as number));
  const cell = (rate: number, i: number, j: number) => {
    if (i === j) return html`<td class="number right">${percent(rate)}</td>`;
    const heat = most > 0 ? Math.round((100 * rate) / most) : 0;
    return html`<td class="number heat" style="--heat: ${`${heat}`}%">${percent(rate)}</td>`;
  };
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Noise matrix"><table class="map">
<caption><span class="caption">${caption}</span></caption>
<thead><tr><td>true class</td><th scope="col" class="number">rows</th>${classes.map((name) => html`<th scope="col" class="number"><span class="hidden">labelled </span>${name}</th>`)}</tr></thead>
<tbody>${classes.map(
    (name, i) => html`
<tr><th scope="row">${name}</th><td class="number">${rowsOf(i).toLocaleString('en-US')}</td>${(transition[i] as readonly number[]).map((rate, j) => cell(rate, i, j))}</tr>`,
  )}
</tbody></table></div>`;
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
