// The TensorFlow.js side of step.mjs: answers one JSON request per line on stdin with one on
// stdout. Arguments: a folder, and the packages of TensorFlow.js and its wasm backend to take from
// there, which are no dependencies of this one.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { network, parameters } from './tfjs_models.mjs';

const [folder = '.', ...packages] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
console.log = console.error; // it greets on stdout, which is for answers
console.warn = console.error;
const [tf, wasm] = packages.map((name) => require(name));
wasm.setWasmPaths(`${dirname(require.resolve(packages[1]))}/`);
tf.enableProdMode();

const backends = ['wasm', 'cpu'];
const probeRows = 4;
let request = {};

const handlers = {
  versions: async () => ({ version: tf.version_core ?? tf.version['tfjs-core'] }),
  setup: async (given) => {
    request = given;
    return {};
  },
  probe,
  losses: async ({ config, steps }) => {
    const { step, end } = begin(config);
    const losses = [];
    const seconds = [];
    for (let i = 0; i < steps; i++) {
      const start = performance.now();
      losses.push(step(i));
      seconds.push((performance.now() - start) / 1000);
    }
    end();
    return { losses, seconds };
  },
  time: async ({ config, steps, warmUp }) => {
    const { step, end } = begin(config);
    for (let i = 0; i < warmUp; i++) step(i);
    const start = performance.now();
    for (let i = 0; i < steps; i++) step(warmUp + i);
    const seconds = (performance.now() - start) / 1000 / steps;
    end();
    return { seconds };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer = await handlers[asked.kind](asked).catch(({ message }) => ({ error: message }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** Stays with the first backend that has all the kernels of a training step. */
async function probe() {
  let refusal;
  for (const backend of backends) {
    await tf.setBackend(backend);
    await tf.ready();
    try {
      const { seconds } = await handlers.losses({ config: { rows: probeRows }, steps: 3 });
      return { backend, refusal, secondsPerImage: Math.min(...seconds) / probeRows };
    } catch (error) {
      refusal ??= `${backend}: ${error.message.split('\n')[0]}`;
    }
  }
  throw new Error(`no backend can train ${request.model} (${refusal})`);
}

/** A model with the initial weights, and the function that does step i with it. */
function begin({ rows, learningRate = request.settings.learningRate }) {
  const { model, settings, weights, batches } = request;
  const { momentum, weightDecay, k } = settings;
  const values = parameters(tf, weights);
  const names = Object.keys(values);
  const velocities = names.map((name) => tf.variable(tf.zerosLike(values[name])));
  const data = batches.map((batch) => unpack(batch, rows));
  const apply = network(tf, model, values);
  const list = Object.values(values);

  const step = (i) => {
    const { features, labels } = data[i % data.length];
    return tf.tidy(() => {
      const objective = () => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, k), apply(features));
      const { value, grads } = tf.variableGrads(objective, list);
      // PyTorch's and our SGD: v ← μv + g + λθ, θ ← θ − ηv
      list.forEach((parameter, j) => {
        const gradient = tf.add(grads[parameter.name], tf.mul(parameter, weightDecay));
        const velocity = tf.add(tf.mul(velocities[j], momentum), gradient);
        velocities[j].assign(velocity);
        parameter.assign(tf.sub(parameter, tf.mul(velocity, learningRate)));
      });
      return value.dataSync()[0];
    });
  };
  const end = () => {
    tf.dispose([list, velocities, data]);
  };
  return { step, end };
}

/** A batch as tensors, images as [n, height, width, channels]. */
function unpack({ features: { shape, data }, labels }, rows = labels.length) {
  return tf.tidy(() => {
    const all = tf.tensor(floats(data), shape).slice(0, rows);
    return {
      features: tf.keep(shape.length === 4 ? tf.transpose(all, [0, 2, 3, 1]) : all.clone()),
      labels: tf.keep(tf.tensor1d(labels.slice(0, rows), 'int32')),
    };
  });
}

function floats(base64) {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(new Uint8Array(bytes).buffer);
}
