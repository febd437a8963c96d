// The models of step.mjs in TensorFlow.js, for images as [n, height, width, channels].

/**
 * The parameters as variables: filters as [height, width, in, out], and the rows of a dense layer
 * that follows images in their order there.
 */
export function parameters(tf, weights) {
  const kept = Object.entries(weights).filter(([name]) => !/\/(mean|variance)$/.test(name));
  return Object.fromEntries(
    kept.map(([name, { shape, data }]) => {
      const bytes = new Uint8Array(Buffer.from(data, 'base64'));
      const variable = tf.tidy(() => {
        const value = tf.tensor(new Float32Array(bytes.buffer), shape);
        return tf.variable(rearranged(tf, name, value, weights));
      });
      return [name, variable];
    }),
  );
}

function rearranged(tf, name, value, weights) {
  if (value.rank === 4) return tf.transpose(value, [2, 3, 1, 0]);
  if (name !== 'hidden/weight') return value;
  const channels = weights['conv2/weight'].shape[0];
  const [inputs, units] = value.shape;
  const byChannel = tf.reshape(value, [channels, inputs / channels, units]);
  return tf.reshape(tf.transpose(byChannel, [1, 0, 2]), [inputs, units]);
}

/** The function from features to scores; running statistics, which only cost time, are left out. */
export function network(tf, model, values) {
  if (model.startsWith('mlp')) {
    return (x) => dense(tf, values, 'output', tf.relu(dense(tf, values, 'hidden1', x)));
  }
  return (x) => {
    const first = tf.maxPool(convNorm(tf, values, 'conv1', x), 2, 2, 'valid');
    const second = tf.maxPool(convNorm(tf, values, 'conv2', first), 2, 2, 'valid');
    const flat = tf.reshape(second, [x.shape[0], -1]);
    const hidden = norm(tf, values, 'hidden', dense(tf, values, 'hidden', flat));
    return dense(tf, values, 'output', tf.relu(hidden));
  };
}

function convNorm(tf, values, name, x) {
  const y = tf.conv2d(x, values[`${name}/weight`], 1, 'same');
  return tf.relu(norm(tf, values, name, y));
}

function norm(tf, values, name, x) {
  const { mean, variance } = tf.moments(
    x,
    x.shape.slice(1).map((_, i) => i),
  );
  const [shift, scale] = [values[`${name}/shift`], values[`${name}/scale`]];
  if (x.rank === 4) return tf.batchNorm(x, mean, variance, shift, scale, 1e-5);
  return tf.batchNorm2d(x, mean, variance, shift, scale, 1e-5);
}

function dense(tf, values, name, x) {
  const product = tf.matMul(x, values[`${name}/weight`]);
  const bias = values[`${name}/bias`];
  return bias === undefined ? product : tf.add(product, bias);
}
