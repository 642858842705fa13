export { BinaryReader, BinaryWriter } from './binary.ts';
export {
  PRICE_DECIMALS,
  PRICE_MAX,
  PRICE_STEPS,
  priceStepsOfNumber,
  priceStepsOfText,
  textOfPriceSteps,
} from './decimal.ts';
export { assertNever, BrokenInvariant, invariant, TwinError } from './fault.ts';
export { FAULTS, type FaultCode, type FaultEntry } from './fault-codes.ts';
export { ID_MAP_ENTRIES_MAX, IdMap } from './id-map.ts';
export { inputFileFault } from './input-file.ts';
export { hashText, Xoshiro128 } from './random.ts';
export { HEAP_ENTRIES_MAX, TimedHeap } from './timed-heap.ts';
