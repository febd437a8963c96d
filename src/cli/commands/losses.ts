import { Command } from 'commander';
import { describeParameter } from '../../core/index.ts';
import { lossDefinitions, parseLoss } from '../../losses/index.ts';
import { formatTable } from '../ui/format.ts';

export interface LossesOptions {
  readonly json?: boolean | undefined;
}

/** `symloss losses`: what there is. */
export function lossesCommand(streams: {
  readonly out: { write(text: string): unknown };
}): Command {
  return new Command('losses')
    .description('List the losses: formulas, parameters with ranges and defaults, sources.')
    .option('--json', 'print them as JSON', false)
    .action((options: LossesOptions) => runLosses(options, streams));
}

/** What the table cannot show: specs made of others. */
const composition = `symmetrize(ce)  the symmetric part of any loss, rows sum to 0
unit(mae)  any loss, divided so that its gradient at equal scores is that of ce
logit-clip(ce):temp=1.5  any loss, of scores scaled to the norm 1/temp where theirs is above temp
0.5*ce + 2*mae  sums of any of them; nce+agce is the loss above, nce + agce with blanks a plain sum
p = softmax(z), k classes, label y. Symmetric: whether rows sum to a constant; nearly: up to a clamp.`;

/** Lists every loss of the registry: a table, or JSON with the same and more. */
export function runLosses(
  { json = false }: LossesOptions,
  { out }: { readonly out: { write(text: string): unknown } },
): void {
  out.write(
    json ? `${JSON.stringify(lossRecords(), null, 2)}\n` : `${lossTable()}\n\n${composition}\n`,
  );
}

/** Each loss as data; `symmetric`, `isBounded` and `defaultScores` hold at the defaults. */
export function lossRecords() {
  return Array.from(lossDefinitions.values(), ({ name, formula, parameters, reference }) => {
    const { spec, symmetric, isBounded, defaultScores } = parseLoss(name);
    return { name, spec, formula, parameters, symmetric, isBounded, defaultScores, reference };
  });
}

/** A row for every parameter of a loss, at least one. */
function lossTable(): string {
  const rows = lossRecords().flatMap(({ name, symmetric, parameters, formula, reference }) => {
    const [first = '', ...more] = Object.entries(parameters).map(([key, parameter]) =>
      describeParameter(key, parameter),
    );
    return [
      [name, symmetric, first, formula, reference],
      ...more.map((parameter) => ['', '', parameter]),
    ];
  });
  return formatTable([
    ['loss', 'symmetric', 'parameters', 'loss of label y', 'reference'],
    ...rows,
  ]);
}
