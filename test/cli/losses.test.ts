import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { lossDefinitions, parseLoss } from '../../src/losses/index.ts';

/** What `symloss losses …` prints. */
async function losses(...args: readonly string[]): Promise<string> {
  const written: string[] = [];
  const out = { write: (text: string) => written.push(text) };
  const program = buildProgram({ out, err: out }, () => {});
  await program.parseAsync(['node', 'symloss', 'losses', ...args]);
  return written.join('');
}

/** The cells of a row of the table; columns are two blanks apart or more. */
const cells = (line: string) => line.trim().split(/ {2,}/);

describe('the table', () => {
  test('has a row for every loss, in the order of the registry', async () => {
    const [table = ''] = (await losses()).split('\n\n');
    const [heading = '', ...lines] = table.split('\n');
    expect(cells(heading)).toEqual([
      'loss',
      'symmetric',
      'parameters',
      'loss of label y',
      'reference',
    ]);
    const names = lines.filter((line) => !line.startsWith(' ')).map((line) => cells(line)[0]);
    expect(names).toEqual([...lossDefinitions.keys()]);
    const parameters = [...lossDefinitions.values()].map((d) => Object.keys(d.parameters).length);
    const rows = parameters.reduce((sum, count) => sum + Math.max(1, count), 0);
    expect(lines).toHaveLength(rows);
  });

  test('says what a loss is and takes', async () => {
    const lines = (await losses()).split('\n');
    const at = lines.findIndex((line) => line.startsWith('gce '));
    expect(lines.slice(at, at + 2).map(cells)).toEqual([
      [
        'gce',
        'no',
        'q in (0, 1], default 0.7',
        '(1 - max(p_y, minProb)^q)/q',
        'Zhang and Sabuncu 2018',
      ],
      ['minProb in [0, 1), default 1e-7'],
    ]);
    const symmetry = new Map(lines.map(cells).map(([name, symmetric]) => [name, symmetric]));
    expect([symmetry.get('nce+rce'), symmetry.get('anl-ce'), symmetry.get('sce')]).toEqual([
      'nearly',
      'yes',
      'no',
    ]);
  });

  test('every spec that the lines below it show can be read', async () => {
    const [, below = ''] = (await losses()).split('\n\n');
    const specs = below
      .split('\n')
      .slice(0, 4)
      .map((line) => cells(line)[0]!);
    expect(specs.map((spec) => parseLoss(spec).spec)).toEqual(specs);
  });
});

test('--json prints every loss with parameters, ranges and defaults', async () => {
  const records = JSON.parse(await losses('--json'));
  expect(records.map(({ name }: { name: string }) => name)).toEqual([...lossDefinitions.keys()]);
  expect(records.find(({ name }: { name: string }) => name === 'label-smoothing')).toEqual({
    name: 'label-smoothing',
    spec: 'label-smoothing:eps=0.1',
    formula: '(1 - eps) ce_y + eps mean_j ce_j',
    parameters: {
      eps: {
        kind: 'number',
        default: 0.1,
        range: { max: 1, openMax: true },
        about: 'share of the label spread over all classes; negative sharpens',
      },
    },
    symmetric: 'no',
    isBounded: false,
    defaultScores: 'none',
    reference: 'Szegedy et al. 2016; negative: Wei et al. 2022',
  });
});
