export type { Agreement } from './agreement.ts';
export type { Consensus, ConsensusMethod, ConsensusOptions } from './consensus.ts';
export { consensus, consensusInPieces, consensusMethods } from './consensus.ts';
export type { AnnotatorAgreement } from './outliers.ts';
export { annotatorAgreement } from './outliers.ts';
export type { AnnotatorQuality } from './quality.ts';
export { noLabel } from './votes.ts';
