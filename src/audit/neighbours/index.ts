export type { NearestOptions, RowVectors, SparseRows } from './nearest.ts';
export { nearestInPieces, nearestRows, noNeighbour } from './nearest.ts';
export { neighbourProbs, neighbourVotes } from './votes.ts';
