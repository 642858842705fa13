export { FAMILY_OF_ID, fidelityOf, indexOf } from './aggregates.ts';
export { type Floor, floorOf, RANDOM_SIZES, type RandomSplit } from './floor.ts';
export { FlowBook } from './flow-book.ts';
export { FlowFromMbo, type FlowFromMboOptions, type FlowRemarks } from './flow-from-mbo.ts';
export * from './flow-stream.ts';
export { healthOf } from './health.ts';
export * from './score-contract.ts';
export { SCORE_DEFAULTS, scoreWindows } from './score-windows.ts';
export * from './windows.ts';
