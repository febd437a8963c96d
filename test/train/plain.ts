/**
 * Training in plain float64 loops, written from the published equations: what the compiled steps
 * are compared with.
 */

export type Parameters = Readonly<Record<'weight' | 'bias', number[]>>;

/** How one parameter's elements change: keeps its state between steps. */
export type PlainUpdate = (w: number[], g: number[], rate: number, t: number) => number[];

export interface PlainOptimizer {
  /** A fresh updater for one parameter. */
  readonly start: () => PlainUpdate;
}

/**
 * SGD as PyTorch documents it (torch.optim.SGD): g ← g + λw; b ← μb + g; g ← g + μb (Nesterov) or
 * b; w ← w − ηg.
 */
export function plainSgd(momentum: number, nesterov: boolean, decay: number): PlainOptimizer {
  return {
    start: () => {
      let buffer: number[] | undefined;
      return (w, gradient, rate) => {
        const g = gradient.map((v, i) => v + decay * w[i]!);
        buffer = buffer === undefined ? g : buffer.map((b, i) => momentum * b + g[i]!);
        const move = nesterov ? g.map((v, i) => v + momentum * buffer![i]!) : buffer;
        return w.map((v, i) => v - rate * move[i]!);
      };
    },
  };
}

/**
 * AdamW, Algorithm 2 of Loshchilov and Hutter (2019), with the decay scaled by the learning rate
 * as in PyTorch: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; m̂ = m/(1 − β₁ᵗ); v̂ = v/(1 − β₂ᵗ);
 * w ← w − η(m̂/(√v̂ + ε) + λw).
 */
export function plainAdamW(
  beta1: number,
  beta2: number,
  epsilon: number,
  decay: number,
): PlainOptimizer {
  return {
    start: () => {
      let m: number[] = [];
      let v: number[] = [];
      return (w, g, rate, t) => {
        m = g.map((value, i) => beta1 * (m[i] ?? 0) + (1 - beta1) * value);
        v = g.map((value, i) => beta2 * (v[i] ?? 0) + (1 - beta2) * value ** 2);
        return w.map((value, i) => {
          const mean = m[i]! / (1 - beta1 ** t);
          const square = v[i]! / (1 - beta2 ** t);
          return value - rate * (mean / (Math.sqrt(square) + epsilon) + decay * value);
        });
      };
    },
  };
}

/** Multinomial logistic regression: mean cross-entropy and its gradient, softmax(xW + b) − onehot. */
export function plainCrossEntropy(
  { weight, bias }: Parameters,
  x: readonly (readonly number[])[],
  labels: readonly number[],
): { loss: number; gradients: Parameters } {
  const [n, k] = [x.length, bias.length];
  const gradients = { weight: weight.map(() => 0), bias: bias.map(() => 0) };
  let loss = 0;
  x.forEach((row, r) => {
    const z = bias.map((b, j) => row.reduce((total, v, i) => total + v * weight[i * k + j]!, b));
    const total = z.reduce((sum, v) => sum + Math.exp(v), 0);
    loss += (Math.log(total) - z[labels[r]!]!) / n;
    for (let j = 0; j < k; j++) {
      const error = (Math.exp(z[j]!) / total - (labels[r] === j ? 1 : 0)) / n;
      gradients.bias[j]! += error;
      for (const [i, v] of row.entries()) gradients.weight[i * k + j]! += error * v;
    }
  });
  return { loss, gradients };
}

/** Scales all gradients by min(1, limit/‖g‖), the norm over all of them together. */
export function plainClip({ weight, bias }: Parameters, limit: number): Parameters {
  const norm = Math.hypot(...weight, ...bias);
  const scale = Math.min(1, limit / norm);
  return { weight: weight.map((g) => g * scale), bias: bias.map((g) => g * scale) };
}
