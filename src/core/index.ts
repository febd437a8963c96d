export * from './checks.ts';
export * from './dtype.ts';
export * from './errors.ts';
export * from './random.ts';
export * from './shape.ts';
export * from './spec.ts';
export * from './tensor.ts';
export * from './transition.ts';
