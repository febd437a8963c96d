import { Command } from 'commander';
import { checkInteger } from '../../core/index.ts';
import type { LossCheck, PropertyCheck } from '../../losses/index.ts';
import { checkLoss } from '../../losses/index.ts';
import { number } from '../ui/arguments.ts';
import { formatTable } from '../ui/format.ts';

export interface CheckCommandOptions {
  readonly classes: number;
  readonly noiseRate: number;
  readonly seed: number;
  readonly json: boolean;
}

/** The time grows with the third power of the number of classes: 8 s for these, minutes for twice as many. */
const mostClasses = 100;

/** Checks the properties of a loss and prints a table with the counterexamples, or JSON. */
export function runCheck(
  loss: string,
  { classes, noiseRate, seed, json }: CheckCommandOptions,
  { out }: { readonly out: { write(text: string): unknown } },
): void {
  checkInteger('--classes', classes, { min: 2, max: mostClasses });
  const report = checkLoss(loss, { k: classes, noiseRate, seed });
  out.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
}

function formatReport({ spec, k, noiseRate, seed, checks, notes = [] }: LossCheck): string {
  const head = `${spec}: ${k} classes, noise rate ${noiseRate}, seed ${seed}`;
  const rows = checks.map((check) => [check.property, answer(check), measuredText(check)]);
  const table = formatTable([['property', 'holds', 'measured'], ...rows]);
  const failures = checks.flatMap(({ property, counterexample }) =>
    counterexample === undefined ? [] : [`${property} fails: ${counterexample.statement}\n`],
  );
  const note = 'yes: no counterexample was found in many tries; proofs are in docs/theory.md';
  const all = [...notes, note].join('\n');
  return `${[head, table, all].join('\n\n')}\n${failures.length === 0 ? '' : '\n'}${failures.join('')}`;
}

function answer({ holds }: PropertyCheck): string {
  if (holds === null) return '–';
  return holds ? 'yes' : 'no';
}

/** `row sum 9, spread 3.6e-15` */
function measuredText({ measured }: PropertyCheck): string {
  return Object.entries(measured)
    .map(([name, value]) => `${words(name)} ${Number(value.toPrecision(4))}`)
    .join(', ');
}

/** `gradientNorm` → `gradient norm` */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** `symloss check`: what theory promises of a loss, measured. */
export function checkCommand(streams: { readonly out: { write(text: string): unknown } }): Command {
  return new Command('check')
    .description('Measure the properties of a loss that decide how it takes wrong labels.')
    .argument('<loss>', 'loss, such as ce, sgce:q=0.4 or symmetrize(gce:q=0.7)')
    .option('--classes <count>', 'number of classes', number, 10)
    .option('--noise-rate <rate>', 'share of labels that uniform noise makes wrong', number, 0.4)
    .option('--seed <seed>', 'seed of the scores that are tried', number, 1)
    .option('--json', 'print the report as JSON', false)
    .action((loss: string, options: CheckCommandOptions) => runCheck(loss, options, streams));
}
