import { join } from 'node:path';
import { tensor } from '../../../src/core/index.ts';
import { augmentationForms, parseAugmentation } from '../../../src/data/augmentation/forms.ts';
import { parseQueueUrl } from '../../../src/experiments/executors/queue/address.ts';
import { parseSpace } from '../../../src/experiments/search/tune-space.ts';
import * as g from '../../../src/graph/index.ts';
import { lossDefinitions, parseLoss } from '../../../src/losses/index.ts';
import { modelForms, parseModel } from '../../../src/nn/models/forms.ts';
import { noiseForms } from '../../../src/noise/forms.ts';
import { parseNoise } from '../../../src/noise/index.ts';
import { parseMatrix } from '../../../src/noise/matrix.ts';
import { nodeRunner } from '../../../src/runtime/index.ts';
import { optimizerForms, parseOptimizer } from '../../../src/train/optimizers/forms.ts';
import { parseSchedule, scheduleForms } from '../../../src/train/schedules/forms.ts';
import type { Target } from '../target.ts';
import { demand } from './data.ts';

/** A text that names something; what is read, written as a text again, must read the same. */
function spec(
  name: string,
  examples: readonly string[],
  parse: (text: string) => { readonly spec?: string },
): Target {
  return {
    name,
    seeds: () => examples.map((text) => ({ spec: Buffer.from(text) })),
    kindOf: () => 'text',
    read(_, input) {
      const { spec: written } = parse((input['spec'] as Buffer).toString('utf8'));
      if (written === undefined) return;
      const again = parse(written).spec;
      demand(again === written, `${written} reads as ${again}`);
    },
  };
}

const matrix: Target = {
  name: 'matrix',
  seeds: () => [
    { 'm.csv': Buffer.from('0.9,0.1\n0.25,0.75\n') },
    { 'm.json': Buffer.from('[[0.9, 0.1], [0.25, 0.75]]') },
  ],
  kindOf: (file) => (file === 'm.json' ? 'json' : 'text'),
  read(folder, input) {
    const [name, bytes] = Object.entries(input)[0] as [string, Buffer];
    const { transition, k } = parseMatrix(join(folder, name), bytes.toString('utf8'));
    for (let i = 0; i < k; i++) {
      const sum = transition.subarray(i * k, (i + 1) * k).reduce((a, b) => a + b, 0);
      demand(Math.abs(sum - 1) < 1e-3, `row ${i} sums to ${sum}`);
    }
  },
};

/** Words to count, a line each, in a text; onnxruntime is the second reader. */
const words: Target = {
  name: 'words',
  every: 4,
  seeds: () =>
    [
      ['ab\na\né\n好\n1', "ab a's é-é 好好1 a"],
      ['𝒳\nA\nไ\nก่', '𝒳 𝒳𝒳 1.1 A a\0b ไก่'],
      ['नमस्ते\nस', 'e\u0301 नमस्ते नमस्तेस'],
    ].map(([forms = '', text = '']) => ({ forms: Buffer.from(forms), text: Buffer.from(text) })),
  kindOf: () => 'text',
  async read(_, input) {
    const [given, text] = ['forms', 'text'].map((name) => (input[name] as Buffer).toString('utf8'));
    const forms = (given as string).split('\n');
    const ids = forms.map((_, i) => i + 1);
    const pairs = ids.flatMap((id) => [[id, id], ...(id > 1 ? [[id - 1, id]] : [])]);
    const terms = [...ids.map((id) => [id]), ...pairs];
    const counts = g.termCounts(g.input('texts', [1], 'string'), { forms, ids, terms });
    const program = g.program({ counts });
    const feeds = { texts: tensor('string', [1], [text as string]) };
    const expected = g.interpret(program, feeds)['counts']?.data;
    const executable = await nodeRunner().compile(program);
    const found = (await executable.run(feeds))['counts']?.data;
    await executable.dispose();
    demand(`${found}` === `${expected}`, `counts ${found} for ${expected}`);
  },
};

const examples = (forms: Readonly<Record<string, { readonly example: string }>>): string[] =>
  Object.values(forms).map(({ example }) => example);

export const textTargets: readonly Target[] = [
  spec(
    'loss',
    [...lossDefinitions.keys(), 'gce:q=0.7', '0.5*nce+2*rce', 'symmetrize(focal:gamma=2)'],
    parseLoss,
  ),
  spec(
    'noise',
    examples(noiseForms).filter((text) => !text.startsWith('column:')),
    (text) => parseNoise(text, { readFile: () => '0.9,0.1\n0.25,0.75\n' }),
  ),
  spec(
    'network',
    [...examples(modelForms), 'mlp:64,dropout=0.5,activation=gelu,norm=batch'],
    parseModel,
  ),
  spec('optimizer', examples(optimizerForms), (text) => parseOptimizer(text)),
  spec('schedule', examples(scheduleForms), parseSchedule),
  spec('augmentation', [...examples(augmentationForms), 'crop:4,flip'], parseAugmentation),
  spec('search space', ['learningRate=0.003..1,weightDecay=0.001/0.01,q=0.1/0.4/0.7'], (text) => {
    parseSpace(text);
    return {};
  }),
  spec('queue address', ['redis://host', 'rediss://user:p%40ss@[::1]:6380/3'], (text) => {
    parseQueueUrl(text);
    return {};
  }),
  matrix,
  words,
];
