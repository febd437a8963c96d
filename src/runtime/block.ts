import type { Program } from '../graph/index.ts';
import {
  channelAffine,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  input,
  interpret,
  maxPool,
  program,
  relu,
  toOnnx,
} from '../graph/index.ts';
import type { Executable } from './runner.ts';
import { largestDifference, trialFeeds } from './trial.ts';

/** Largest first: 16 with AVX-512, else 8. */
const candidates = [16, 8];

/** Float32 sums of up to 144 products of numbers below 1; another layout is off by about 1. */
const tolerance = 1e-4;

const found = new Map<string, Promise<number>>();

/**
 * The size of a block in onnxruntime's blocked image layout: the one with which a small program of
 * convolutions gives what the interpreter computes, or 1 where none does (no such operators, or other
 * ones than known). The operators are internal to onnxruntime, so they are tried, not trusted; once per
 * runner and process.
 */
export function blockOf(
  runner: string,
  load: (model: Uint8Array) => Promise<Executable>,
): Promise<number> {
  const known = found.get(runner) ?? findBlock(load);
  found.set(runner, known);
  return known;
}

async function findBlock(load: (model: Uint8Array) => Promise<Executable>): Promise<number> {
  const trial = trialProgram();
  const feeds = trialFeeds(trial);
  const expected = interpret(trial, feeds);
  for (const block of candidates) {
    try {
      const executable = await load(toOnnx(trial, { block }));
      const results = await executable.run(feeds);
      await executable.dispose();
      const agrees = (name: string) => largestDifference(results, expected, name) <= tolerance;
      if (Object.keys(expected).every(agrees)) return block;
    } catch {
      // no such operators in this build or on this processor
    }
  }
  return 1;
}

function trialProgram(): Program {
  const x = input('x', [16, 16, 4, 4]);
  const w = input('w', [16, 16, 3, 3]);
  const s = input('s', [16]);
  const same = { pads: [1, 1, 1, 1] } as const;
  const y = maxPool(relu(channelAffine(conv2d(x, w, same), s, s)), [2, 2], { strides: [2, 2] });
  return program({
    y,
    dx: conv2dInputGrad(x, w, x.shape, same),
    dw: conv2dWeightGrad(x, x, w.shape, same),
  });
}
