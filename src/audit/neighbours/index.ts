export type { FarRows, NearConflict } from './distances.ts';
export { farRows, nearConflicts } from './distances.ts';
export type { Nearest, NearestOptions, RowVectors, SparseRows } from './nearest.ts';
export { nearestInPieces, nearestRows, noNeighbour } from './nearest.ts';
export { neighbourProbs, neighbourVotes } from './votes.ts';
