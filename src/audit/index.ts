export * from './annotators/index.ts';
export * from './confident/index.ts';
