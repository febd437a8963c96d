/**
 * What a graphics card does, in about a quarter of an hour: whether it computes right, and how fast a training step is beside PyTorch.
 *
 *   npm ci && npm run build && node bench/device.mjs webgpu|cuda [--python COMMAND] [--model cnn8,resnet18]
 *
 * The suites of operators, losses, optimisers and networks run on the device and are compared with the CPU or the interpreter, those of
 * mixed precision with float32, and those of state that stays there with state that goes in and out; then `bench/state.mjs` times
 * these two beside each other (WebGPU), and `bench/step.mjs` times steps, in mixed precision and with weight gradients by products, too,
 * and PyTorch on the same card where it finds it. The first failure is the exit code.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: 'python3' },
    model: { type: 'string', default: 'cnn8,resnet18' },
  },
});
const [device = ''] = positionals;
if (!['webgpu', 'cuda'].includes(device)) {
  console.error(`expected webgpu or cuda, received "${device}"`);
  process.exit(2);
}
const suites = [
  'test/graph/conformance.test.ts',
  'test/losses/reference.test.ts',
  'test/train/optimizers.test.ts',
  'test/train/device-steps.test.ts',
  'test/runtime/stateful.test.ts',
  'test/runtime/device-state.test.ts',
  'test/train/device-state.test.ts',
  'test/graph/half.test.ts',
  'test/graph/weight-products.test.ts',
  'test/runtime/mixed-check.test.ts',
  'test/train/mixed-steps.test.ts',
];
const step = [
  '--device',
  device,
  ...['--ways', 'mixed,products,both'],
  '--quick',
  '--model',
  options.model,
  '--python',
  options.python,
];
const states = ['--device', device, '--threads', '1', '--model', `mlp:256,${options.model}`];
const codes = [
  run('npx', ['vitest', 'run', ...suites], {
    SYMLOSS_DEVICE: device,
    SYMLOSS_DEVICE_NETWORKS: options.model,
  }),
  ...(device === 'webgpu' ? [run(process.execPath, [script('state.mjs'), ...states])] : []),
  run(process.execPath, [script('step.mjs'), ...step]),
];
process.exitCode = codes.find((code) => code !== 0) ?? 0;

/** @param {string} name of a script beside this one */
function script(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

/**
 * Runs a command here, and shows what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} [variables] of its environment, beside ours
 */
function run(command, args, variables = {}) {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const started = performance.now();
  console.log(`\n${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, {
    ...{ cwd, stdio: 'inherit', shell: process.platform === 'win32' },
    env: { ...process.env, ...variables },
  });
  console.log(`${((performance.now() - started) / 60_000).toFixed(1)} min`);
  return status ?? 1;
}
