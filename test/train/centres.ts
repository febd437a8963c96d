import { fromArrays } from './package.ts';

/** 90 rows around three centres, in a fixed pattern. */
const points = Array.from({ length: 90 }, (_, i) => {
  const c = i % 3;
  return { features: [2 * c + Math.sin(i), (c === 1 ? 3 : 0) + Math.cos(5 * i)], label: 'abc'[c] };
});
export const data = fromArrays({
  features: points.map(({ features }) => features),
  labels: points.map(({ label }) => label as string),
});
