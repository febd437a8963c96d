export * from './annotators/index.ts';
export * from './confident/index.ts';
export * from './findings/index.ts';
export * from './neighbours/index.ts';
export * from './suspects/index.ts';
