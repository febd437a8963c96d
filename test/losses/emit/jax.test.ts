import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { emitLoss } from '../../../src/losses/index.ts';
import { tolerances } from '../../tolerances.ts';
import { emitCases, faultsOf, numbersOf } from './fixtures.ts';

const python = '/usr/bin/python3';

/** NumPy in the place of JAX, whose functions of arrays are NumPy's; `jax.nn` and `jax.lax` as their documentation says. */
const script = `
import json
import sys
import types
import numpy as np

def log_softmax(x, axis):
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

def logsumexp(x, axis, keepdims=False):
    largest = x.max(axis=axis, keepdims=True)
    total = largest + np.log(np.exp(x - largest).sum(axis=axis, keepdims=True))
    return total if keepdims else np.squeeze(total, axis=axis)

jax = types.ModuleType("jax")
jax.numpy = np
jax.nn = types.SimpleNamespace(
    log_softmax=log_softmax,
    softmax=lambda x, axis: np.exp(log_softmax(x, axis)),
    logsumexp=logsumexp,
    relu=lambda x: np.maximum(x, 0),
    one_hot=lambda x, classes, dtype: np.eye(classes, dtype=dtype)[x],
)
jax.lax = types.SimpleNamespace(stop_gradient=lambda x: x)
sys.modules["jax"] = jax
sys.modules["jax.numpy"] = np
np.seterr(all="ignore")

def run(job):
    space = {}
    exec(job["code"], space)
    f = space["f"]
    more = [np.array(job[x]) for x in ("second", "memory") if x in job]
    arguments = [np.array(job["scores"], dtype=float), np.array(job["labels"]), *more]
    found = f(*arguments, reduction="none")
    losses, memory = found if isinstance(found, tuple) else (found, np.zeros(0))
    mean = f(*arguments)
    mean = mean[0] if isinstance(mean, tuple) else mean
    texts = lambda x: [repr(float(v)) for v in np.ravel(x)]
    return {"losses": texts(losses), "mean": texts(mean), "memory": texts(memory)}

print(json.dumps([run(job) for job in json.load(sys.stdin)]))
`;

const obstacle = (() => {
  const { error, status, stderr } = spawnSync(python, ['-c', 'import numpy'], { encoding: 'utf8' });
  if (error === undefined && status === 0) return undefined;
  return `${python} cannot import numpy: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
})();
if (obstacle !== undefined) console.warn(`skipped test/losses/emit/jax: ${obstacle}`);

test.skipIf(obstacle !== undefined)('JAX code gives the losses of the fixtures with NumPy', () => {
  const cases = emitCases();
  const { stdout, stderr, status } = spawnSync(python, ['-c', script], {
    input: JSON.stringify(
      cases.map((c) => ({ ...c, code: emitLoss(c.spec, 'jax', { name: 'f' }) })),
    ),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  expect(status, stderr).toBe(0);
  type Texts = Readonly<Record<'losses' | 'mean' | 'memory', readonly string[]>>;
  const results = (JSON.parse(stdout) as readonly Texts[]).map(({ losses, mean, memory }) => ({
    losses: numbersOf(losses),
    mean: numbersOf(mean),
    memory: numbersOf(memory),
  }));
  expect(results).toHaveLength(cases.length);
  const { float64 } = tolerances;
  const faults = faultsOf(cases, results, { losses: float64, memory: float64, gradient: float64 });
  expect(faults).toEqual([]);
});
