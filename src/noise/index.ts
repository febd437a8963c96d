export * from './estimate.ts';
export * from './models.ts';
export * from './parse.ts';
export * from './probabilities.ts';
export * from './transition.ts';
