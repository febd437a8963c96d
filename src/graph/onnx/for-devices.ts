import type { DType } from '../../core/index.ts';
import type { Op } from '../op.ts';
import type { Emitter } from './emitter.ts';
import type { LoweringRule } from './rules.ts';

/**
 * Forms of ops in operators that devices other than the CPU have, too, and have right. onnxruntime's WebGPU provider (1.30) has
 * no kernel of LogSoftmax, Sign and Or, its ReduceLogSumExp overflows where a value is beyond 88, and its Tanh has an absolute
 * error near 0, as WGSL allows for the logarithm near 1: so `expm1` and `log1p` are series there.
 */
export const formsForDevices = {
  /** x(1 + x/2(1 + x/3(…))) where |x| ≤ 1/2, with ten terms, whose rest is below x·2⁻¹⁰/11!; else eˣ − 1. */
  expm1: ({ dtype }, [x], e) => {
    const one = e.scalar(dtype, 1);
    let series = one;
    for (let i = 10; i >= 2; i--) {
      const scaled = e.node('Mul', [x, e.scalar(dtype, 1 / i)]);
      series = e.node('Add', [e.node('Mul', [scaled, series]), one]);
    }
    const far = e.node('Sub', [e.node('Exp', [x]), one]);
    return nearZero(dtype, x, e.node('Mul', [x, series]), far, e);
  },
  /** 2s(1 + s²/3 + s⁴/5 + …), s = x/(2 + x), where |x| ≤ 1/2, with nine terms, whose rest is below 2s·9⁻⁹/19; else ln(1 + x). */
  log1p: ({ dtype }, [x], e) => {
    const s = e.node('Div', [x, e.node('Add', [x, e.scalar(dtype, 2)])]);
    const square = e.node('Mul', [s, s]);
    let series = e.scalar(dtype, 2 / 17);
    for (let i = 15; i >= 1; i -= 2) {
      series = e.node('Add', [e.node('Mul', [series, square]), e.scalar(dtype, 2 / i)]);
    }
    const far = e.node('Log', [e.node('Add', [x, e.scalar(dtype, 1)])]);
    return nearZero(dtype, x, e.node('Mul', [s, series]), far, e);
  },
  /** x − m − ln Σ exp(x − m), with the maximum m. */
  logSoftmax: ({ attrs: { axis } }, [x], e) => {
    const shifted = e.node('Sub', [x, e.node('ReduceMax', [x], { axes: [axis], keepdims: 1 })]);
    const total = e.node('ReduceSum', [e.node('Exp', [shifted]), e.integers([axis])], {
      keepdims: 1,
    });
    return e.node('Sub', [shifted, e.node('Log', [total])]);
  },
  /** m + ln Σ exp(x − m), with the maximum m; a finite m, since ∞ − ∞ is not a number. */
  logSumExp: ({ dtype, attrs: { axes, keepDims } }, [x], e) => {
    const maximum = e.node('ReduceMax', [x], { axes, keepdims: 1 });
    const largest = e.scalar(dtype, largestOf(dtype));
    const finite = e.node('Clip', [maximum, e.scalar(dtype, -largestOf(dtype)), largest]);
    const shifted = e.node('Exp', [e.node('Sub', [x, finite])]);
    const total = e.node('Log', [
      e.node('ReduceSum', [shifted, e.integers(axes)], { keepdims: 1 }),
    ]);
    const sum = e.node('Add', [total, finite]);
    return keepDims ? sum : e.node('Squeeze', [sum, e.integers(axes)]);
  },
  /** [x > 0] − [x < 0] */
  sign: ({ dtype }, [x], e) => {
    const zero = e.scalar(dtype, 0);
    return e.node('Sub', [
      e.cast(e.node('Greater', [x, zero]), dtype),
      e.cast(e.node('Less', [x, zero]), dtype),
    ]);
  },
  /** ¬(¬a ∧ ¬b) */
  or: (_, [a, b], e) => e.node('Not', [e.node('And', [not(a, e), not(b, e)])]),
} as const satisfies { readonly [O in Op]?: LoweringRule<O> };

/** `near` where |x| ≤ 1/2, else `far`. */
function nearZero(dtype: DType, x: string, near: string, far: string, e: Emitter): string {
  const isFar = e.node('Greater', [e.node('Abs', [x]), e.scalar(dtype, 0.5)]);
  return e.node('Where', [isFar, far, near]);
}

function not(x: string, e: Emitter): string {
  return e.node('Not', [x]);
}

function largestOf(dtype: DType): number {
  return dtype === 'float32' ? 2 ** 127 * (2 - 2 ** -23) : Number.MAX_VALUE;
}
