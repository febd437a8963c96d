import { stream } from 'symloss/core';
import { input, matMul, mul, program } from 'symloss/graph';
import { nodeRunner } from 'symloss/runtime';
import { alternate } from './contenders.mjs';
import { median, secondsOf } from './stats.mjs';

/**
 * @typedef {import('./workload.mjs').FloatTensor} FloatTensor
 * @typedef {object} Rate what the machine reaches now at one kind of work
 * @property {string} label
 * @property {string} side
 * @property {number} threads
 * @property {number} flops of one time, 0 where they do not matter
 * @property {number} bytes of one time, 0 where they do not matter
 * @property {number[]} seconds by round
 */

const threadCounts = [1, 2];
const sizes = [1024, 2048];
/** Of the elementwise pass: the first weight matrix of mlp:256. */
const passShape = [784, 256];

/**
 * Matrix products of every side, and our elementwise passes.
 * @param {readonly import('./peer.mjs').OpenPeer[]} peers
 * @param {number} rounds
 * @returns {Promise<Rate[]>}
 */
export async function measureRates(peers, rounds) {
  const rates = [];
  for (const threads of threadCounts) {
    const common = { threads, flops: 0, bytes: 0, seconds: [] };
    const runner = nodeRunner({ threads });
    for (const size of sizes) {
      const time = await matMulTimer(runner, size);
      const label = `MatMul ${size}³, onnxruntime`;
      rates.push({ ...common, side: 'ours', label, flops: 2 * size ** 3, time, seconds: [] });
    }
    const time = await passTimer(runner);
    const bytes = 3 * 4 * passShape.reduce((a, b) => a * b);
    const label = `one elementwise pass over ${passShape.join(' × ')}, onnxruntime`;
    rates.push({ ...common, side: 'ours', label, bytes, time, seconds: [] });
    for (const { label, peer, hasMatMul } of peers) {
      if (!hasMatMul) continue;
      const size = 1024;
      const request = { kind: 'matMul', size, threads, times: 2 };
      rates.push({
        ...common,
        side: label,
        label: `MatMul ${size}³, ${label}`,
        flops: 2 * size ** 3,
        time: async () => (await peer.ask(request)).seconds,
        seconds: [],
      });
    }
  }
  await alternate(rates, rounds);
  return rates.map(({ time: _, ...rate }) => rate);
}

/**
 * The best rate of our matrix products with a number of threads, FLOP/s.
 * @param {readonly Rate[]} rates
 * @param {number} threads
 */
export function matMulPeak(rates, threads) {
  const own = rates.filter((r) => r.side === 'ours' && r.flops > 0 && r.threads === threads);
  return Math.max(...own.map(({ flops, seconds }) => flops / median(seconds)));
}

/**
 * A function that measures the seconds of one size³ matrix product.
 * @param {import('symloss/runtime').Runner} runner
 * @param {number} size
 */
async function matMulTimer(runner, size) {
  const shape = [size, size];
  const rng = stream(1, 'matrices');
  const feeds = { a: uniform(shape, rng), b: uniform(shape, rng) };
  const product = program({ c: matMul(input('a', shape), input('b', shape)) });
  const executable = await runner.compile(product);
  const times = size > 1024 ? 2 : 4;
  await executable.run(feeds);
  return () => secondsOf(() => executable.run(feeds), times);
}

/**
 * A function that measures the seconds of one elementwise pass (two arrays read, one written),
 * from a chain of them.
 * @param {import('symloss/runtime').Runner} runner
 */
async function passTimer(runner, length = 64, times = 20) {
  const rng = stream(1, 'matrices');
  const [a, b, x] = ['a', 'b', 'x'].map((name) => input(name, passShape));
  const feeds = Object.fromEntries(['a', 'b', 'x'].map((name) => [name, uniform(passShape, rng)]));
  const operands = /** @type {import('symloss/graph').Expr[]} */ ([a, b]);
  let value = /** @type {import('symloss/graph').Expr} */ (x);
  for (let i = 0; i < length; i++) {
    value = mul(value, /** @type {import('symloss/graph').Expr} */ (operands[i % 2]));
  }
  const executable = await runner.compile(program({ value }));
  return async () => (await secondsOf(() => executable.run(feeds), times)) / length;
}

/**
 * @param {readonly number[]} shape
 * @param {import('symloss/core').Rng} rng
 * @returns {FloatTensor}
 */
function uniform(shape, rng) {
  const length = shape.reduce((a, b) => a * b, 1);
  // around 1, so that a chain of products neither vanishes nor overflows
  const data = Float32Array.from({ length }, () => 0.99 + 0.02 * rng.uniform());
  return { dtype: 'float32', shape, data };
}
