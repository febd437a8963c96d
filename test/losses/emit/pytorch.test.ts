import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { emitLoss, lossDefinitions } from '../../../src/losses/index.ts';
import { tolerances } from '../../tolerances.ts';
import { emitCases, faultsOf, numbersOf } from './fixtures.ts';

const python = process.env.SYMLOSS_PYTHON ?? '/usr/bin/python3';

/** Runs each function on its rows in float64. Numbers are printed as texts, since some are not finite. */
const script = `
import json
import sys
import torch

def run(job):
    space = {}
    exec(job["code"], space)
    f = space["f"]
    z = torch.tensor(job["scores"], dtype=torch.float64, requires_grad=True)
    labels = torch.tensor(job["labels"])
    more = [torch.tensor(job[x], dtype=torch.float64) for x in ("second", "memory") if x in job]
    found = f(z, labels, *more, reduction="none")
    losses, memory = found if isinstance(found, tuple) else (found, torch.zeros(0))
    (losses.mean() if "mean" in job else losses.sum()).backward()
    mean = f(z, labels, *more)
    mean = mean[0] if isinstance(mean, tuple) else mean
    texts = lambda x: [repr(v) for v in x.detach().flatten().tolist()]
    values = {"losses": losses, "mean": mean, "memory": memory, "gradient": z.grad}
    return {name: texts(x) for name, x in values.items()}

print(json.dumps([run(job) for job in json.load(sys.stdin)]))
`;

/** Two views, a memory and a term of the batch that depends on labels and memory. */
const sums = 'elr + 2*sop:consistency=0.9,balance=0.1';

interface Found {
  readonly losses: readonly string[];
  readonly mean: readonly string[];
  readonly memory: readonly string[];
  readonly gradient: readonly string[];
}

const obstacle = (() => {
  const { error, status, stderr } = spawnSync(python, ['-c', 'import torch'], { encoding: 'utf8' });
  if (error === undefined && status === 0) return undefined;
  return `${python} cannot import torch: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
})();
if (obstacle !== undefined) console.warn(`skipped test/losses/emit/pytorch: ${obstacle}`);

describe.skipIf(obstacle !== undefined)('PyTorch, in float64', () => {
  const cases = emitCases();

  test('gives the losses and gradients of the fixtures', () => {
    const jobs = cases.map((c) => ({ ...c, code: emitLoss(c.spec, 'pytorch', { name: 'f' }) }));
    const { stdout, stderr, status } = spawnSync(python, ['-c', script], {
      input: JSON.stringify(jobs),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const results = (JSON.parse(stdout) as readonly Found[]).map((found) => ({
      losses: numbersOf(found.losses),
      mean: numbersOf(found.mean),
      memory: numbersOf(found.memory),
      gradient: numbersOf(found.gradient),
    }));
    expect(results).toHaveLength(cases.length);
    const { float64 } = tolerances;
    const faults = faultsOf(cases, results, {
      losses: float64,
      memory: float64,
      gradient: float64,
    });
    expect(faults).toEqual([]);
  });

  test.each(['float16', 'bfloat16'])('computes in float32 what is given in %s', (half) => {
    const specs = [
      ...['focal:gamma=0.5', 'nfl', 'nnfl', 'anl-fl', 'jal-fl', 'eps-softmax-fl', 'ldr-kl', 'ce'],
      ...['gjs', 'elr'],
    ];
    const codes = specs.map((spec) => emitLoss(spec, 'pytorch', { name: 'f' }));
    const run = spawnSync(
      python,
      [
        '-c',
        `
import json, sys, torch
def gradient(code, dtype):
    space = {}
    exec(code, space)
    z = torch.tensor([[10.0, 0, 0], [2, -1, 0.5]], dtype=dtype).requires_grad_()
    arguments = [z, torch.tensor([0, 1])]
    if "second_scores" in code:
        arguments.append(z.detach() / 2)
    if "memory" in code:
        arguments.append(torch.full([2, 3], 0.25))
    found = space["f"](*arguments)
    loss = found[0] if isinstance(found, tuple) else found
    loss.backward()
    return loss.detach(), z.grad
for code in json.load(sys.stdin):
    loss, slope = gradient(code, torch.${half})
    exact, exact_slope = gradient(code, torch.float32)
    torch.testing.assert_close(loss, exact)
    torch.testing.assert_close(slope, exact_slope.to(torch.${half}))
`,
      ],
      { input: JSON.stringify(codes), encoding: 'utf8' },
    );
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });

  test('passes the test that is written with every loss', () => {
    const specs = [
      ...lossDefinitions.keys(),
      'elr + aldr-kl',
      'logit-clip(gjs)',
      'unit(sgce)',
      sums,
    ];
    const codes = specs.map((spec) => emitLoss(spec, 'pytorch', { test: true }));
    const run = spawnSync(
      python,
      ['-c', 'import json, sys\nfor c in json.load(sys.stdin): exec(c, {"__name__": "__main__"})'],
      { input: JSON.stringify(codes), encoding: 'utf8' },
    );
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });
});
