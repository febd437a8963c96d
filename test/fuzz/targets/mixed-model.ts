import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fromRecords } from '../../../src/data/formats/index.ts';
import { loadModel } from '../../../src/model/node/index.ts';
import { train } from '../../train/package.ts';
import type { Input } from '../mutate.ts';
import type { Target } from '../target.ts';
import { demand } from './data.ts';

const words = ['good tea', 'bad tea', 'good coffee', 'cold water'];
const records = Array.from({ length: 120 }, (_, i) => ({
  age: i % 7 === 0 ? null : (i * 37) % 50,
  drink: ['tea', 'coffee', 'water'][(i * 5) % 3] as string,
  said: `${words[(i * 7) % 4]} n${i % 9}`,
  day: `2024-03-${String(1 + (i % 28)).padStart(2, '0')}`,
  y: (i * 37) % 50 > 25 ? 'yes' : 'no',
}));
const asked = records.slice(0, 4).map(({ y: _, ...record }) => record);

async function probabilities(folder: string): Promise<number[][]> {
  const model = await loadModel(folder);
  try {
    return (await model.predict(asked)).probs.map((row) => [...row]);
  } finally {
    await model.dispose();
  }
}

/** A small model of a mixed table as `train` saves it, and what it says about `asked`. */
async function makeModel(): Promise<{ input: Input; probs: number[][] }> {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-fuzz-mixed-'));
  try {
    const kinds = { categorical: ['drink'], text: ['said'], date: ['day'] };
    const data = await fromRecords(records, { label: 'y', ...kinds });
    const trained = await train({ data, loss: 'ce', model: 'linear', epochs: 2, seed: 1 });
    await trained.save(folder);
    await trained.dispose();
    const files = readdirSync(folder).map((name) => [
      `model/${name}`,
      readFileSync(join(folder, name)),
    ]);
    return { input: Object.fromEntries(files), probs: await probabilities(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let made: ReturnType<typeof makeModel> | undefined;
const madeModel = () => (made ??= makeModel());

const mixedModel: Target = {
  name: 'mixed model',
  every: 4,
  seeds: async () => [(await madeModel()).input],
  kindOf: (file) => (file.endsWith('.json') ? 'json' : 'bytes'),
  async read(folder) {
    const probs = await probabilities(join(folder, 'model'));
    const same = isDeepStrictEqual(probs, (await madeModel()).probs);
    demand(same, 'other probabilities than those of the saved model');
  },
};

export const mixedModelTargets: readonly Target[] = [mixedModel];
