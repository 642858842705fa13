export type { BookLevel } from './consolidated-book.ts';
export { isMdpCapture, MDP_FORMAT } from './format.ts';
export { MdpNormaliser, type MdpOptions } from './normaliser.ts';
export { MDP_SCHEMA } from './templates.ts';
