import { field, SymlossError } from '../core/index.ts';
import type { Precision, Program } from '../graph/index.ts';
import { interpret, toOnnx } from '../graph/index.ts';
import type { Device } from './devices.ts';
import type { Executable } from './runner.ts';
import { largestDifference, trialFeeds } from './trial.ts';
import { mixedProgram, singleProgram } from './trial-programs.ts';

/** What mends a device without float16. */
const single = field('trainingPrecision', 'single');

type Load = (model: Uint8Array) => Promise<Executable>;

interface Trial {
  readonly make: () => Program;
  /** Of |a − b| / max(1, |b|). */
  readonly tolerance: number;
  readonly hint: string;
}

const trials: { readonly [P in Precision]: Trial } = {
  single: {
    make: singleProgram,
    // float32 sums of up to 480 products of numbers below 1, through five layers; what is wrong is off by about 1
    tolerance: 1e-3,
    hint: 'its driver or this version of onnxruntime is not to be trusted; use the device cpu',
  },
  mixed: {
    make: mixedProgram,
    // the same in float16, each partial sum off by up to 2⁻¹² of itself: 0.03 on Mesa's lavapipe; what is wrong is off by about 1
    tolerance: 0.1,
    hint: `its float16 is not to be trusted; set ${single}`,
  },
};

const outcomes = new Map<string, Promise<void>>();

/**
 * Compares what a device computes with the interpreter, on a small program of what providers of onnxruntime were found
 * to get wrong without a word, and of a training step; in mixed precision on one in float16, too. Once per runner, device and precision
 * in a thread.
 * @param load makes a session on the device
 * @throws SymlossError with what differs, or if the device has no float16
 */
export async function checkDevice(
  runner: string,
  { device, precision }: { readonly device: Device; readonly precision: Precision },
  load: Load,
): Promise<void> {
  for (const own of precision === 'mixed' ? (['single', 'mixed'] as const) : [precision]) {
    const key = `${runner} ${device} ${own}`;
    const known = outcomes.get(key) ?? compareWithInterpreter(device, load, own);
    outcomes.set(key, known);
    await known;
  }
}

export async function compareWithInterpreter(
  device: Device,
  load: Load,
  precision: Precision = 'single',
): Promise<void> {
  const { make, tolerance, hint } = trials[precision];
  const trial = make();
  const feeds = trialFeeds(trial);
  const executable = await load(toOnnx(trial, { target: 'device', precision }));
  const results = await executable
    .run(feeds)
    .catch((cause: unknown) =>
      Promise.reject(precision === 'mixed' ? noHalf(device, cause) : cause),
    )
    .finally(() => executable.dispose());
  const expected = interpret(trial, feeds);
  const wrong = Object.keys(expected).flatMap((name) => {
    const difference = largestDifference(results, expected, name);
    return difference <= tolerance ? [] : [`${name} (off by ${difference.toPrecision(2)})`];
  });
  if (wrong.length === 0) return;
  const received = wrong.join(', ');
  throw new SymlossError(`device ${device}`, 'the numbers that the CPU computes', received, {
    hint,
    kind: 'failure',
  });
}

/** A kernel says that the device lacks float16 when it is first run. */
function noHalf(device: Device, cause: unknown): SymlossError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  const received = `"${reason.replace(/^.* Program /, 'Program ')}"`;
  return new SymlossError(`device ${device}`, 'float16, for mixed precision', received, {
    hint: `set ${single}`,
    kind: 'failure',
    cause,
  });
}
